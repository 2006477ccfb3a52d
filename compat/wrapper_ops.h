/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The shape of the members of struct dma_map_ops that map and unmap one buffer. Since 6.19 (probe
 * dma_ops_map_phys) it is named by its physical address, before by page and offset.
 *
 * DBP_BUFFER are the parameters that name it, DBP_PASS_BUFFER() calls a function with them behind
 * the device, and DBP_BUFFER_PHYS is what they mean.
 */
#ifndef DBP_WRAPPER_OPS_H
#define DBP_WRAPPER_OPS_H

#include <linux/mm.h>

#if DBP_HAVE_DMA_OPS_MAP_PHYS

#define DBP_MAP_MEMBER			map_phys
#define DBP_UNMAP_MEMBER		unmap_phys
#define DBP_BUFFER			phys_addr_t buffer
#define DBP_BUFFER_PHYS			buffer
#define DBP_PASS_BUFFER(fn, dev, ...)	fn(dev, buffer, __VA_ARGS__)

/* MMIO comes by map_phys as well. */
#define DBP_RESOURCE_OPS									\
static void dbp_fill_resource(struct dma_map_ops *ops)						\
{												\
}

#else

#define DBP_MAP_MEMBER			map_page
#define DBP_UNMAP_MEMBER		unmap_page
#define DBP_BUFFER			struct page *page, unsigned long offset
#define DBP_BUFFER_PHYS			(page_to_phys(page) + offset)
#define DBP_PASS_BUFFER(fn, dev, ...)	fn(dev, page, offset, __VA_ARGS__)

#define DBP_RESOURCE_OPS									\
static void dbp_fill_resource(struct dma_map_ops *ops)						\
{												\
	WRITE_ONCE(ops->map_resource, bypass_map_resource);					\
	WRITE_ONCE(ops->unmap_resource, bypass_unmap_resource);					\
}

#endif

#endif /* DBP_WRAPPER_OPS_H */
