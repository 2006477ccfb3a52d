// SPDX-License-Identifier: GPL-2.0
/*
 * Asks a kernel, on QEMU's "edu" device, for what docs/upstream.md says about it. Nothing is moved:
 * the handles that the DMA API returns say enough. Each finding is one line in the log:
 *
 *	dbp_defects: NAME: yes|no: what was seen
 */
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/pci.h>

#include "orig_ops.h"

#define BITS(n) DMA_BIT_MASK(n)

/* The TCE tables of these guests end below 4 GiB, their direct windows begin far above. */
static bool is_direct(dma_addr_t handle)
{
	return handle >> 32;
}

static void found(const char *name, bool yes, const char *what, u64 value)
{
	pr_info("%s: %s: %s 0x%llx\n", name, yes ? "yes" : "no", what, value);
}

/* Maps a page and unmaps it. Return: the handle, or DMA_MAPPING_ERROR. */
static dma_addr_t try_map(struct device *dev, struct page *page)
{
	dma_addr_t handle = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);

	if (dma_mapping_error(dev, handle))
		return DMA_MAPPING_ERROR;
	dma_unmap_page(dev, handle, PAGE_SIZE, DMA_BIDIRECTIONAL);
	return handle;
}

static void stale_limit(struct device *dev, struct page *page)
{
	int ret = dma_set_mask(dev, BITS(32));
	dma_addr_t handle = try_map(dev, page);

	found("mask-32-after-64-cannot-map", !ret && handle == DMA_MAPPING_ERROR, "handle", handle);
	ret = dma_set_mask(dev, BITS(64));
	handle = try_map(dev, page);
	found("mask-64-again-not-direct", !ret && !is_direct(handle), "handle", handle);
}

static void coherent_drags(struct device *dev, struct page *page)
{
	int ret = dma_set_coherent_mask(dev, BITS(32));
	dma_addr_t handle = try_map(dev, page);

	found("coherent-32-makes-streaming-translated", !ret && !is_direct(handle), "handle",
	      handle);
}

static void coherent_null(struct device *dev)
{
	dma_addr_t handle = 0;
	void *vaddr;

	if (dma_set_coherent_mask(dev, BITS(32)) || dma_set_mask(dev, BITS(64)))
		return;
	vaddr = dma_alloc_coherent(dev, PAGE_SIZE, &handle, GFP_KERNEL | __GFP_NOWARN);
	found("coherent-32-then-streaming-64-no-memory", !vaddr, "handle", handle);
	if (vaddr)
		dma_free_coherent(dev, PAGE_SIZE, vaddr, handle);
}

static void required_flips(struct device *dev, struct page *page)
{
	dma_addr_t before = try_map(dev, page), after;
	u64 mask = dma_get_required_mask(dev);

	after = try_map(dev, page);
	found("required-mask-is-that-of-the-table", is_direct(before) && mask <= BITS(32), "mask",
	      mask);
	found("asking-for-required-mask-stops-direct", is_direct(before) && !is_direct(after),
	      "handle", after);
}

static void large_mask(struct device *dev, struct page *page)
{
	int ret = dma_set_mask_and_coherent(dev, BITS(63));
	dma_addr_t handle = try_map(dev, page);

	found("mask-63-not-direct", !ret && !is_direct(handle), "handle", handle);
}

static void allocate_pages(struct device *dev)
{
#if DBP_HAVE_DMA_OPS_ALLOC_PAGES || DBP_HAVE_DMA_OPS_ALLOC_PAGES_OP
	dma_addr_t handle;
	struct page *page = dma_alloc_pages(dev, PAGE_SIZE, &handle, DMA_BIDIRECTIONAL, GFP_KERNEL);

	if (!page)
		return;
	found("alloc_pages-not-direct", !is_direct(handle), "handle", handle);
	dma_free_pages(dev, PAGE_SIZE, page, handle, DMA_BIDIRECTIONAL);
#endif
}

static void allocate(struct device *dev)
{
	dma_addr_t handle;
	void *vaddr = dma_alloc_coherent(dev, PAGE_SIZE, &handle, GFP_KERNEL);

	if (!vaddr)
		return;
	found("alloc_coherent-not-direct", !is_direct(handle), "handle", handle);
	dma_free_coherent(dev, PAGE_SIZE, vaddr, handle);
}

static void resource(struct pci_dev *pdev)
{
	phys_addr_t phys = pci_resource_start(pdev, 0);
	dma_addr_t handle = dma_map_resource(&pdev->dev, phys, PAGE_SIZE, DMA_BIDIRECTIONAL, 0);
	bool failed = dma_mapping_error(&pdev->dev, handle);

	found("mmio-cannot-be-mapped", failed, "handle", handle);
	found("mmio-handle-is-the-raw-address", !failed && handle == phys, "handle", handle);
	if (!failed)
		dma_unmap_resource(&pdev->dev, handle, PAGE_SIZE, DMA_BIDIRECTIONAL, 0);
}

static int defects_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct device *dev = &pdev->dev;
	struct page *page = alloc_page(GFP_KERNEL);
	int ret;

	if (!page)
		return -ENOMEM;
	ret = pci_enable_device_mem(pdev);
	if (!ret)
		ret = dma_set_mask_and_coherent(dev, BITS(64));
	if (ret)
		goto out;
	found("mask-64-not-direct", !is_direct(try_map(dev, page)), "handle", try_map(dev, page));
	allocate(dev);
	allocate_pages(dev);
	resource(pdev);
	required_flips(dev, page);
	dma_set_mask_and_coherent(dev, BITS(64));
	coherent_drags(dev, page);
	dma_set_mask_and_coherent(dev, BITS(64));
	coherent_null(dev);
	dma_set_mask_and_coherent(dev, BITS(64));
	stale_limit(dev, page);
	large_mask(dev, page);
	dma_set_mask_and_coherent(dev, BITS(64));
	pci_disable_device(pdev);
out:
	__free_page(page);
	return ret;
}

static void defects_remove(struct pci_dev *pdev)
{
}

static const struct pci_device_id defects_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{ }
};

static struct pci_driver defects_driver = {
	.name = "dbp_defects",
	.id_table = defects_ids,
	.probe = defects_probe,
	.remove = defects_remove,
};

module_pci_driver(defects_driver);

MODULE_DESCRIPTION("Asks a kernel for known defects of its DMA mapping");
MODULE_LICENSE("GPL");
