// SPDX-License-Identifier: GPL-2.0
/*
 * Asks for somebody else's device the mask that it has already, and how large a mask it needs, over
 * and over: as a driver might that resets its device outside of probe and remove, where no lock of
 * the driver core keeps it apart from a device that is being taken over or given back.
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/pci.h>

static char *device;
module_param(device, charp, 0400);
MODULE_PARM_DESC(device, "PCI address of the device to ask for");

static ulong asked;
module_param(asked, ulong, 0444);
MODULE_PARM_DESC(asked, "how often it was asked");

static ulong refused;
module_param(refused, ulong, 0444);
MODULE_PARM_DESC(refused, "how often the answer was no, or a mask that is too small for any RAM");

static struct task_struct *task;
static struct device *dev;
/* The kernel's own answer is too small (seen on 5.4, which compares where it should shift). */
static bool nonsense;

static int remask(void *unused)
{
	while (!kthread_should_stop()) {
		refused += !!dma_set_mask(dev, dma_get_mask(dev));
		refused += dma_get_required_mask(dev) < DMA_BIT_MASK(24) && !nonsense;
		asked++;
		usleep_range(100, 200);
	}
	return 0;
}

static int __init remask_init(void)
{
	if (!device)
		return -EINVAL;
	dev = bus_find_device_by_name(&pci_bus_type, NULL, device);
	if (!dev)
		return -ENODEV;
	nonsense = dma_get_required_mask(dev) < DMA_BIT_MASK(24);
	task = kthread_run(remask, NULL, "dbp_remask");
	if (IS_ERR(task)) {
		put_device(dev);
		return PTR_ERR(task);
	}
	return 0;
}

static void __exit remask_exit(void)
{
	kthread_stop(task);
	put_device(dev);
}

module_init(remask_init);
module_exit(remask_exit);

MODULE_DESCRIPTION("Asks for a device's DMA masks over and over");
MODULE_LICENSE("GPL");
