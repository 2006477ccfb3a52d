// SPDX-License-Identifier: GPL-2.0
/*
 * Holds one DMA mapping of somebody else's device for as long as it is loaded: of the page at a
 * physical address, or of coherent memory. So that a test can see what unloading does while a
 * handle lives.
 */
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pci.h>

#include "map_any.h"

static char *device;
module_param(device, charp, 0400);
MODULE_PARM_DESC(device, "PCI address of the device to map for");

static unsigned long phys;
module_param(phys, ulong, 0400);
MODULE_PARM_DESC(phys, "physical address to map; 0: allocate coherent memory");

static bool remask;
module_param(remask, bool, 0400);
MODULE_PARM_DESC(remask, "set the streaming mask that the device has once more, as a driver might late");

static struct pci_dev *pdev;
static dma_addr_t handle;
static void *vaddr;

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
		handle = map_any(dev, pfn_to_page(PHYS_PFN(phys)), offset_in_page(phys), 64,
				 DMA_BIDIRECTIONAL, 0);
		if (dma_mapping_error(dev, handle))
			goto fail;
	}
	pr_info("holds %s of %s\n", vaddr ? "coherent memory" : "a page", device);
	return 0;

fail:
	pci_dev_put(pdev);
	return -ENOMEM;
}

static void __exit hold_exit(void)
{
	if (vaddr)
		dma_free_coherent(&pdev->dev, PAGE_SIZE, vaddr, handle);
	else
		dma_unmap_page(&pdev->dev, handle, 64, DMA_BIDIRECTIONAL);
	pci_dev_put(pdev);
}

module_init(hold_init);
module_exit(hold_exit);

MODULE_DESCRIPTION("Holds one DMA mapping of another driver's device");
MODULE_LICENSE("GPL");
