/* SPDX-License-Identifier: GPL-2.0 */
/* Cases of dbp_edu.c: single buffers, and where the window ends. */
#ifndef TESTS_EDU_PAGE_H
#define TESTS_EDU_PAGE_H

#include <linux/sizes.h>
#include <linux/slab.h>

#include "edu_range.h"

static int case_map_page(struct edu *e)
{
	static const struct { size_t off, n; } at[] = {
		{ 0, EDU_SIZE }, { 1, 4095 }, { 7, 64 }, { 512, 512 }, { 2048, EDU_SIZE },
		{ 4095, 2 }, { PAGE_SIZE - 1, 1 }, { PAGE_SIZE - 1000, 2000 },
		{ PAGE_SIZE, EDU_SIZE },
	};
	struct page *page = alloc_pages(GFP_KERNEL, 1);
	int i, ret = 0;

	if (!page)
		return fail(e, -ENOMEM, "no pages");
	for (i = 0; i < ARRAY_SIZE(at) && !ret; i++)
		ret = stream(e, page, 2 * PAGE_SIZE, at[i].off, at[i].n);
	__free_pages(page, 1);
	return ret;
}

/* One buffer for both directions, which CPU and device own by turns. */
static int one_single(struct edu *e, size_t n, unsigned long attrs)
{
	u8 *p = kmalloc(n, GFP_KERNEL);
	dma_addr_t handle;
	int ret;

	if (!p)
		return fail(e, -ENOMEM, "no memory");
	handle = dma_map_single_attrs(e->dev, p, n, DMA_BIDIRECTIONAL, attrs);
	ret = use_streaming(e, handle, virt_to_phys(p), n);
	if (!ret) {
		dma_sync_single_for_cpu(e->dev, handle, n, DMA_BIDIRECTIONAL);
		ret = there_and_back(e, p, handle, n, "map_single");
		dma_sync_single_for_device(e->dev, handle, n, DMA_BIDIRECTIONAL);
	}
	if (!dma_mapping_error(e->dev, handle))
		dma_unmap_single_attrs(e->dev, handle, n, DMA_BIDIRECTIONAL, attrs);
	kfree(p);
	return ret;
}

static int case_map_single(struct edu *e)
{
	static const size_t sizes[] = { 1, 64, 1500, EDU_SIZE };
	int i, ret = 0;

	for (i = 0; i < ARRAY_SIZE(sizes) && !ret; i++)
		ret = one_single(e, sizes[i], 0);
	return ret;
}

static int case_map_attrs(struct edu *e)
{
	return one_single(e, 1500, DMA_ATTR_SKIP_CPU_SYNC) ?:
	       one_single(e, 300, DMA_ATTR_WEAK_ORDERING) ?:
	       one_single(e, 64, DMA_ATTR_NO_WARN | DMA_ATTR_SKIP_CPU_SYNC);
}

static int case_given_page(struct edu *e)
{
	int ret = given_range(e, 16);
	struct page *last;

	if (ret)
		return ret;
	last = given_page(PHYS_PFN(len) - 2);
	ret = stream(e, given_page(0), 2 * PAGE_SIZE, 0, EDU_SIZE);
	if (!ret)
		ret = stream(e, given_page(0), 2 * PAGE_SIZE, PAGE_SIZE - 1000, 2000);
	if (!ret)
		ret = stream(e, given_page(2), 2 * PAGE_SIZE, 4095, 512);
	if (!ret)
		ret = stream(e, last, 2 * PAGE_SIZE, 2 * PAGE_SIZE - EDU_SIZE, EDU_SIZE);
	return ret;
}

