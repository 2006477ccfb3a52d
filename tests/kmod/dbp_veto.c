// SPDX-License-Identifier: GPL-2.0
/*
 * Says no when memory is about to come online, as the last one that is asked, or the first, and
 * after a while: what everybody else has made ready for that memory must be taken back, and who was
 * not asked hears only of that.
 */
#include <linux/delay.h>
#include <linux/memory.h>
#include <linux/module.h>

static unsigned int ms = 1000;
module_param(ms, uint, 0400);
MODULE_PARM_DESC(ms, "milliseconds to wait before saying no");

static int priority = -100;
module_param(priority, int, 0400);
MODULE_PARM_DESC(priority, "when it is asked: the kernel's own windows have 0");

static int veto(struct notifier_block *nb, unsigned long event, void *data)
{
	if (event != MEM_GOING_ONLINE)
		return NOTIFY_DONE;
	msleep(ms);
	return NOTIFY_BAD;
}

static struct notifier_block veto_nb = { .notifier_call = veto };

static int __init veto_init(void)
{
	veto_nb.priority = priority;
	return register_memory_notifier(&veto_nb);
}

static void __exit veto_exit(void)
{
	unregister_memory_notifier(&veto_nb);
}

module_init(veto_init);
module_exit(veto_exit);

MODULE_DESCRIPTION("Keeps memory from coming online");
MODULE_LICENSE("GPL");
