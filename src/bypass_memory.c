// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that the DMA API allocates for a driver. It goes direct when it lies in the window and
 * the coherent mask reaches it, which may be smaller than the streaming mask; otherwise through
 * the device's original ops.
 *
 * These calls may sleep in the allocator, so they say when somebody is inside. The instructions
 * before and after that cannot sleep, and are waited for by bypass_core_quiesce() as well.
 */
#include <linux/dma-mapping.h>
#include <linux/gfp.h>

#include "core.h"
#include "ledger.h"
#include "orig_ops.h"
#include "routing.h"
#include "trace.h"

static struct page *alloc_zeroed(struct device *dev, size_t size, gfp_t gfp)
{
	gfp &= ~(__GFP_DMA | __GFP_DMA32 | __GFP_HIGHMEM | __GFP_COMP);
	return alloc_pages_node(dev_to_node(dev), gfp | __GFP_ZERO | __GFP_NOWARN,
				get_order(PAGE_ALIGN(size)));
}

static struct page *alloc_direct(struct bypass_dev *bd, struct device *dev, size_t size,
				 dma_addr_t *handle, gfp_t gfp)
{
	size_t len = PAGE_SIZE << get_order(PAGE_ALIGN(size));
	struct page *page;
	phys_addr_t phys;

	if (!READ_ONCE(bd->open))
		return NULL;
	/* Pairs with set_handles(), as in bypass_reach(). */
	smp_rmb();
	if (bd->dma_base >= dev->coherent_dma_mask)
		return NULL;
	page = alloc_zeroed(dev, size, gfp);
	if (!page)
		return NULL;
	phys = page_to_phys(page);
	if (!bypass_core_holds(bd, phys, len) ||
	    bd->dma_base + phys + len - 1 > dev->coherent_dma_mask) {
		__free_pages(page, get_order(len));
		return NULL;
	}
	*handle = phys + bd->dma_base;
	return page;
}

static struct page *page_of(const struct bypass_dev *bd, dma_addr_t handle)
{
	return pfn_to_page(PHYS_PFN(handle - bd->dma_base));
}

/* Until the device is taken the kernel has its way, and its ops may choose to go direct. */
static void *kernels_alloc(const struct bypass_dev *bd, struct device *dev, size_t size,
			   dma_addr_t *handle, gfp_t gfp, unsigned long attrs)
{
	const struct dma_map_ops *ops = bd->orig;

	if (!READ_ONCE(bd->taken))
		ops = dbp_kernel_ops(ops, bd->kernel);
	return ops->alloc(dev, size, handle, gfp, attrs);
}

/*
 * While leaving, only that is made which the kernel's own path will be able to free: that is
 * also why a buffer without a kernel mapping is named by its page, as dma_direct_alloc() does.
 */
static void *bypass_alloc(struct device *dev, size_t size, dma_addr_t *handle, gfp_t gfp,
			  unsigned long attrs)
{
	struct bypass_dev *bd = bypass_dev_of(dev);
	struct page *page = NULL;
	void *vaddr = NULL;
	int idx;

	idx = bypass_core_enter();
	if (!READ_ONCE(bd->hold_coherent_direct))
		page = alloc_direct(bd, dev, size, handle, gfp);
	if (page) {
		vaddr = attrs & DMA_ATTR_NO_KERNEL_MAPPING ? page : page_address(page);
		atomic64_inc(&bd->rare.coherent_direct);
	} else if (READ_ONCE(bd->table) && !READ_ONCE(bd->hold_coherent_translated)) {
		vaddr = kernels_alloc(bd, dev, size, handle, gfp, attrs);
		if (vaddr && bypass_handle_is_direct(bd, *handle)) {
			atomic64_inc(&bd->rare.coherent_direct);
		} else if (vaddr) {
			bypass_ledger_add_memory(bd, *handle);
			atomic64_inc(&bd->rare.coherent_translated);
			bump(&bd->stats->translated_others, 1);
			if (bypass_trace_on())
				bypass_trace_buffer(dev, virt_to_phys(vaddr), size, *handle);
		}
	}
	if (!vaddr)
		bump(&bd->stats->map_errors, 1);
	bypass_core_leave(idx);
	return vaddr;
}

/* By the handle, not by @vaddr, which may be a page. */
static void bypass_free(struct device *dev, size_t size, void *vaddr, dma_addr_t handle,
			unsigned long attrs)
{
	struct bypass_dev *bd = bypass_dev_of(dev);
	bool ours;
	int idx;

	idx = bypass_core_enter();
	if (bypass_handle_is_direct(bd, handle)) {
		__free_pages(page_of(bd, handle), get_order(PAGE_ALIGN(size)));
		atomic64_dec(&bd->rare.coherent_direct);
	} else {
		/* First: whoever allocates next may get the same handle. */
		ours = bypass_ledger_del_memory(bd, handle);
		bd->orig->free(dev, size, vaddr, handle, attrs);
		atomic64_sub(ours, &bd->rare.coherent_translated);
	}
	bypass_core_leave(idx);
}

/* The kernel's functions want an address in the linear map. */
static void *mapped_address(const struct bypass_dev *bd, void *vaddr, dma_addr_t handle)
{
	return bypass_handle_is_direct(bd, handle) ? page_address(page_of(bd, handle)) : vaddr;
}

