// SPDX-License-Identifier: GPL-2.0
/*
 * The wrapper: the dma_map_ops of a device that was taken over. Every buffer that the direct
 * window really maps goes direct, every other one to the ops that the device had before, and a
 * handle is released on the path that made it, which its value alone tells. This file knows
 * neither how a window was found nor when a device is taken over.
 *
 * The first part is the hot path: one compare, no lock, no atomic, no allocation, no hypercall.
 */
#include <linux/dma-mapping.h>
#include <linux/jump_label.h>
#include <linux/scatterlist.h>
#include <asm/iommu.h>

#include "core.h"
#include "masks.h"
#include "orig_ops.h"
#include "trace.h"

/* Counting direct maps costs a few instructions each, so it is off unless asked for. */
static DEFINE_STATIC_KEY_FALSE(count_direct);

static noinline dma_addr_t map_slowly(struct bypass_dev *bd, struct device *dev, phys_addr_t phys,
				      size_t size, enum dma_data_direction dir,
				      unsigned long attrs, bool counted);
static noinline int map_sg_slowly(struct bypass_dev *bd, struct device *dev,
				  struct scatterlist *sgl, int nents,
				  enum dma_data_direction dir, unsigned long attrs, bool counted);
static noinline void unmap_slowly(struct bypass_dev *bd, struct device *dev, dma_addr_t handle,
				  size_t size, enum dma_data_direction dir, unsigned long attrs);
static noinline void unmap_sg_slowly(struct bypass_dev *bd, struct device *dev,
				     struct scatterlist *sgl, int nents,
				     enum dma_data_direction dir, unsigned long attrs,
				     bool counted);

static __always_inline dma_addr_t route_map(struct device *dev, phys_addr_t phys, size_t size,
					    enum dma_data_direction dir, unsigned long attrs,
					    const bool counted)
{
	struct bypass_dev *bd = bypass_dev_of(dev);

	if (unlikely(phys + size > READ_ONCE(bd->direct_end)))
		return map_slowly(bd, dev, phys, size, dir, attrs, counted);
	if (counted)
		this_cpu_add(bd->stats->live_direct, 1);
	if (static_branch_unlikely(&count_direct))
		this_cpu_add(bd->stats->direct_maps, 1);
	return phys + bd->dma_base;
}

static __always_inline void route_unmap(struct device *dev, dma_addr_t handle, size_t size,
					enum dma_data_direction dir, unsigned long attrs,
					const bool counted)
{
	struct bypass_dev *bd = bypass_dev_of(dev);

	if (unlikely(!bypass_handle_is_direct(bd, handle)))
		unmap_slowly(bd, dev, handle, size, dir, attrs);
	else if (counted)
		this_cpu_add(bd->stats->live_direct, -1);
}

static __always_inline int route_map_sg(struct device *dev, struct scatterlist *sgl, int nents,
					enum dma_data_direction dir, unsigned long attrs,
					const bool counted)
{
	struct bypass_dev *bd = bypass_dev_of(dev);
	u64 end = READ_ONCE(bd->direct_end);
	u64 base = bd->dma_base;
	struct scatterlist *s;
	int i;

	for_each_sg(sgl, s, nents, i) {
		phys_addr_t phys = sg_phys(s);

		if (unlikely(phys + s->length > end))
			return map_sg_slowly(bd, dev, sgl, nents, dir, attrs, counted);
		s->dma_address = phys + base;
		sg_dma_len(s) = s->length;
	}
	if (counted)
		this_cpu_add(bd->stats->live_direct, nents);
	if (static_branch_unlikely(&count_direct))
		this_cpu_add(bd->stats->direct_maps, nents);
	return nents;
}

static __always_inline void route_unmap_sg(struct device *dev, struct scatterlist *sgl, int nents,
					   enum dma_data_direction dir, unsigned long attrs,
					   const bool counted)
{
	struct bypass_dev *bd = bypass_dev_of(dev);
	struct scatterlist *s;
	int i;

	for_each_sg(sgl, s, nents, i) {
		if (unlikely(!bypass_handle_is_direct(bd, s->dma_address) || !sg_dma_len(s))) {
			unmap_sg_slowly(bd, dev, sgl, nents, dir, attrs, counted);
			return;
		}
	}
	if (counted)
		this_cpu_add(bd->stats->live_direct, -nents);
}

