// SPDX-License-Identifier: GPL-2.0
/*
 * The wrapper: the dma_map_ops of a device that was taken over. Every buffer that the direct
 * window really maps goes direct, every other one to the ops that the device had before, and a
 * handle is released on the path that made it, which its value alone tells. This file knows
 * neither how a window was found nor when a device is taken over.
 *
 * The first part is the hot path: one compare, no lock, no atomic, no allocation, no hypercall.
 * Lists that are not all direct are in lists.c. Its functions are not for ftrace, whose
 * entry would be a tenth of them; kprobes work, and the kernel's own dma_map_*() can be traced.
 */
#include <linux/dma-mapping.h>
#include <asm/iommu.h>

#include "core.h"
#include "ledger.h"
#include "orig_ops.h"
#include "routing.h"
#include "trace.h"

/* With the same arguments, so that the hot path only jumps there. */
static noinline dma_addr_t map_translated(struct device *dev, DBP_BUFFER, size_t size,
					  enum dma_data_direction dir, unsigned long attrs);
static noinline dma_addr_t map_by_spans(struct device *dev, DBP_BUFFER, size_t size,
					enum dma_data_direction dir, unsigned long attrs);
static noinline void unmap_slowly(struct device *dev, dma_addr_t handle, size_t size,
				  enum dma_data_direction dir, unsigned long attrs);
static noinline int map_sg_slowly(struct device *dev, struct scatterlist *sgl, int nents,
				  enum dma_data_direction dir, unsigned long attrs,
				  struct scatterlist *first, int left);
static noinline void unmap_sg_slowly(struct device *dev, struct scatterlist *sgl, int nents,
				     enum dma_data_direction dir, unsigned long attrs);

static __always_inline dma_addr_t route_map(struct device *dev, DBP_BUFFER, size_t size,
					    enum dma_data_direction dir, unsigned long attrs,
					    const bool counted)
{
	struct bypass_dev *bd = bypass_dev_of(dev);
	phys_addr_t phys = DBP_BUFFER_PHYS;
	u64 behind = phys + size;

	if (unlikely(behind > READ_ONCE(bd->direct_end))) {
		if (likely(behind > READ_ONCE(bd->translate_above)))
			return DBP_PASS_BUFFER(map_translated, dev, size, dir, attrs);
		return DBP_PASS_BUFFER(map_by_spans, dev, size, dir, attrs);
	}
	if (counted)
		bump(&bd->stats->live_direct, 1);
	return phys + bd->dma_base;
}

static __always_inline void route_unmap(struct device *dev, dma_addr_t handle, size_t size,
					enum dma_data_direction dir, unsigned long attrs,
					const bool counted)
{
	struct bypass_dev *bd = bypass_dev_of(dev);

	if (unlikely(!bypass_handle_is_direct(bd, handle)))
		unmap_slowly(dev, handle, size, dir, attrs);
	else if (counted)
		bump(&bd->stats->live_direct, -1);
}

static __always_inline int route_map_sg(struct device *dev, struct scatterlist *sgl, int nents,
					enum dma_data_direction dir, unsigned long attrs,
					const bool counted)
{
	struct bypass_dev *bd = bypass_dev_of(dev);
	u64 end = READ_ONCE(bd->direct_end);
	u64 base = bd->dma_base;
	struct scatterlist *s = sgl;
	int left = nents;

	for (; left > 0; s = next_segment(s, --left)) {
		phys_addr_t phys = sg_phys(s);

		if (unlikely(phys + s->length > end))
			return map_sg_slowly(dev, sgl, nents, dir, attrs, s, left);
		s->dma_address = phys + base;
		sg_dma_len(s) = s->length;
	}
	if (counted)
		bump(&bd->stats->live_direct, nents);
	return nents;
}

