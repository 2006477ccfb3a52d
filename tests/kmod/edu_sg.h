/* SPDX-License-Identifier: GPL-2.0 */
/* Cases of dbp_edu.c: scatterlists. */
#ifndef TESTS_EDU_SG_H
#define TESTS_EDU_SG_H

#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "edu_range.h"

#define SEGMENTS	16

/* Pieces of a list may overlap: no cache here has to be kept clean. */
#ifdef DMA_ATTR_DEBUGGING_IGNORE_CACHELINES
#define LIST_ATTRS	DMA_ATTR_DEBUGGING_IGNORE_CACHELINES
#else
#define LIST_ATTRS	0
#endif

/* Where each segment of a mapped list went. The kernel joins only what it translates. */
static int check_list(struct edu *e, struct scatterlist *list, int n, int mapped, long taken)
{
	u64 limit = *e->dev->dma_mask;
	struct scatterlist *sg;
	int i, ret = 0, inside = 0;
	long wanted = 0;

	for_each_sg(list, sg, n, i) {
		if (is_inside(sg_phys(sg), sg->length, limit))
			inside++;
		else
			wanted += tces_for(e, sg_phys(sg), sg->length);
		if (mapped == n && !ret)
			ret = check_route(e, sg_dma_address(sg), sg_phys(sg), sg->length, limit);
	}
	if (ret)
		return ret;
	if (inside && mapped != n)
		return fail(e, -EXDEV, "segments in the window were joined");
	if ((expects("direct") || expects("translate")) && taken != wanted) {
		scnprintf(e->why, sizeof(e->why), "%ld TCEs for %d of %d segments, not %ld", taken,
			  n - inside, n, wanted);
		return -EXDEV;
	}
	return 0;
}

/* Both lists at once, since a segment of handles may be several segments of memory. */
static int move_mapped(struct edu *e, struct scatterlist *list, int mapped)
{
	struct scatterlist *sg, *cpu = list;
	size_t at = 0, done, part;
	int i, ret;

	for_each_sg(list, sg, mapped, i) {
		ret = use_handle(e, sg_dma_address(sg), sg_dma_len(sg), *e->dev->dma_mask);
		if (ret)
			return ret;
		for (done = 0; done < sg_dma_len(sg); done += part) {
			if (!cpu)
				return fail(e, -EIO, "the mapped list is too long");
			part = min3((size_t)EDU_SIZE, (size_t)sg_dma_len(sg) - done,
				    (size_t)cpu->length - at);
			ret = there_and_back(e, (u8 *)sg_virt(cpu) + at, sg_dma_address(sg) + done,
					     part, "segment");
			if (ret)
				return ret;
			at += part;
			if (at == cpu->length) {
				cpu = sg_next(cpu);
				at = 0;
			}
		}
	}
	return cpu ? fail(e, -EIO, "the mapped list is too short") : 0;
}

static int move_list(struct edu *e, struct scatterlist *list, int n)
{
	long before = tces_used(e);
	int mapped = dma_map_sg_attrs(e->dev, list, n, DMA_BIDIRECTIONAL, LIST_ATTRS);
	int ret;

	if (mapped <= 0)
		return fail(e, -ENOMEM, "mapping failed");
	dma_sync_sg_for_cpu(e->dev, list, n, DMA_BIDIRECTIONAL);
	ret = check_list(e, list, n, mapped, tces_used(e) - before);
	if (!ret)
		ret = move_mapped(e, list, mapped);
	dma_sync_sg_for_device(e->dev, list, n, DMA_BIDIRECTIONAL);
	dma_unmap_sg_attrs(e->dev, list, n, DMA_BIDIRECTIONAL, LIST_ATTRS);
	return ret;
}

/* @given has a bit for each segment that lies in the given range. */
static int run_list(struct edu *e, int n, unsigned long given)
{
	struct scatterlist list[SEGMENTS], *sg;
	int i, ret = 0;

	sg_init_table(list, n);
	for_each_sg(list, sg, n, i) {
		struct page *page = given & BIT(i) ? given_page(i) : alloc_page(GFP_KERNEL);
		/* Two of three neighbours meet at a page's end: an IOMMU may join them. */
		unsigned int size = 512 + i * 776 % 2560;
		unsigned int off = i % 3 ? (i % 3 - 1) * 1000 : PAGE_SIZE - size;

		if (!page) {
			ret = fail(e, -ENOMEM, "no pages");
			goto out;
		}
		memset(page_address(page), POISON, PAGE_SIZE);
		sg_set_page(sg, page, size, off);
	}
	ret = move_list(e, list, n);
	for_each_sg(list, sg, n, i) {
		u8 *start = page_address(sg_page(sg));
		size_t end = sg->offset + sg->length;

		check_untouched(e, start, sg->offset, "segment");
		check_untouched(e, start + end, PAGE_SIZE - end, "segment");
	}
out:
	for_each_sg(list, sg, n, i)
		if (sg_page(sg) && !(given & BIT(i)))
			__free_page(sg_page(sg));
	return ret;
}

