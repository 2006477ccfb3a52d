// SPDX-License-Identifier: GPL-2.0
/*
 * Holds one DMA mapping of somebody else's device for as long as it is loaded: of the page at a
 * physical address, or of coherent memory. So that a test can see what unloading does while a
 * handle lives. Or it holds another one every few microseconds, and each until it has the next one,
 * as a busy driver does: there is always one, as long as one can be had.
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pci.h>

#include "map_any.h"
#include "orig_ops.h"

static char *device;
module_param(device, charp, 0400);
MODULE_PARM_DESC(device, "PCI address of the device to map for");

static unsigned long phys;
module_param(phys, ulong, 0400);
MODULE_PARM_DESC(phys, "physical address to map; 0: allocate coherent memory");

static bool remask;
module_param(remask, bool, 0400);
MODULE_PARM_DESC(remask, "set the streaming mask that the device has once more, as a driver might late");

static bool rolling;
module_param(rolling, bool, 0400);
MODULE_PARM_DESC(rolling, "with phys: another mapping all the time, and never none");

static ulong maps;
module_param(maps, ulong, 0444);
MODULE_PARM_DESC(maps, "how many there were");

static struct pci_dev *pdev;
static dma_addr_t handle = DMA_MAPPING_ERROR;
static void *vaddr;
static struct task_struct *task;

static dma_addr_t map(void)
{
	dma_addr_t new = map_any(&pdev->dev, pfn_to_page(PHYS_PFN(phys)), offset_in_page(phys), 64,
				 DMA_BIDIRECTIONAL, 0);

	if (dma_mapping_error(&pdev->dev, new))
		return DMA_MAPPING_ERROR;
	maps++;
	return new;
}

static void unmap(void)
{
	if (handle != DMA_MAPPING_ERROR)
		dma_unmap_page(&pdev->dev, handle, 64, DMA_BIDIRECTIONAL);
}

static int roll(void *unused)
{
	while (!kthread_should_stop()) {
		dma_addr_t new = map();

		unmap();
		handle = new;
		usleep_range(20, 40);
	}
	return 0;
}

static int __init hold_init(void)
{
	struct device *dev;

	if (!device)
		return -EINVAL;
	dev = bus_find_device_by_name(&pci_bus_type, NULL, device);
	if (!dev)
		return -ENODEV;
	pdev = to_pci_dev(dev);
	if (remask && dma_set_mask(dev, dma_get_mask(dev)))
		goto fail;

	if (!phys) {
		vaddr = dma_alloc_coherent(dev, PAGE_SIZE, &handle, GFP_KERNEL);
		if (!vaddr)
			goto fail;
	} else {
		if (!pfn_valid(PHYS_PFN(phys)))
			goto fail;
		handle = map();
		if (handle == DMA_MAPPING_ERROR)
			goto fail;
	}
	if (rolling && phys) {
		task = kthread_run(roll, NULL, "dbp_hold");
		if (IS_ERR(task)) {
			unmap();
			goto fail;
		}
	}
	pr_info("holds %s of %s\n", vaddr ? "coherent memory" : "a page", device);
	return 0;

fail:
	pci_dev_put(pdev);
	return -ENOMEM;
}

static void __exit hold_exit(void)
{
	if (task)
		kthread_stop(task);
	if (vaddr)
		dma_free_coherent(&pdev->dev, PAGE_SIZE, vaddr, handle);
	else
		unmap();
	pci_dev_put(pdev);
}

module_init(hold_init);
module_exit(hold_exit);

MODULE_DESCRIPTION("Holds one DMA mapping of another driver's device");
MODULE_LICENSE("GPL");
