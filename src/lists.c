// SPDX-License-Identifier: GPL-2.0
/*
 * Lists with segments that do not go direct.
 */
#include <linux/dma-mapping.h>
#include <linux/scatterlist.h>

#include "core.h"
#include "orig_ops.h"
#include "routing.h"
#include "trace.h"

/*
 * Releases a list, or the part of it that has been made so far, segment by segment. Return: how
 * many went direct.
 */
static int release_segments(const struct bypass_dev *bd, struct device *dev, struct scatterlist *s,
			    int nents, enum dma_data_direction dir, unsigned long attrs,
			    bool mixed)
{
	u64 base = bd->dma_base, len = bd->owned_len;
	long left = nents, translated = 0;

	for (; left > 0; s = next_segment(s, --left)) {
		if (likely(s->dma_address - base < len))
			continue;
		/* The kernel ends a list that it merged by a length of zero. */
		if (!sg_dma_len(s))
			break;
		bypass_release(dev, s->dma_address, sg_dma_len(s), dir, attrs);
		translated++;
	}
	if (mixed)
		bump(&bd->stats->live_mixed, -translated);
	return nents - left - translated;
}

/* Translates the segments that are marked; the first one is the first of the @left at @first. */
static int translate_marked(struct bypass_dev *bd, struct device *dev, struct scatterlist *first,
			    int left, int marked, enum dma_data_direction dir, unsigned long attrs,
			    bool mixed)
{
	struct scatterlist *s = first;
	int n = left;

	for (; n > 0; s = next_segment(s, --n)) {
		if (s->dma_address != DMA_MAPPING_ERROR)
			continue;
		s->dma_address = bypass_translate(bd, dev, sg_phys(s), s->length, dir, attrs);
		if (s->dma_address == DMA_MAPPING_ERROR) {
			release_segments(bd, dev, first, left - n, dir, attrs, mixed);
			return -ENOMEM;
		}
		if (mixed)
			bump(&bd->stats->live_mixed, 1);
		if (!--marked)
			break;
	}
	return 0;
}

static void mark_all(struct scatterlist *s, int left)
{
	for (; left > 0; s = next_segment(s, --left)) {
		s->dma_address = DMA_MAPPING_ERROR;
		sg_dma_len(s) = s->length;
	}
}

/**
 * bypass_map_segments - map a list in which a segment does not go direct
 * @dev: the device, wrapped
 * @sgl: the list
 * @nents: its length
 * @dir: direction, for the original ops
 * @attrs: attributes, for the original ops
 * @first: that segment; the ones before it have their handles
 * @left: segments from there on
 *
 * Only segments outside go to the original ops, one by one, unless all are outside.
 *
 * Context: any. Return: segments mapped, or what means "failed" in this kernel.
 */
int bypass_map_segments(struct device *dev, struct scatterlist *sgl, int nents,
			enum dma_data_direction dir, unsigned long attrs,
			struct scatterlist *first, int left)
{
	struct bypass_dev *bd = bypass_dev_of(dev);
	bool whole = READ_ONCE(bd->hold_mixed);
	struct scatterlist *s = first;
	int outside = 0;
	long n = left;
	u64 reach = bypass_reach(bd, dev);
	u64 end = min(READ_ONCE(bd->first_end), reach);

	/* Decide once, and leave it in the list: a toggle meanwhile must not change it. */
	for (; n > 0; s = next_segment(s, --n)) {
		phys_addr_t phys = sg_phys(s);
		u64 behind = phys + s->length;

		sg_dma_len(s) = s->length;
		if (behind <= end || (behind <= reach && bypass_core_holds(bd, phys, s->length))) {
			s->dma_address = phys + bd->dma_base;
			continue;
		}
		s->dma_address = DMA_MAPPING_ERROR;
		if (!outside++) {
			first = s;
			left = n;
		}
	}

	if (outside && (whole || outside == nents)) {
		if (READ_ONCE(bd->takes_lists)) {
			int ret = bypass_translate_list(dev, sgl, nents, dir, attrs);

			if (ret > 0 && bypass_trace_on())
				bypass_trace_list(dev, sgl, nents);
			return ret;
		}
		mark_all(sgl, nents);
		first = sgl;
		left = nents;
		outside = nents;
	}
	if (outside) {
		if (outside != nents)
			WRITE_ONCE(bd->mixed_lists, true);
		if (translate_marked(bd, dev, first, left, outside, dir, attrs, outside != nents)) {
			sg_dma_len(sgl) = 0;
			/* As the kernel says it: without a table it is no use to try again. */
			return dbp_map_sg_error(READ_ONCE(bd->table) ? -ENOMEM : -EINVAL);
		}
	}
	if (bd->counted)
		bump(&bd->stats->live_direct, nents - outside);
	if (bypass_core_counts_direct())
		bump(&bd->stats->direct_maps, nents - outside);
	if (bypass_trace_direct_on())
		bypass_trace_direct_list(bd, sgl, nents);
	return nents;
}

static bool any_direct(const struct bypass_dev *bd, struct scatterlist *s, int left)
{
	for (; left > 0; s = next_segment(s, --left)) {
		if (!sg_dma_len(s))
			break;
		if (bypass_handle_is_direct(bd, s->dma_address))
			return true;
	}
	return false;
}

/**
 * bypass_unmap_segments - release a list that may have handles of both kinds
 * @dev: the device, wrapped
 * @sgl: the list
 * @nents: its length, as it was mapped
 * @dir: as it was mapped
 * @attrs: attributes, for the original ops
 *
 * Context: any.
 */
void bypass_unmap_segments(struct device *dev, struct scatterlist *sgl, int nents,
			   enum dma_data_direction dir, unsigned long attrs)
{
	struct bypass_dev *bd = bypass_dev_of(dev);
	bool mixed = READ_ONCE(bd->mixed_lists) && any_direct(bd, sgl, nents);
	int direct;

	if (!mixed && READ_ONCE(bd->takes_lists)) {
		bypass_release_list(dev, sgl, nents, dir, attrs);
		return;
	}
	direct = release_segments(bd, dev, sgl, nents, dir, attrs, mixed);
	if (bd->counted)
		bump(&bd->stats->live_direct, -direct);
}
