// SPDX-License-Identifier: GPL-2.0
/*
 * Makes the calls for DMA windows fail:
 *
 *	insmod dbp_rtas.ko call=create status=-3	the next ibm,create-pe-dma-window fails
 *	insmod dbp_rtas.ko call=create status=9900 times=3	it is busy three times first
 *	insmod dbp_rtas.ko call=fill status=-4		the next H_PUT_TCE_INDIRECT fails
 *
 * A call that is made to fail never reaches the hypervisor in a form that it would obey, so what
 * failed has not happened. How many calls were hit is in the parameter "hits".
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/of.h>
#include <asm/hvcall.h>
#include <asm/rtas.h>

static char *call;
module_param(call, charp, 0444);
MODULE_PARM_DESC(call, "query, create, remove or fill");

static int status = -3;
module_param(status, int, 0444);
MODULE_PARM_DESC(status, "what it is to return");

static int times = 1;
module_param(times, int, 0444);
MODULE_PARM_DESC(times, "how often");

static int hits;
module_param(hits, int, 0444);
MODULE_PARM_DESC(hits, "how often it happened");

static u32 wanted;

static int hcall_entry(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	if (regs->gpr[3] != H_PUT_TCE_INDIRECT || hits >= times)
		return 1;
	hits++;
	regs->gpr[4] = 0;	/* no such LIOBN */
	return 0;
}

static int rtas_entry(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	if ((u32)regs->gpr[3] != wanted || hits >= times)
		return 1;
	hits++;
	regs->gpr[7] = 0;	/* the device's address, or the LIOBN */
	regs->gpr[8] = ~0U;	/* no such PHB */
	return 0;
}

static int spoil(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	regs->gpr[3] = status;
	return 0;
}

static struct kretprobe probe = { .handler = spoil };

static int __init dbp_rtas_init(void)
{
	struct device_node *np = of_find_node_with_property(NULL, "ibm,ddw-applicable");
	u32 tokens[3];
	int ret = np ? of_property_read_u32_array(np, "ibm,ddw-applicable", tokens, 3) : -ENODEV;

	of_node_put(np);
	if (ret)
		return ret;
	if (!call)
		return -EINVAL;
	if (strcmp(call, "fill")) {
		wanted = tokens[!strcmp(call, "create") ? 1 : strcmp(call, "query") ? 2 : 0];
		probe.kp.symbol_name = "rtas_call";
		probe.entry_handler = rtas_entry;
	} else {
		probe.kp.symbol_name = "plpar_hcall_norets";
		probe.entry_handler = hcall_entry;
	}
	return register_kretprobe(&probe);
}

static void __exit dbp_rtas_exit(void)
{
	unregister_kretprobe(&probe);
}

module_init(dbp_rtas_init);
module_exit(dbp_rtas_exit);

MODULE_DESCRIPTION("Makes the calls for DMA windows fail");
MODULE_LICENSE("GPL");
