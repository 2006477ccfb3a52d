// SPDX-License-Identifier: GPL-2.0
/*
 * Asks for somebody else's device the mask that it has already, and how large a mask it needs, over
 * and over: as a driver might that resets its device outside of probe and remove, where no lock of
 * the driver core keeps it apart from a device that is being taken over or given back. Or asks for
 * 32 bits each time, maps a page then, and asks for what it had again; if wanted, with another page
 * mapped by somebody else between the answer and the change of the mask. Or for one large mask
 * after the other.
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/pci.h>

#include "dma_map_ops.h"

static char *device;
module_param(device, charp, 0400);
MODULE_PARM_DESC(device, "PCI address of the device to ask for");

static ulong asked;
module_param(asked, ulong, 0444);
MODULE_PARM_DESC(asked, "how often it was asked");

static ulong refused;
module_param(refused, ulong, 0444);
MODULE_PARM_DESC(refused, "how often a mask or a page was refused, or a mask was too small for any RAM");

static bool narrow;
module_param(narrow, bool, 0400);
MODULE_PARM_DESC(narrow, "ask for 32 bits, map a page, and ask for the mask of before");

static bool between;
module_param(between, bool, 0400);
MODULE_PARM_DESC(between, "with narrow: map a page also between the answer and the mask");

static bool many;
module_param(many, bool, 0400);
MODULE_PARM_DESC(many, "ask for 64, 63 ... 57 bits in turn");

static ulong wrong;
module_param(wrong, ulong, 0444);
MODULE_PARM_DESC(wrong, "how often a page got a handle beyond the mask");

static struct task_struct *task;
static struct page *page;
static struct device *dev;
/* The kernel's own answer is too small (seen on 5.4, which compares where it should shift). */
static bool nonsense;

static void map_one(void)
{
	dma_addr_t handle = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_TO_DEVICE);

	if (dma_mapping_error(dev, handle)) {
		refused++;
		return;
	}
	wrong += handle + PAGE_SIZE - 1 > dma_get_mask(dev);
	dma_unmap_page(dev, handle, PAGE_SIZE, DMA_TO_DEVICE);
}

/* As dma_set_mask() does it, but for whom else maps meanwhile. */
static void set_mask_slowly(u64 mask)
{
	refused += !get_dma_ops(dev)->dma_supported(dev, mask);
	map_one();
	*dev->dma_mask = mask;
}

static void map_narrow(void)
{
	u64 mask = dma_get_mask(dev);

	if (between)
		set_mask_slowly(DMA_BIT_MASK(32));
	else
		refused += !!dma_set_mask(dev, DMA_BIT_MASK(32));
	map_one();
	refused += !!dma_set_mask(dev, mask);
}

static int remask(void *unused)
{
	while (!kthread_should_stop()) {
		if (narrow)
			map_narrow();
		else if (many)
			refused += !!dma_set_mask(dev, DMA_BIT_MASK(64 - asked % 8));
		else
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
	page = alloc_page(GFP_KERNEL);
	if (!page) {
		put_device(dev);
		return -ENOMEM;
	}
	nonsense = dma_get_required_mask(dev) < DMA_BIT_MASK(24);
	task = kthread_create(remask, NULL, "dbp_remask");
	if (IS_ERR(task)) {
		__free_page(page);
		put_device(dev);
		return PTR_ERR(task);
	}
	/*
	 * A task that is preempted in a kprobe at a function's entry, as dbp_stall's may be, must
	 * not move to another CPU there: compat/ftrace.h says why.
	 */
	kthread_bind(task, 0);
	wake_up_process(task);
	return 0;
}

static void __exit remask_exit(void)
{
	kthread_stop(task);
	if (many)
		dma_set_mask(dev, DMA_BIT_MASK(64));
	__free_page(page);
	put_device(dev);
}

module_init(remask_init);
module_exit(remask_exit);

MODULE_DESCRIPTION("Asks for a device's DMA masks over and over");
MODULE_LICENSE("GPL");