static int case_map_sg(struct edu *e)
{
	static const int counts[] = { 1, 2, 3, SEGMENTS };
	int i, ret = 0;

	for (i = 0; i < ARRAY_SIZE(counts) && !ret; i++)
		ret = run_list(e, counts[i], 0);
	return ret;
}

static int case_given_sg(struct edu *e)
{
	return given_range(e, SEGMENTS) ?: run_list(e, 3, ~0UL);
}

static int case_mixed_sg(struct edu *e)
{
	return given_range(e, SEGMENTS) ?: run_list(e, SEGMENTS, 0x5a36);
}

/* Long lists of pieces of any length anywhere ------------------------------------ */

struct area {
	phys_addr_t at;
	size_t size;
};

/* A piece around a multiple of @size, if the area has one. */
static bool crossing(struct edu *e, const struct area *a, size_t size, struct area *piece)
{
	phys_addr_t first = round_up(a->at + 512, size), last = a->at + a->size - 512;
	u32 before = 1 + any_below(e, 256);

	if (first > last)
		return false;
	piece->at = first + (u64)size * any_below(e, (last - first) / size + 1) - before;
	piece->size = before + 1 + any_below(e, 256);
	return true;
}

static void pick_piece(struct edu *e, const struct area *a, struct area *piece)
{
	u32 kind = any_below(e, 64);

	piece->size = 1 + any_below(e, 300);
	if (kind < 12 && crossing(e, a, SZ_4K, piece))
		return;
	if (kind < 24 && crossing(e, a, SZ_64K, piece))
		return;
	if (kind < 28 && crossing(e, a, SZ_2M, piece))
		return;
	if (kind < 32 && crossing(e, a, SZ_16M, piece))
		return;
	if (kind == 32)
		piece->size = 2 * SZ_4K + any_below(e, SZ_4K);
	if (kind == 33 && !any_below(e, 4))
		piece->size = PAGE_SIZE + any_below(e, 1000);
	piece->at = a->at + any_below(e, a->size - piece->size);
	if (kind > 33 && kind < 38) {
		piece->at = round_down(piece->at, SZ_4K);
		piece->size = SZ_4K;
	}
}

static int long_list(struct edu *e, const struct area *a, int areas, int n)
{
	struct scatterlist *sg;
	struct sg_table table;
	struct area piece;
	int i, ret;

	if (sg_alloc_table(&table, n, GFP_KERNEL))
		return fail(e, -ENOMEM, "no memory for the list");
	for_each_sg(table.sgl, sg, n, i) {
		pick_piece(e, &a[any_below(e, areas)], &piece);
		sg_set_page(sg, pfn_to_page(PHYS_PFN(piece.at)), piece.size,
			    offset_in_page(piece.at));
	}
	ret = move_list(e, table.sgl, n);
	if (ret && !e->why[0])
		scnprintf(e->why, sizeof(e->why), "list of %d: error %d", n, ret);
	sg_free_table(&table);
	return ret;
}

#define AREA_SIZE	SZ_4M

static int long_lists(struct edu *e, const int *counts, int n)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_NOWARN, get_order(AREA_SIZE));
	struct area a[2] = { { .size = AREA_SIZE }, { .at = phys, .size = len } };
	int i, areas = given_range(e, SEGMENTS) ? 1 : 2, ret = 0;

	e->why[0] = 0;
	if (!page)
		return fail(e, -ENOMEM, "no pages");
	a[0].at = page_to_phys(page);
	for (i = 0; i < n && !ret; i++)
		ret = long_list(e, a, areas, counts[i]);
	__free_pages(page, get_order(AREA_SIZE));
	return ret;
}

static int case_lists(struct edu *e)
{
	static const int counts[] = { 1, 2, 31, 127, 128, 129 };

	return long_lists(e, counts, ARRAY_SIZE(counts));
}

static int case_list_1024(struct edu *e)
{
	static const int counts[] = { 1024 };

	return long_lists(e, counts, ARRAY_SIZE(counts));
}

#endif