#include "wrapper_ops.h"

/* The four streaming members, plain and counting. */
#define counted_plain false
#define counted_counted true

#define BYPASS_STREAMING_OPS(suffix)								\
DBP_STREAMING_OPS(suffix)									\
												\
static int bypass_map_sg##suffix(struct device *dev, struct scatterlist *sgl, int nents,	\
				 enum dma_data_direction dir, unsigned long attrs)		\
{												\
	return route_map_sg(dev, sgl, nents, dir, attrs, counted##suffix);			\
}												\
												\
static void bypass_unmap_sg##suffix(struct device *dev, struct scatterlist *sgl, int nents,	\
				    enum dma_data_direction dir, unsigned long attrs)		\
{												\
	route_unmap_sg(dev, sgl, nents, dir, attrs, counted##suffix);				\
}												\
												\
static void fill_streaming##suffix(struct dma_map_ops *ops)					\
{												\
	dbp_fill_streaming##suffix(ops);							\
	WRITE_ONCE(ops->map_sg, bypass_map_sg##suffix);						\
	WRITE_ONCE(ops->unmap_sg, bypass_unmap_sg##suffix);					\
}

BYPASS_STREAMING_OPS(_plain)
BYPASS_STREAMING_OPS(_counted)

/*
 * ---- the slow part: buffers outside the first span, and everything that goes to the original
 * ops ----
 */

/**
 * bypass_core_reaches - is the buffer in a proved span that the streaming mask reaches?
 * @bd: the device
 * @dev: the same
 * @phys: first byte
 * @size: length in bytes
 *
 * A mask that changed since the route was computed is noticed here: bypass_masks_supported()
 * closes the hot path whenever a mask may change.
 *
 * Context: any, also inside a map. Return: true when the buffer may go direct.
 */
bool bypass_core_reaches(struct bypass_dev *bd, struct device *dev, phys_addr_t phys, size_t size)
{
	if (unlikely(READ_ONCE(bd->mask_seen) != dma_get_mask(dev)))
		bypass_core_route(bd);
	if (size > U64_MAX - phys || phys + size > READ_ONCE(bd->reach))
		return false;
	return bypass_core_holds(bd, phys, size);
}

/**
 * bypass_core_holds - is the buffer in a proved span, whatever the mask?
 * @bd: the device
 * @phys: first byte
 * @size: length in bytes
 *
 * Context: any. Return: true when the window maps all of the buffer.
 */
bool bypass_core_holds(const struct bypass_dev *bd, phys_addr_t phys, size_t size)
{
	struct dbp_spans *spans;
	bool ret = false;

	rcu_read_lock();
	spans = rcu_dereference(bd->spans);
	if (spans)
		ret = dbp_spans_hold(spans, phys, size);
	rcu_read_unlock();
	return ret;
}

/*
 * No TCE table: the default window was given up for the direct one. Some kernels would
 * dereference it.
 */
static bool can_translate(const struct bypass_dev *bd, struct device *dev)
{
	return get_iommu_table_base(dev) && !READ_ONCE(bd->hold_translated);
}

static dma_addr_t translate(struct bypass_dev *bd, struct device *dev, phys_addr_t phys,
			    size_t size, enum dma_data_direction dir, unsigned long attrs)
{
	dma_addr_t handle = DMA_MAPPING_ERROR;

	if (can_translate(bd, dev))
		handle = dbp_orig_map(bd->orig, dev, phys, size, dir, attrs);
	if (handle == DMA_MAPPING_ERROR) {
		this_cpu_add(bd->stats->map_errors, 1);
	} else {
		this_cpu_add(bd->stats->translated_maps, 1);
		this_cpu_add(bd->stats->live_translated, 1);
		if (bypass_trace_on())
			bypass_trace_buffer(dev, phys, size, handle);
	}
	return handle;
}

static dma_addr_t direct(struct bypass_dev *bd, phys_addr_t phys, bool counted)
{
	if (counted)
		this_cpu_add(bd->stats->live_direct, 1);
	if (static_branch_unlikely(&count_direct))
		this_cpu_add(bd->stats->direct_maps, 1);
	return phys + bd->dma_base;
}

static noinline dma_addr_t map_slowly(struct bypass_dev *bd, struct device *dev, phys_addr_t phys,
				      size_t size, enum dma_data_direction dir,
				      unsigned long attrs, bool counted)
{
	if (bypass_core_reaches(bd, dev, phys, size))
		return direct(bd, phys, counted);
	return translate(bd, dev, phys, size, dir, attrs);
}

static noinline void unmap_slowly(struct bypass_dev *bd, struct device *dev, dma_addr_t handle,
				  size_t size, enum dma_data_direction dir, unsigned long attrs)
{
	dbp_orig_unmap(bd->orig, dev, handle, size, dir, attrs);
	this_cpu_add(bd->stats->live_translated, -1);
}

/*
 * The kernel's map_sg takes a whole list at once, merging neighbours. Where its IOMMU pages are
 * larger than ours it loses the offset inside the page (fixed in 6.4), so such tables get one
 * segment at a time.
 */
static bool orig_takes_lists(struct device *dev)
{
	struct iommu_table *tbl = get_iommu_table_base(dev);

	return tbl->it_page_shift <= PAGE_SHIFT;
}

static int translate_list(struct bypass_dev *bd, struct device *dev, struct scatterlist *sgl,
			  int nents, enum dma_data_direction dir, unsigned long attrs)
{
	int n = bd->orig->map_sg(dev, sgl, nents, dir, attrs);

	if (n <= 0) {
		this_cpu_add(bd->stats->map_errors, 1);
	} else {
		this_cpu_add(bd->stats->translated_maps, n);
		this_cpu_add(bd->stats->live_translated, n);
		if (bypass_trace_on())
			bypass_trace_list(dev, sgl, nents);
	}
	return n;
}

/* Releases the first nents segments of a list that we routed one by one. */
static void release_segments(struct bypass_dev *bd, struct device *dev, struct scatterlist *sgl,
			     int nents, enum dma_data_direction dir, unsigned long attrs,
			     bool mixed, bool counted)
{
	struct scatterlist *s;
	int i;

	for_each_sg(sgl, s, nents, i) {
		if (!sg_dma_len(s))
			break;
		if (bypass_handle_is_direct(bd, s->dma_address)) {
			if (counted)
				this_cpu_add(bd->stats->live_direct, -1);
			continue;
		}
		unmap_slowly(bd, dev, s->dma_address, sg_dma_len(s), dir, attrs);
		if (mixed)
			this_cpu_add(bd->stats->live_mixed, -1);
	}
}

static noinline int map_sg_slowly(struct bypass_dev *bd, struct device *dev,
				  struct scatterlist *sgl, int nents,
				  enum dma_data_direction dir, unsigned long attrs, bool counted)
{
	bool mixed, whole = READ_ONCE(bd->hold_mixed);
	int i, outside = 0;
	struct scatterlist *s;

	/* Decide once: a toggle in the middle of a list must not change what the list is. */
	for_each_sg(sgl, s, nents, i) {
		bool in = bypass_core_reaches(bd, dev, sg_phys(s), s->length);

		s->dma_address = in ? 0 : DMA_MAPPING_ERROR;
		outside += !in;
	}
	if (whole && outside)
		outside = nents;
	mixed = outside && outside != nents;

	if (outside == nents && can_translate(bd, dev) && orig_takes_lists(dev))
		return translate_list(bd, dev, sgl, nents, dir, attrs);

	for_each_sg(sgl, s, nents, i) {
		sg_dma_len(s) = s->length;
		if (outside != nents && s->dma_address != DMA_MAPPING_ERROR) {
			s->dma_address = direct(bd, sg_phys(s), counted);
			continue;
		}
		s->dma_address = translate(bd, dev, sg_phys(s), s->length, dir, attrs);
		if (s->dma_address == DMA_MAPPING_ERROR)
			goto undo;
		if (mixed)
			this_cpu_add(bd->stats->live_mixed, 1);
	}
	return nents;

undo:
	release_segments(bd, dev, sgl, i, dir, attrs, mixed, counted);
	sg_dma_len(sgl) = 0;
	/* As the kernel says it: without a table it is no use to try again. */
	return dbp_map_sg_error(get_iommu_table_base(dev) ? -ENOMEM : -EINVAL);
}

static noinline void unmap_sg_slowly(struct bypass_dev *bd, struct device *dev,
				     struct scatterlist *sgl, int nents,
				     enum dma_data_direction dir, unsigned long attrs,
				     bool counted)
{
	int i, total = 0, direct = 0;
	struct scatterlist *s;

	/* The kernel ends a list that it merged by a length of zero. */
	for_each_sg(sgl, s, nents, i) {
		if (!sg_dma_len(s))
			break;
		total++;
		direct += bypass_handle_is_direct(bd, s->dma_address);
	}
	if (!direct && total) {
		bd->orig->unmap_sg(dev, sgl, nents, dir, attrs);
		this_cpu_add(bd->stats->live_translated, -total);
		return;
	}
	release_segments(bd, dev, sgl, total, dir, attrs, direct != total, counted);
}

/* ---- memory of other devices ---- */

/*
 * Peer to peer: no RAM, so never in the window. The hypervisor maps it as it would any other
 * address, or says no. Since 6.19 (probe dma_ops_map_phys) such buffers come by map_phys like
 * all others.
 */
static __maybe_unused dma_addr_t bypass_map_resource(struct device *dev, phys_addr_t phys,
						     size_t size, enum dma_data_direction dir,
						     unsigned long attrs)
{
	struct bypass_dev *bd = bypass_dev_of(dev);
	dma_addr_t handle = DMA_MAPPING_ERROR;

	if (!READ_ONCE(bd->hold_resources) && dbp_orig_takes(phys))
		handle = translate(bd, dev, phys, size, dir, attrs);
	if (handle != DMA_MAPPING_ERROR)
		this_cpu_add(bd->stats->live_resources, 1);
	return handle;
}

/* The kernel's direct path would have made a handle that is in no table, and needs no release. */
static __maybe_unused void bypass_unmap_resource(struct device *dev, dma_addr_t handle,
						 size_t size, enum dma_data_direction dir,
						 unsigned long attrs)
{
	struct bypass_dev *bd = bypass_dev_of(dev);
	struct iommu_table *tbl = get_iommu_table_base(dev);

	if (!tbl || (handle >> tbl->it_page_shift) - tbl->it_offset >= tbl->it_size)
		return;
	unmap_slowly(bd, dev, handle, size, dir, attrs);
	this_cpu_add(bd->stats->live_resources, -1);
}

DBP_RESOURCE_OPS

/* ---- questions about masks, which may make the kernel change its mind about the device ---- */

static int bypass_dma_supported(struct device *dev, u64 mask)
{
	struct bypass_dev *bd = bypass_dev_of(dev);
	int idx, ret;

	idx = bypass_core_enter();
	ret = bypass_masks_supported(bd, mask);
	bypass_core_leave(idx);
	return ret;
}

static u64 bypass_get_required_mask(struct device *dev)
{
	struct bypass_dev *bd = bypass_dev_of(dev);
	int idx;
	u64 ret;

	idx = bypass_core_enter();
	ret = bypass_masks_required(bd);
	bypass_core_leave(idx);
	return ret;
}

/* ---- what the other rooms call ---- */

/**
 * bypass_core_fill_ops - make the wrapper's ops
 * @bd: the device; @bd->orig is set
 * @counted: count the direct streaming handles that live
 *
 * Members that are not overridden stay the original's. Without sync members the core keeps its
 * fast path (DMA is coherent on pseries); no limit on the size of a mapping and no merging at a
 * boundary are right for both paths. May be called again on a wrapped device as long as it made
 * no direct handle yet.
 *
 * Context: any; under bypass_lock.
 */
void bypass_core_fill_ops(struct bypass_dev *bd, bool counted)
{
	if (counted)
		fill_streaming_counted(&bd->ops);
	else
		fill_streaming_plain(&bd->ops);
	bypass_memory_fill_ops(&bd->ops);
	dbp_fill_resource(&bd->ops);
	WRITE_ONCE(bd->ops.dma_supported, bypass_dma_supported);
	WRITE_ONCE(bd->ops.get_required_mask, bypass_get_required_mask);
	bd->counted = counted;
}

/**
 * bypass_core_copy_ops - make the wrapper's ops those that the device had
 * @bd: the device; @bd->orig is set
 *
 * Every call through @bd->ops goes straight to the original function from now on. The struct
 * stays where it is: who has just read a pointer to one of our functions finds @bd by the way
 * of dev->dma_ops, which must therefore not change before bypass_core_quiesce() has returned.
 *
 * Context: any; under bypass_lock.
 */
void bypass_core_copy_ops(struct bypass_dev *bd)
{
	const unsigned long *from = (const unsigned long *)bd->orig;
	unsigned long *to = (unsigned long *)&bd->ops;
	unsigned int i;

	BUILD_BUG_ON(sizeof(bd->ops) % sizeof(*to));
	/* Member by member, since calls are made meanwhile. */
	for (i = 0; i < sizeof(bd->ops) / sizeof(*to); i++)
		WRITE_ONCE(to[i], from[i]);
}

/**
 * bypass_core_is_ours - do a device's mask changes come to this module?
 * @dev: any device
 *
 * Context: any. Return: true when the device is wrapped.
 */
bool bypass_core_is_ours(const struct device *dev)
{
	const struct dma_map_ops *ops = READ_ONCE(dev->dma_ops);

	return ops && ops->dma_supported == bypass_dma_supported;
}

/**
 * bypass_core_route - compute what the hot path compares with
 * @bd: the device; mode, window, spans and taken are set
 *
 * Context: any, also inside a map; takes @bd->route_lock.
 */
void bypass_core_route(struct bypass_dev *bd)
{
	struct device *dev = &bd->pdev->dev;
	struct dbp_spans *spans;
	unsigned long flags;
	u64 mask, reach = 0, end = 0;

	spin_lock_irqsave(&bd->route_lock, flags);
	rcu_read_lock();
	mask = dma_get_mask(dev);
	spans = rcu_dereference(bd->spans);
	if (bd->taken && !bd->hold_direct && bd->mode != BYPASS_TRANSLATE && spans &&
	    mask > bd->dma_base) {
		reach = mask - bd->dma_base;
		if (reach != U64_MAX)
			reach++;
		/* One compare can only serve a range that begins at 0, as RAM does on pseries. */
		if (spans->nr && !spans->s[0].start)
			end = min(spans->s[0].end, reach);
	}
	WRITE_ONCE(bd->open, bd->taken && bd->mode != BYPASS_TRANSLATE && spans);
	WRITE_ONCE(bd->mask_seen, mask);
	WRITE_ONCE(bd->reach, reach);
	WRITE_ONCE(bd->direct_end, end);
	rcu_read_unlock();
	spin_unlock_irqrestore(&bd->route_lock, flags);
}

/**
 * bypass_core_close - send the next buffers to the slow path, which looks at the mask again
 * @bd: the device
 *
 * Context: any; takes @bd->route_lock.
 */
void bypass_core_close(struct bypass_dev *bd)
{
	unsigned long flags;

	spin_lock_irqsave(&bd->route_lock, flags);
	WRITE_ONCE(bd->mask_seen, 0);
	WRITE_ONCE(bd->direct_end, 0);
	spin_unlock_irqrestore(&bd->route_lock, flags);
}

/**
 * bypass_core_count_direct - count direct maps, or stop
 * @on: which
 *
 * Context: may sleep. Return: 0.
 */
int bypass_core_count_direct(bool on)
{
	if (on)
		static_branch_enable(&count_direct);
	else
		static_branch_disable(&count_direct);
	return 0;
}

/**
 * bypass_core_counts_direct - are direct maps being counted?
 *
 * Context: any. Return: true when they are.
 */
bool bypass_core_counts_direct(void)
{
	return static_key_enabled(&count_direct);
}