/* A buffer as large as the device's path allows, up to what the allocator has. */
static int case_max_size(struct edu *e)
{
#if DBP_HAVE_DMA_OPS_MAX_MAPPING_SIZE
	size_t max = dma_max_mapping_size(e->dev);
#else
	size_t max = SIZE_MAX;
#endif
	size_t n = min_t(size_t, max, SZ_4M), part;
	struct page *page;
	dma_addr_t handle;
	int ret;
	u8 *p;

	if (max < PAGE_SIZE)
		return fail(e, -ERANGE, "the largest mapping is smaller than a page");
#if DBP_HAVE_DMA_OPT_MAPPING_SIZE
	if (dma_opt_mapping_size(e->dev) > max)
		return fail(e, -ERANGE, "the best size is above the largest");
#endif
	page = alloc_pages(GFP_KERNEL | __GFP_NOWARN, get_order(n));
	if (!page)
		return fail(e, -ENOMEM, "no pages");
	p = page_address(page);
	handle = dma_map_page(e->dev, page, 0, n, DMA_BIDIRECTIONAL);
	ret = use_streaming(e, handle, page_to_phys(page), n);
	/* Both ends, and around the middle, where a 2 MiB page ends. */
	part = n / 2 - 1000;
	if (!ret)
		ret = there_and_back(e, p, handle, EDU_SIZE, "start") ?:
		      there_and_back(e, p + part, handle + part, EDU_SIZE, "middle") ?:
		      there_and_back(e, p + n - EDU_SIZE, handle + n - EDU_SIZE, EDU_SIZE, "end");
	if (!dma_mapping_error(e->dev, handle))
		dma_unmap_page(e->dev, handle, n, DMA_BIDIRECTIONAL);
	__free_pages(page, get_order(n));
	return ret;
}

/*
 * A buffer that may reach into pages of others, whose data changes at any time: the device only
 * reads it, writes what it read to memory of ours, and what lies in the hole is compared.
 */
static int read_only(struct edu *e, phys_addr_t at, size_t n)
{
	bool look = at < hole + hole_len && at + n > hole;
	dma_addr_t handle, back = DMA_MAPPING_ERROR;
	u8 *copy = kmalloc(n, GFP_KERNEL);
	size_t i;
	int ret;

	if (!copy)
		return fail(e, -ENOMEM, "no memory");
	handle = map_any(e->dev, pfn_to_page(PHYS_PFN(at)), offset_in_page(at), n,
			 DMA_TO_DEVICE, 0);
	ret = use_streaming(e, handle, at, n);
	if (ret || !look)
		goto out;
	back = dma_map_single(e->dev, copy, n, DMA_FROM_DEVICE);
	ret = use_streaming(e, back, virt_to_phys(copy), n);
	if (!ret)
		ret = edu_move(e, handle, n, false) ?: edu_move(e, back, n, true);
	if (ret) {
		fail(e, ret, "reading");
		goto out;
	}
	dma_rmb();
	for (i = 0; i < n; i++) {
		const u8 *there = __va(at + i);

		if (at + i < hole || at + i >= hole + hole_len)
			continue;
		e->bytes++;
		if (copy[i] == *there || e->wrong++ || e->why[0])
			continue;
		scnprintf(e->why, sizeof(e->why), "byte %zu of %zu at %llx is %02x, not %02x", i,
			  n, (u64)at, copy[i], *there);
	}
out:
	if (!dma_mapping_error(e->dev, back))
		dma_unmap_single(e->dev, back, n, DMA_FROM_DEVICE);
	if (!dma_mapping_error(e->dev, handle))
		dma_unmap_page(e->dev, handle, n, DMA_TO_DEVICE);
	kfree(copy);
	return ret;
}

/* Behind the end of RAM there may be nothing to read, so only the route is looked at. */
static int case_bound_ram(struct edu *e)
{
	if (!ram_end) {
		scnprintf(e->why, sizeof(e->why), "ram_end= is not set");
		return SKIPPED;
	}
	return read_only(e, ram_end - 1000, 1000) ?:
	       read_only(e, ram_end - 1000, 1001) ?:
	       read_only(e, ram_end - 1, 1) ?:
	       read_only(e, ram_end - 1, 2) ?:
	       read_only(e, ram_end, 1);
}

static int case_bound_hole(struct edu *e)
{
	u64 end = hole + hole_len;

	if (!hole_len) {
		scnprintf(e->why, sizeof(e->why), "hole= is not set");
		return SKIPPED;
	}
	fill(e, __va(hole), PAGE_SIZE);
	fill(e, __va(end - PAGE_SIZE), PAGE_SIZE);
	/* Its last bytes outside, its first bytes outside, and the neighbours on both sides. */
	return read_only(e, hole - 1000, 1000) ?:
	       read_only(e, hole - 1000, 1001) ?:
	       read_only(e, hole - 1, 2) ?:
	       read_only(e, hole - 1, 1000) ?:
	       read_only(e, hole, 1000) ?:
	       read_only(e, end - 1000, 1000) ?:
	       read_only(e, end - 1000, 1001) ?:
	       read_only(e, end - 1, 2) ?:
	       read_only(e, end - 1, 1000) ?:
	       read_only(e, end, 1000);
}

#endif
