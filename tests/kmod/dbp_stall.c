// SPDX-License-Identifier: GPL-2.0
/*
 * Stops every task for a while at the first instruction of the module's map function: behind the
 * place where the kernel has read the ops pointer, and before the function has looked at anything.
 * That is where a task may be while a device is being given back.
 */
#include <linux/delay.h>
#include <linux/kprobes.h>
#include <linux/module.h>

static unsigned int ms = 20;
module_param(ms, uint, 0400);
MODULE_PARM_DESC(ms, "milliseconds to stop for, each time");

static ulong stops;
module_param(stops, ulong, 0444);
MODULE_PARM_DESC(stops, "how often somebody was stopped");

static int stall(struct kprobe *p, struct pt_regs *regs)
{
	stops++;
	mdelay(ms);
	return 0;
}

static struct kprobe kp = {
	.pre_handler = stall,
	.symbol_name = "dma_bypass:bypass_map_plain",
};

static int __init stall_init(void)
{
	return register_kprobe(&kp);
}

static void __exit stall_exit(void)
{
	unregister_kprobe(&kp);
}

module_init(stall_init);
module_exit(stall_exit);

MODULE_DESCRIPTION("Stops tasks at the entry of the module's map function");
MODULE_LICENSE("GPL");
