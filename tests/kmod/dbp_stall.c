// SPDX-License-Identifier: GPL-2.0
/*
 * Stops every task for a while at the first instruction of one of the module's functions. For its
 * map function that is behind the place where the kernel has read the ops pointer, and before the
 * function has looked at anything: where a task may be while a device is being given back.
 */
#include <linux/delay.h>
#include <linux/kprobes.h>
#include <linux/module.h>

static unsigned int ms = 20;
module_param(ms, uint, 0400);
MODULE_PARM_DESC(ms, "milliseconds to stop for, each time");

static char *at = "bypass_map_plain";
module_param(at, charp, 0400);
MODULE_PARM_DESC(at, "which function of dma_bypass");

static ulong stops;
module_param(stops, ulong, 0444);
MODULE_PARM_DESC(stops, "how often somebody was stopped");

static int stall(struct kprobe *p, struct pt_regs *regs)
{
	stops++;
	mdelay(ms);
	return 0;
}

/* Keeps the kprobe from being optimised, for the reason that compat/ftrace.h gives. */
static void stalled(struct kprobe *p, struct pt_regs *regs, unsigned long flags)
{
}

static char symbol[64];
static struct kprobe kp = {
	.pre_handler = stall,
	.post_handler = stalled,
	.symbol_name = symbol,
};

static int __init stall_init(void)
{
	if (snprintf(symbol, sizeof(symbol), "dma_bypass:%s", at) >= (int)sizeof(symbol))
		return -EINVAL;
	return register_kprobe(&kp);
}

static void __exit stall_exit(void)
{
	unregister_kprobe(&kp);
}

module_init(stall_init);
module_exit(stall_exit);

MODULE_DESCRIPTION("Stops tasks at the entry of a function of dma_bypass");
MODULE_LICENSE("GPL");