/* Where no list was ever mixed, its first segment tells about all. */
static __always_inline void route_unmap_sg(struct device *dev, struct scatterlist *sgl, int nents,
					   enum dma_data_direction dir, unsigned long attrs,
					   const bool counted)
{
	struct bypass_dev *bd = bypass_dev_of(dev);

	if (unlikely(nents <= 0))
		return;
	if (unlikely(!bypass_handle_is_direct(bd, sgl->dma_address) || READ_ONCE(bd->mixed_lists)))
		unmap_sg_slowly(dev, sgl, nents, dir, attrs);
	else if (counted)
		bump(&bd->stats->live_direct, -nents);
}

/* The four streaming members, plain and counting; each in the shape that this kernel wants. */
#define counted_plain false
#define counted_counted true

#define BYPASS_STREAMING_OPS(suffix)								\
static notrace dma_addr_t									\
bypass_map##suffix(struct device *dev, DBP_BUFFER, size_t size, enum dma_data_direction dir,	\
		   unsigned long attrs)								\
{												\
	return DBP_PASS_BUFFER(route_map, dev, size, dir, attrs, counted##suffix);		\
}												\
												\
static notrace void										\
bypass_unmap##suffix(struct device *dev, dma_addr_t handle, size_t size,			\
		     enum dma_data_direction dir, unsigned long attrs)				\
{												\
	route_unmap(dev, handle, size, dir, attrs, counted##suffix);				\
}												\
												\
static notrace int										\
bypass_map_sg##suffix(struct device *dev, struct scatterlist *sgl, int nents,			\
		      enum dma_data_direction dir, unsigned long attrs)				\
{												\
	return route_map_sg(dev, sgl, nents, dir, attrs, counted##suffix);			\
}												\
												\
static notrace void										\
bypass_unmap_sg##suffix(struct device *dev, struct scatterlist *sgl, int nents,			\
			enum dma_data_direction dir, unsigned long attrs)			\
{												\
	route_unmap_sg(dev, sgl, nents, dir, attrs, counted##suffix);				\
}												\
												\
static void fill_streaming##suffix(struct dma_map_ops *ops)					\
{												\
	WRITE_ONCE(ops->DBP_MAP_MEMBER, bypass_map##suffix);					\
	WRITE_ONCE(ops->DBP_UNMAP_MEMBER, bypass_unmap##suffix);				\
	WRITE_ONCE(ops->map_sg, bypass_map_sg##suffix);						\
	WRITE_ONCE(ops->unmap_sg, bypass_unmap_sg##suffix);					\
}

BYPASS_STREAMING_OPS(_plain)
BYPASS_STREAMING_OPS(_counted)

/* ---- the slow part: buffers outside the first span, and those that go to the original ops ---- */

/**
 * bypass_core_reaches - is the buffer in a proved span that the streaming mask reaches?
 * @bd: the device
 * @dev: the same
 * @phys: first byte
 * @size: length in bytes
 *
 * Context: any, also inside a map. Return: true when the buffer may go direct.
 */
bool bypass_core_reaches(struct bypass_dev *bd, struct device *dev, phys_addr_t phys, size_t size)
{
	u64 reach = bypass_reach(bd, dev);

	if (size > U64_MAX - phys || phys + size > reach)
		return false;
	return reach == U64_MAX || bypass_core_holds(bd, phys, size);
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

static __always_inline dma_addr_t counted_handle(struct bypass_dev *bd, dma_addr_t handle)
{
	if (likely(handle != DMA_MAPPING_ERROR))
		bump(&bd->stats->translated, 1);
	else
		bump(&bd->stats->map_errors, 1);
	return handle;
}

/**
 * bypass_translate - map a buffer through TCEs, and count it
 * @bd: the device
 * @dev: the same
 * @phys: physical address
 * @size: length
 * @dir: direction
 * @attrs: attributes
 *
 * Context: any. Return: the handle, or DMA_MAPPING_ERROR.
 */
dma_addr_t bypass_translate(struct bypass_dev *bd, struct device *dev, phys_addr_t phys,
			    size_t size, enum dma_data_direction dir, unsigned long attrs)
{
	dma_addr_t handle = dbp_orig_map(READ_ONCE(bd->translator), dev, phys, size, dir, attrs);

	if (bypass_trace_on() && handle != DMA_MAPPING_ERROR)
		bypass_trace_buffer(dev, phys, size, handle);
	return counted_handle(bd, handle);
}

static noinline dma_addr_t map_by_spans(struct device *dev, DBP_BUFFER, size_t size,
					enum dma_data_direction dir, unsigned long attrs)
{
	struct bypass_dev *bd = bypass_dev_of(dev);
	phys_addr_t phys = DBP_BUFFER_PHYS;

	if (!bypass_core_reaches(bd, dev, phys, size))
		return bypass_translate(bd, dev, phys, size, dir, attrs);
	if (bd->counted)
		bump(&bd->stats->live_direct, 1);
	if (bypass_core_counts_direct())
		bump(&bd->stats->direct_maps, 1);
	if (bypass_trace_direct_on())
		bypass_trace_direct(bd, phys, size);
	return phys + bd->dma_base;
}

/* The buffer lies behind all that goes direct, and nobody traces it: only the counter is ours. */
static noinline notrace dma_addr_t map_translated(struct device *dev, DBP_BUFFER, size_t size,
						  enum dma_data_direction dir,
						  unsigned long attrs)
{
	struct bypass_dev *bd = bypass_dev_of(dev);

	return counted_handle(bd, DBP_PASS_BUFFER(READ_ONCE(bd->translator)->DBP_MAP_MEMBER, dev,
						  size, dir, attrs));
}

/*
 * Counted before it is done, so that nothing need be kept over the call. Whoever gives the device
 * back because nothing is left to be released waits for those inside before it changes its ops.
 */
static noinline notrace void unmap_slowly(struct device *dev, dma_addr_t handle, size_t size,
					  enum dma_data_direction dir, unsigned long attrs)
{
	struct bypass_dev *bd = bypass_dev_of(dev);

	bump(&bd->stats->released, 1);
	READ_ONCE(bd->translator)->DBP_UNMAP_MEMBER(dev, handle, size, dir, attrs);
}

/**
 * bypass_release - release a handle that is not a direct one
 * @dev: the device, wrapped
 * @handle: the handle
 * @size: as it was mapped
 * @dir: as it was mapped
 * @attrs: attributes
 *
 * Context: any.
 */
void bypass_release(struct device *dev, dma_addr_t handle, size_t size,
		    enum dma_data_direction dir, unsigned long attrs)
{
	unmap_slowly(dev, handle, size, dir, attrs);
}

/* ---- lists that are not all direct ---- */

/**
 * bypass_translate_list - map a list through TCEs as a whole
 * @dev: the device, wrapped; @takes_lists of its struct was true
 * @sgl: the list
 * @nents: its length
 * @dir: direction
 * @attrs: attributes
 *
 * Such a list counts as one buffer while it lives.
 *
 * Context: any. Return: what the original ops say; that it failed when nothing may be translated
 * any more.
 */
noinline notrace int bypass_translate_list(struct device *dev, struct scatterlist *sgl, int nents,
					   enum dma_data_direction dir, unsigned long attrs)
{
	struct bypass_dev *bd = bypass_dev_of(dev);
	int n = READ_ONCE(bd->translator)->map_sg(dev, sgl, nents, dir, attrs);

	if (n <= 0) {
		bump(&bd->stats->map_errors, 1);
	} else {
		bump(&bd->stats->translated_others, n);
		bump(&bd->stats->translated_lists, 1);
	}
	return n;
}

/**
 * bypass_release_list - release a list that was translated as a whole
 * @dev: the device, wrapped
 * @sgl: the list
 * @nents: its length, as it was mapped
 * @dir: as it was mapped
 * @attrs: attributes
 *
 * Counted before it is done, as single buffers are.
 *
 * Context: any.
 */
noinline notrace void bypass_release_list(struct device *dev, struct scatterlist *sgl, int nents,
					  enum dma_data_direction dir, unsigned long attrs)
{
	struct bypass_dev *bd = bypass_dev_of(dev);

	bump(&bd->stats->released, 1);
	READ_ONCE(bd->translator)->unmap_sg(dev, sgl, nents, dir, attrs);
}

/* Where nothing goes direct, and nobody traces, no segment need be looked at. */
static noinline notrace int map_sg_slowly(struct device *dev, struct scatterlist *sgl, int nents,
					  enum dma_data_direction dir, unsigned long attrs,
					  struct scatterlist *first, int left)
{
	struct bypass_dev *bd = bypass_dev_of(dev);

	if (!READ_ONCE(bd->translate_above) && READ_ONCE(bd->takes_lists))
		return bypass_translate_list(dev, sgl, nents, dir, attrs);
	return bypass_map_segments(dev, sgl, nents, dir, attrs, first, left);
}

static noinline notrace void unmap_sg_slowly(struct device *dev, struct scatterlist *sgl,
					     int nents, enum dma_data_direction dir,
					     unsigned long attrs)
{
	const struct bypass_dev *bd = bypass_dev_of(dev);

	if (likely(!READ_ONCE(bd->mixed_lists) && READ_ONCE(bd->takes_lists)))
		bypass_release_list(dev, sgl, nents, dir, attrs);
	else
		bypass_unmap_segments(dev, sgl, nents, dir, attrs);
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
		handle = bypass_translate(bd, dev, phys, size, dir, attrs);
	if (handle != DMA_MAPPING_ERROR)
		atomic64_inc(&bd->rare.resources);
	return handle;
}

/* The kernel's direct path would have made a handle that is in no table, and needs no release. */
static __maybe_unused void bypass_unmap_resource(struct device *dev, dma_addr_t handle,
						 size_t size, enum dma_data_direction dir,
						 unsigned long attrs)
{
	struct bypass_dev *bd = bypass_dev_of(dev);
	bool ours;

	if (!dbp_table_holds(READ_ONCE(bd->table), handle))
		return;
	ours = bypass_ledger_holds(bd, handle);
	unmap_slowly(dev, handle, size, dir, attrs);
	if (ours)
		atomic64_dec(&bd->rare.resources);
}

DBP_RESOURCE_OPS

/* ---- questions about masks, which may make the kernel change its mind about the device ---- */

static const struct bypass_mask_questions *questions;

/**
 * bypass_core_answer_masks - who answers questions about masks
 * @who: the functions
 *
 * Context: before the first device is wrapped.
 */
void bypass_core_answer_masks(const struct bypass_mask_questions *who)
{
	questions = who;
}

static int bypass_dma_supported(struct device *dev, u64 mask)
{
	struct bypass_dev *bd = bypass_dev_of(dev);
	int idx, ret;

	idx = bypass_core_enter();
	ret = questions->supported(bd, mask);
	bypass_core_leave(idx);
	return ret;
}

static u64 bypass_get_required_mask(struct device *dev)
{
	struct bypass_dev *bd = bypass_dev_of(dev);
	int idx;
	u64 ret;

	idx = bypass_core_enter();
	ret = questions->required(bd);
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
	const unsigned long *from = (const unsigned long *)dbp_kernel_ops(bd->orig, bd->kernel);
	const unsigned long *orig = (const unsigned long *)bd->orig;
	unsigned long *to = (unsigned long *)&bd->ops;
	unsigned int i;

	BUILD_BUG_ON(sizeof(bd->ops) % sizeof(*to));
	/* Member by member, since calls are made meanwhile. */
	for (i = 0; i < sizeof(bd->ops) / sizeof(*to); i++)
		WRITE_ONCE(to[i], from[i] ?: orig[i]);
	/* A mask may be for coherent memory, which can be translated all the same. */
	WRITE_ONCE(bd->ops.dma_supported, bd->orig->dma_supported);
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
