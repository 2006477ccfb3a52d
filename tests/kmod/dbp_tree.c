// SPDX-License-Identifier: GPL-2.0
/*
 * Listens to changes of the device tree where the kernel's own drivers of persistent memory hear of
 * it, and looks whether a device has been taken over by then.
 */
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/pci.h>

#include "dev_flags.h"

static char *device;
module_param(device, charp, 0400);
MODULE_PARM_DESC(device, "PCI address of the device to look at");

static unsigned int added;
module_param(added, uint, 0444);
MODULE_PARM_DESC(added, "how often persistent memory was added");

static unsigned int taken;
module_param(taken, uint, 0444);
MODULE_PARM_DESC(taken, "how often the kernel's flag and limit were cleared by then");

static struct device *dev;

static int tree_event(struct notifier_block *nb, unsigned long event, void *data)
{
	const struct of_reconfig_data *change = data;
	struct dbp_kernel_route route;
	const char *type;

	if (event != OF_RECONFIG_ATTACH_NODE ||
	    of_property_read_string(change->dn, "device_type", &type) ||
	    strcmp(type, "ibm,pmemory"))
		return NOTIFY_DONE;
	route = dbp_route_get(dev);
	added++;
	taken += !route.bypass && !route.limit;
	return NOTIFY_OK;
}

/* Before the kernel's own, which have priority 0 and were there first. */
static struct notifier_block tree_nb = { .notifier_call = tree_event, .priority = 1 };

static int __init tree_init(void)
{
	int ret;

	if (!device)
		return -EINVAL;
	dev = bus_find_device_by_name(&pci_bus_type, NULL, device);
	if (!dev)
		return -ENODEV;
	ret = of_reconfig_notifier_register(&tree_nb);
	if (ret)
		put_device(dev);
	return ret;
}
module_init(tree_init);

static void __exit tree_exit(void)
{
	of_reconfig_notifier_unregister(&tree_nb);
	put_device(dev);
}
module_exit(tree_exit);

MODULE_DESCRIPTION("Looks what is taken over when persistent memory is added");
MODULE_LICENSE("GPL");
