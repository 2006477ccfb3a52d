/* SPDX-License-Identifier: GPL-2.0 */
/* Where the kernel notes how it wants to map for a device. */
#ifndef DBP_COMPAT_DEV_FLAGS_H
#define DBP_COMPAT_DEV_FLAGS_H

#include "dma_map_ops.h"

/*
 * Up to 4.19 there is no flag: a device that may go direct is given dma_nommu_ops, and
 * dma_iommu_ops when it may not any more. A module must have both (probe dma_iommu_ops_export).
 */
#define DBP_OPS_SWAPPED DBP_HAVE_DMA_IOMMU_OPS_EXPORT

struct dbp_kernel_route {
	bool bypass;	/* the DMA ops of the device are not asked */
	u64 limit;	/* end of the direct window in DMA addresses; 0: not given */
};

static inline u64 dbp_limit_get(const struct device *dev)
{
#if DBP_HAVE_DEV_BUS_DMA_LIMIT
	return READ_ONCE(dev->bus_dma_limit);
#elif DBP_HAVE_DEV_BUS_DMA_MASK
	return READ_ONCE(dev->bus_dma_mask);
#else
	return 0;
#endif
}

static inline struct dbp_kernel_route dbp_route_get(struct device *dev)
{
	struct dbp_kernel_route route = {};
#if DBP_OPS_SWAPPED
	const struct dma_map_ops *ops = get_dma_ops(dev);
#endif

#if DBP_HAVE_DEV_DMA_OPS_BYPASS_ACCESSORS
	route.bypass = dev_dma_ops_bypass(dev);
#elif DBP_HAVE_DEV_DMA_OPS_BYPASS_FIELD
	route.bypass = dev->dma_ops_bypass;
#elif DBP_HAVE_ARCHDATA_IOMMU_BYPASS
	route.bypass = dev->archdata.iommu_bypass;
#elif DBP_HAVE_DEV_IOMMU_BYPASS
	route.bypass = dev->iommu_bypass;
#elif DBP_OPS_SWAPPED
	/* By a member, since the ops may be a copy. */
	route.bypass = ops && ops->map_page == dma_nommu_ops.map_page;
#endif
	route.limit = dbp_limit_get(dev);
	return route;
}

/*
 * Hold the device lock: where the flag is a bit field, its neighbours are
 * written with it. Kernels without a flag choose the path by the ops alone.
 */
static inline void dbp_bypass_set(struct device *dev, bool bypass)
{
#if DBP_HAVE_DEV_DMA_OPS_BYPASS_ACCESSORS
	if (bypass)
		dev_set_dma_ops_bypass(dev);
	else
		dev_clear_dma_ops_bypass(dev);
#elif DBP_HAVE_DEV_DMA_OPS_BYPASS_FIELD
	dev->dma_ops_bypass = bypass;
#elif DBP_HAVE_ARCHDATA_IOMMU_BYPASS
	dev->archdata.iommu_bypass = bypass;
#elif DBP_HAVE_DEV_IOMMU_BYPASS
	dev->iommu_bypass = bypass;
#endif
}

static inline void dbp_limit_set(struct device *dev, u64 limit)
{
#if DBP_HAVE_DEV_BUS_DMA_LIMIT
	WRITE_ONCE(dev->bus_dma_limit, limit);
#elif DBP_HAVE_DEV_BUS_DMA_MASK
	WRITE_ONCE(dev->bus_dma_mask, limit);
#endif
}

/*
 * Drivers may ask whether they need to unmap at all (probe dma_need_unmap). They are told no where
 * the flag is set and syncs are skipped, and always yes while the flag is not set.
 */
static inline bool dbp_needs_unmap(struct device *dev)
{
#if DBP_HAVE_DMA_NEED_UNMAP
	return dma_need_unmap(dev);
#else
	return true;
#endif
}

/*
 * Those that ask take the answer for constant. Once it was yes it must stay so: see docs/life.md.
 * The core skips syncs again when a driver sets its streaming mask. Hold the device lock, as for
 * the flag.
 */
static inline void dbp_always_unmap(struct device *dev)
{
#if DBP_HAVE_DMA_NEED_UNMAP && DBP_HAVE_DEV_DMA_SKIP_SYNC_ACCESSORS
	dev_clear_dma_skip_sync(dev);
#elif DBP_HAVE_DMA_NEED_UNMAP && DBP_HAVE_DEV_DMA_SKIP_SYNC_FIELD
	dev->dma_skip_sync = false;
#endif
}

/* The ops with which the kernel translates for a device that has its own ops. */
static inline const struct dma_map_ops *dbp_translating_ops(struct device *dev)
{
#if DBP_OPS_SWAPPED
	if (get_dma_ops(dev) == &dma_nommu_ops)
		return &dma_iommu_ops;
#endif
	return get_dma_ops(dev);
}

/* The ops that the kernel wants a device to have, which translates with @translating. */
static inline const struct dma_map_ops *dbp_kernel_ops(const struct dma_map_ops *translating,
						       struct dbp_kernel_route route)
{
#if DBP_OPS_SWAPPED
	if (route.bypass)
		return &dma_nommu_ops;
#endif
	return translating;
}

/*
 * Do the ops choose the path, and not the core before it asks them? Then they do not look at the
 * streaming mask.
 */
static inline bool dbp_ops_choose(void)
{
	return DBP_HAVE_ARCHDATA_IOMMU_BYPASS || DBP_HAVE_DEV_IOMMU_BYPASS || DBP_OPS_SWAPPED;
}

/* Like set_dma_ops(), but what the ops need is visible before they are. */
static inline void dbp_set_ops(struct device *dev, const struct dma_map_ops *ops)
{
	/* Pairs with the address dependency of those who call through the ops. */
	smp_store_release(&dev->dma_ops, ops);
}

/*
 * Does the core decide buffer by buffer, before it asks the ops? Then it
 * unmaps handles of both kinds, whatever the bypass flag says now.
 */
static inline bool dbp_core_mixes(void)
{
	return DBP_HAVE_ARCH_DMA_MAP_DIRECT;
}

/* The same for coherent memory. */
static inline bool dbp_core_mixes_coherent(void)
{
	return DBP_HAVE_ARCH_DMA_ALLOC_DIRECT;
}

#endif
