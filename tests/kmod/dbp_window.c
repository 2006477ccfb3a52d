// SPDX-License-Identifier: GPL-2.0
/*
 * Takes the second DMA window of a PHB away, as if its devices had none, until it is unloaded: a
 * kernel then gives up the default window for the direct one, as it does for SR-IOV functions.
 * With claim=36 the hypervisor says that its largest window is one of 2^36 bytes.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/pci.h>
#include <asm/pci-bridge.h>
#include <asm/rtas.h>

static char *device;
module_param(device, charp, 0400);
MODULE_PARM_DESC(device, "PCI address of a device on the PHB; no driver of it may have a window yet");

static unsigned int claim;
module_param(claim, uint, 0400);
MODULE_PARM_DESC(claim, "log2 of the window size that the next queries are to offer, 0: what they do");

static u32 query_token, remove_token, liobn;

/* What the query writes to: the number of windows, of IOMMU pages (one cell or two), ... */
struct query {
	u32 *out;
	bool wide;
};

static int query_entry(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct query *query = (struct query *)ri->data;

	if ((u32)regs->gpr[3] != query_token)
		return 1;
	query->wide = regs->gpr[5] == 6;
	query->out = (u32 *)regs->gpr[6];
	return 0;
}

/* In pages of 16 MiB, the largest that the kernel uses of those that are offered. */
static int query_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct query *query = (struct query *)ri->data;

	if (regs->gpr[3])
		return 0;
	query->out[1] = 0;
	query->out[query->wide ? 2 : 1] = 1U << (claim - 24);
	return 0;
}

static struct kretprobe probe = {
	.kp.symbol_name = "rtas_call",
	.entry_handler = query_entry,
	.handler = query_return,
	.data_size = sizeof(struct query),
};

/* The device tree has the three tokens, and the unit that they are about, at the PHB. */
static int create_window(struct pci_dev *pdev)
{
	struct pci_controller *phb = pci_bus_to_host(pdev->bus);
	u32 address = (pdev->bus->number << 16) | (pdev->devfn << 8);
	u32 tokens[3], out[4];
	int ret;

	ret = of_property_read_u32_array(phb->dn, "ibm,ddw-applicable", tokens, ARRAY_SIZE(tokens));
	if (ret)
		return ret;
	/* 2^16 entries of 64 KiB. */
	ret = rtas_call(tokens[1], 5, 4, out, address, upper_32_bits(phb->buid),
			lower_32_bits(phb->buid), 16, 32);
	if (ret)
		return -EIO;
	liobn = out[0];
	query_token = tokens[0];
	remove_token = tokens[2];
	pr_info("window %x is taken\n", liobn);
	return 0;
}

static int __init window_init(void)
{
	struct device *dev;
	int ret;

	if (!device || (claim && (claim < 25 || claim > 48)))
		return -EINVAL;
	dev = bus_find_device_by_name(&pci_bus_type, NULL, device);
	if (!dev)
		return -ENODEV;
	ret = create_window(to_pci_dev(dev));
	put_device(dev);
	if (ret || !claim)
		return ret;
	ret = register_kretprobe(&probe);
	if (ret)
		rtas_call(remove_token, 1, 1, NULL, liobn);
	return ret;
}
module_init(window_init);

static void __exit window_exit(void)
{
	if (claim)
		unregister_kretprobe(&probe);
	if (rtas_call(remove_token, 1, 1, NULL, liobn))
		pr_warn("window %x cannot be removed\n", liobn);
}
module_exit(window_exit);

MODULE_DESCRIPTION("Leaves a single DMA window to the devices of a PHB");
MODULE_LICENSE("GPL");
