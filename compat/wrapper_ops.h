/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The streaming members of the wrapper in the shape that this kernel's struct dma_map_ops
 * wants. Included once, by bypass_core.c, behind the two inline functions route_map() and
 * route_unmap(). Each member exists twice: plain, and counting the direct handles that live.
 */
#ifndef DBP_WRAPPER_OPS_H
#define DBP_WRAPPER_OPS_H

#if DBP_HAVE_DMA_OPS_MAP_PHYS

#define DBP_STREAMING_OPS(suffix)								\
static dma_addr_t bypass_map_phys##suffix(struct device *dev, phys_addr_t phys, size_t size,	\
					  enum dma_data_direction dir, unsigned long attrs)	\
{												\
	return route_map(dev, phys, size, dir, attrs, counted##suffix);				\
}												\
												\
static void bypass_unmap_phys##suffix(struct device *dev, dma_addr_t handle, size_t size,	\
				      enum dma_data_direction dir, unsigned long attrs)		\
{												\
	route_unmap(dev, handle, size, dir, attrs, counted##suffix);				\
}												\
												\
static void dbp_fill_streaming##suffix(struct dma_map_ops *ops)					\
{												\
	WRITE_ONCE(ops->map_phys, bypass_map_phys##suffix);					\
	WRITE_ONCE(ops->unmap_phys, bypass_unmap_phys##suffix);					\
}

/* MMIO comes by map_phys as well. */
#define DBP_RESOURCE_OPS									\
static void dbp_fill_resource(struct dma_map_ops *ops)						\
{												\
}

#else

#define DBP_RESOURCE_OPS									\
static void dbp_fill_resource(struct dma_map_ops *ops)						\
{												\
	WRITE_ONCE(ops->map_resource, bypass_map_resource);					\
	WRITE_ONCE(ops->unmap_resource, bypass_unmap_resource);					\
}

#define DBP_STREAMING_OPS(suffix)								\
static dma_addr_t bypass_map_page##suffix(struct device *dev, struct page *page,		\
					  unsigned long offset, size_t size,			\
					  enum dma_data_direction dir, unsigned long attrs)	\
{												\
	return route_map(dev, page_to_phys(page) + offset, size, dir, attrs, counted##suffix);	\
}												\
												\
static void bypass_unmap_page##suffix(struct device *dev, dma_addr_t handle, size_t size,	\
				      enum dma_data_direction dir, unsigned long attrs)		\
{												\
	route_unmap(dev, handle, size, dir, attrs, counted##suffix);				\
}												\
												\
static void dbp_fill_streaming##suffix(struct dma_map_ops *ops)					\
{												\
	WRITE_ONCE(ops->map_page, bypass_map_page##suffix);					\
	WRITE_ONCE(ops->unmap_page, bypass_unmap_page##suffix);					\
}

#endif

#endif /* DBP_WRAPPER_OPS_H */
