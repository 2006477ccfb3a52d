/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calling the ops that a device had before us, whose shape is in wrapper_ops.h, by physical
 * address. Every address that reaches the page variant came from a page, or from a caller that
 * asked dbp_orig_takes().
 */
#ifndef DBP_ORIG_OPS_H
#define DBP_ORIG_OPS_H

#include <linux/mm.h>

#include "wrapper_ops.h"

static inline dma_addr_t dbp_orig_map(const struct dma_map_ops *ops, struct device *dev,
				      phys_addr_t phys, size_t size,
				      enum dma_data_direction dir, unsigned long attrs)
{
#if DBP_HAVE_DMA_OPS_MAP_PHYS
	return ops->map_phys(dev, phys, size, dir, attrs);
#else
	return ops->map_page(dev, pfn_to_page(PHYS_PFN(phys)), offset_in_page(phys), size, dir,
			     attrs);
#endif
}

/*
 * Can they be given an address that no struct page stands for? With a virtual memory map the page
 * variant only computes with the pointer, and never follows it.
 */
static inline bool dbp_orig_takes(phys_addr_t phys)
{
	return DBP_HAVE_DMA_OPS_MAP_PHYS || IS_ENABLED(CONFIG_SPARSEMEM_VMEMMAP) ||
	       pfn_valid(PHYS_PFN(phys));
}

static inline void dbp_orig_unmap(const struct dma_map_ops *ops, struct device *dev,
				  dma_addr_t handle, size_t size,
				  enum dma_data_direction dir, unsigned long attrs)
{
	ops->DBP_UNMAP_MEMBER(dev, handle, size, dir, attrs);
}

/* Before 5.15 map_sg said "failed" by 0, since then by an errno (probe map_sg_errno). */
static inline int dbp_map_sg_error(int err)
{
	return DBP_HAVE_MAP_SG_ERRNO ? err : 0;
}

/* The handle that means "failed" where map_page returns one. */
#ifndef DMA_MAPPING_ERROR
#define DMA_MAPPING_ERROR (~(dma_addr_t)0)
#endif

#endif /* DBP_ORIG_OPS_H */