static int bypass_mmap(struct device *dev, struct vm_area_struct *vma, void *vaddr,
		       dma_addr_t handle, size_t size, unsigned long attrs)
{
	struct bypass_dev *bd = bypass_dev_of(dev);
	int idx, ret;

	idx = bypass_core_enter();
	ret = bd->orig->mmap(dev, vma, mapped_address(bd, vaddr, handle), handle, size, attrs);
	bypass_core_leave(idx);
	return ret;
}

static int bypass_get_sgtable(struct device *dev, struct sg_table *sgt, void *vaddr,
			      dma_addr_t handle, size_t size, unsigned long attrs)
{
	struct bypass_dev *bd = bypass_dev_of(dev);
	int idx, ret;

	idx = bypass_core_enter();
	ret = bd->orig->get_sgtable(dev, sgt, mapped_address(bd, vaddr, handle), handle, size,
				    attrs);
	bypass_core_leave(idx);
	return ret;
}

#if DBP_HAVE_DMA_OPS_ALLOC_PAGES || DBP_HAVE_DMA_OPS_ALLOC_PAGES_OP

/* The kernel's function maps by the streaming mask, but the coherent one is what counts. */
static struct page *alloc_translated(struct bypass_dev *bd, struct device *dev, size_t size,
				     dma_addr_t *handle, enum dma_data_direction dir, gfp_t gfp)
{
	struct page *page;

	if (!READ_ONCE(bd->table))
		return NULL;
	page = alloc_zeroed(dev, size, gfp);
	if (!page)
		return NULL;
	*handle = dbp_orig_map(bd->orig, dev, page_to_phys(page), size, dir,
			       DMA_ATTR_SKIP_CPU_SYNC);
	if (*handle != DMA_MAPPING_ERROR && *handle + size - 1 <= dev->coherent_dma_mask)
		return page;
	if (*handle != DMA_MAPPING_ERROR)
		dbp_orig_unmap(bd->orig, dev, *handle, size, dir, DMA_ATTR_SKIP_CPU_SYNC);
	__free_pages(page, get_order(size));
	return NULL;
}

static struct page *bypass_alloc_pages(struct device *dev, size_t size, dma_addr_t *handle,
				       enum dma_data_direction dir, gfp_t gfp)
{
	struct bypass_dev *bd = bypass_dev_of(dev);
	struct page *page = NULL;
	int idx;

	idx = bypass_core_enter();
	if (!READ_ONCE(bd->hold_pages_direct))
		page = alloc_direct(bd, dev, size, handle, gfp);
	if (page) {
		atomic64_inc(&bd->rare.pages_direct);
	} else if (!READ_ONCE(bd->hold_pages_translated)) {
		page = alloc_translated(bd, dev, size, handle, dir, gfp);
		if (page) {
			bypass_ledger_add_memory(bd, *handle);
			atomic64_inc(&bd->rare.pages_translated);
			bump(&bd->stats->translated_others, 1);
			if (bypass_trace_on())
				bypass_trace_buffer(dev, page_to_phys(page), size, *handle);
		}
	}
	if (!page)
		bump(&bd->stats->map_errors, 1);
	bypass_core_leave(idx);
	return page;
}

static void bypass_free_pages(struct device *dev, size_t size, struct page *page,
			      dma_addr_t handle, enum dma_data_direction dir)
{
	struct bypass_dev *bd = bypass_dev_of(dev);
	bool ours;
	int idx;

	idx = bypass_core_enter();
	if (bypass_handle_is_direct(bd, handle)) {
		atomic64_dec(&bd->rare.pages_direct);
	} else {
		ours = bypass_ledger_del_memory(bd, handle);
		dbp_orig_unmap(bd->orig, dev, handle, size, dir, DMA_ATTR_SKIP_CPU_SYNC);
		atomic64_sub(ours, &bd->rare.pages_translated);
	}
	__free_pages(page, get_order(size));
	bypass_core_leave(idx);
}

static void fill_pages(struct dma_map_ops *ops)
{
#if DBP_HAVE_DMA_OPS_ALLOC_PAGES_OP
	WRITE_ONCE(ops->alloc_pages_op, bypass_alloc_pages);
#else
	WRITE_ONCE(ops->alloc_pages, bypass_alloc_pages);
#endif
	WRITE_ONCE(ops->free_pages, bypass_free_pages);
}

#else

static void fill_pages(struct dma_map_ops *ops)
{
}

#endif

/**
 * bypass_memory_fill_ops - set the members for allocated memory
 * @ops: the wrapper's ops; what is not set here stays the original's
 *
 * dma_alloc_noncoherent() and dma_alloc_noncontiguous() come by alloc_pages where their own
 * members, which only another IOMMU driver sets, are missing.
 *
 * Context: any; under bypass_lock.
 */
void bypass_memory_fill_ops(struct dma_map_ops *ops)
{
	WRITE_ONCE(ops->alloc, bypass_alloc);
	WRITE_ONCE(ops->free, bypass_free);
	if (ops->mmap)
		WRITE_ONCE(ops->mmap, bypass_mmap);
	if (ops->get_sgtable)
		WRITE_ONCE(ops->get_sgtable, bypass_get_sgtable);
	fill_pages(ops);
}
