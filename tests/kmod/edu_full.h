/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Cases of dbp_edu.c: a TCE table that is full, and none at all. They make maps fail, so they are
 * not part of "run".
 */
#ifndef TESTS_EDU_FULL_H
#define TESTS_EDU_FULL_H

#include <linux/vmalloc.h>

#include "edu_mask.h"
#include "edu_sg.h"

#define FILL_MAX	32768

struct filler {
	struct page *page;
	size_t unit;		/* what one TCE maps */
	int n;
	struct {
		dma_addr_t handle;
		size_t size;
	} map[FILL_MAX];
};

/* A map that is expected to fail says nothing: the attribute must get through. */
static bool fill_one(struct edu *e, struct filler *f, size_t size)
{
	dma_addr_t handle;

	if (f->n == FILL_MAX)
		return false;
	handle = map_any(e->dev, f->page, 0, size, DMA_TO_DEVICE, DMA_ATTR_NO_WARN);
	if (dma_mapping_error(e->dev, handle))
		return false;
	f->map[f->n].handle = handle;
	f->map[f->n++].size = size;
	return true;
}

static void drain_to(struct edu *e, struct filler *f, int n)
{
	while (f->n > n) {
		f->n--;
		dma_unmap_page(e->dev, f->map[f->n].handle, f->map[f->n].size, DMA_TO_DEVICE);
	}
}

/* The kernel keeps large and small blocks apart, so both kinds are used up. */
static int fill_table(struct edu *e, struct filler *f)
{
	while (fill_one(e, f, 64 * f->unit))
		;
	while (fill_one(e, f, 16 * f->unit))
		;
	while (fill_one(e, f, 15 * f->unit))
		;
	while (fill_one(e, f, f->unit))
		;
	if (f->n == FILL_MAX || !f->n)
		return fail(e, -E2BIG, "the table cannot be filled");
	return 0;
}

/* Of a full table: leave exactly @n entries. */
static int leave_free(struct edu *e, struct filler *f, int n)
{
	int i = f->n;

	while (i-- && f->map[i].size != 15 * f->unit)
		;
	if (i < 0)
		return fail(e, -EINVAL, "no block to break up");
	dma_unmap_page(e->dev, f->map[i].handle, f->map[i].size, DMA_TO_DEVICE);
	f->map[i] = f->map[--f->n];
	for (i = n; i < 15; i++)
		if (!fill_one(e, f, f->unit))
			return fail(e, -ENOMEM, "a released block cannot be used again");
	return 0;
}

static struct filler *new_filler(struct edu *e, bool given)
{
	struct iommu_table *tbl = dbp_table_of(e->dev);
	struct filler *f = vzalloc(sizeof(*f));

	if (!f || !tbl)
		goto fail;
	f->unit = 1UL << tbl->it_page_shift;
	f->page = given ? given_page(0) :
		  alloc_pages(GFP_KERNEL | __GFP_NOWARN, get_order(64 * f->unit));
	if (f->page)
		return f;
fail:
	vfree(f);
	return NULL;
}

static void free_filler(struct edu *e, struct filler *f, bool given)
{
	drain_to(e, f, 0);
	if (!given)
		__free_pages(f->page, get_order(64 * f->unit));
	vfree(f);
}

/* What must hold while the table is full: each function fails, and nothing is taken. */
static int check_full(struct edu *e, struct page *page)
{
	struct scatterlist list[4], *sg;
	long used = tces_used(e);
	dma_addr_t handle;
	void *p;
	int i;

	handle = map_any(e->dev, page, 0, 64, DMA_TO_DEVICE, DMA_ATTR_NO_WARN);
	if (!dma_mapping_error(e->dev, handle)) {
		dma_unmap_page(e->dev, handle, 64, DMA_TO_DEVICE);
		return fail(e, -EINVAL, "a page was mapped in a full table");
	}
	sg_init_table(list, ARRAY_SIZE(list));
	for_each_sg(list, sg, ARRAY_SIZE(list), i)
		sg_set_page(sg, page, 64, 128 * i);
	if (dma_map_sg_attrs(e->dev, list, ARRAY_SIZE(list), DMA_TO_DEVICE, DMA_ATTR_NO_WARN)) {
		dma_unmap_sg(e->dev, list, ARRAY_SIZE(list), DMA_TO_DEVICE);
		return fail(e, -EINVAL, "a list was mapped in a full table");
	}
	p = dma_alloc_coherent(e->dev, PAGE_SIZE, &handle, GFP_KERNEL);
	if (p) {
		dma_free_coherent(e->dev, PAGE_SIZE, p, handle);
		return fail(e, -EINVAL, "there was coherent memory in a full table");
	}
	if (tces_used(e) != used)
		return fail(e, -EINVAL, "what failed has left TCEs in use");
	return 0;
}

/* Masks of 32 bits send everything through the table, whatever is expected otherwise. */
static int case_exhaust(struct edu *e)
{
	u64 coherent = e->dev->coherent_dma_mask;
	u64 streaming = *e->dev->dma_mask;
	struct filler *f;
	int ret;

	ret = dma_set_mask(e->dev, DMA_BIT_MASK(32)) ?:
	      dma_set_coherent_mask(e->dev, DMA_BIT_MASK(32));
	if (ret)
		return restore_masks(e, streaming, coherent,
				     fail(e, ret, "32 bits are refused"));
	f = new_filler(e, false);
	if (!f) {
		ret = fail(e, -ENOMEM, "no memory, or no table");
	} else {
		long before = tces_used(e);

		ret = fill_table(e, f) ?: check_full(e, f->page);
		drain_to(e, f, 0);
		if (!ret && tces_used(e) != before)
			ret = fail(e, -EINVAL, "TCEs stay in use");
		/* The same again: all of the table has come back. */
		if (!ret)
			ret = fill_table(e, f);
		drain_to(e, f, 0);
		if (!ret)
			ret = stream(e, f->page, PAGE_SIZE, 0, 2000) ?: one_coherent(e, PAGE_SIZE);
		free_filler(e, f, false);
	}
	return restore_masks(e, streaming, coherent, ret);
}

/* A list whose segments need four TCEs where there are three, then three. */
static int partial_list(struct edu *e, struct page *outside, bool mixed)
{
	struct page *ram = alloc_page(GFP_KERNEL);
	struct scatterlist list[8], *sg;
	long used = tces_used(e);
	int i, ret = 0;

	if (!ram)
		return fail(e, -ENOMEM, "no pages");
	sg_init_table(list, ARRAY_SIZE(list));
	/* Segments 1, 3, 5 and 7 lie outside; so do the others when it is not mixed. */
	for_each_sg(list, sg, ARRAY_SIZE(list), i)
		sg_set_page(sg, i & 1 ? outside : ram, 100, 200 * i);
	if (dma_map_sg_attrs(e->dev, list, ARRAY_SIZE(list), DMA_BIDIRECTIONAL, DMA_ATTR_NO_WARN))
		ret = fail(e, -EINVAL, "more segments than TCEs were mapped");
	else if (tces_used(e) != used)
		ret = fail(e, -EINVAL, "a list that failed has left TCEs in use");
	sg_mark_end(&list[mixed ? 6 : 2]);
	if (!ret)
		ret = move_list(e, list, mixed ? 7 : 3);
	__free_page(ram);
	return ret;
}

static int with_three_free(struct edu *e, bool given)
{
	struct filler *f = new_filler(e, given);
	struct page *outside;
	int ret;

	if (!f)
		return fail(e, -ENOMEM, "no memory, or no table");
	outside = given ? given_page(1) : f->page;
	ret = fill_table(e, f) ?: leave_free(e, f, 3) ?: partial_list(e, outside, given);
	free_filler(e, f, given);
	return ret;
}

static int case_undo(struct edu *e)
{
	u64 coherent = e->dev->coherent_dma_mask;
	u64 streaming = *e->dev->dma_mask;
	int ret;

	ret = dma_set_mask(e->dev, DMA_BIT_MASK(32));
	if (ret)
		fail(e, ret, "32 bits are refused");
	return restore_masks(e, streaming, coherent, ret ?: with_three_free(e, false));
}

static int case_undo_mixed(struct edu *e)
{
	if (!expects("direct")) {
		scnprintf(e->why, sizeof(e->why), "no buffer is direct");
		return SKIPPED;
	}
	return given_range(e, PHYS_PFN(SZ_4M)) ?: with_three_free(e, true);
}

static bool is_taken(struct edu *e)
{
	if (expects("direct") || expects("translate"))
		return true;
	scnprintf(e->why, sizeof(e->why), "dma_bypass has not taken the device");
	return false;
}

/* Without a table, what is in the window works, and what is outside is refused. */
static int without_table(struct edu *e, struct page *page)
{
	struct scatterlist list[3];
	dma_addr_t handle;
	int ret = 0;

	if (expects("direct"))
		ret = stream(e, page, PAGE_SIZE, 0, 2000) ?: one_coherent(e, SZ_64K) ?:
		      case_alloc_pages(e);
	if (ret < 0 || !phys)
		return ret < 0 ? ret : 0;
	handle = map_any(e->dev, given_page(0), 0, 64, DMA_TO_DEVICE, 0);
	if (!dma_mapping_error(e->dev, handle))
		return fail(e, -EINVAL, "a given page was mapped without a table");
	sg_init_table(list, ARRAY_SIZE(list));
	sg_set_page(&list[0], page, 64, 0);
	sg_set_page(&list[1], given_page(0), 64, 0);
	sg_set_page(&list[2], page, 64, 128);
	if (dma_map_sg(e->dev, list, ARRAY_SIZE(list), DMA_TO_DEVICE))
		return fail(e, -EINVAL, "a list was mapped without a table");
	return 0;
}

/* A table comes and goes only while a mask is set, so the module looks for it then. */
static void lose_table(struct edu *e)
{
	set_iommu_table_base(e->dev, NULL);
	dma_set_mask(e->dev, *e->dev->dma_mask);
}

/* As on a device whose only window is the direct one. The kernel alone might not survive this. */
static int case_no_table(struct edu *e)
{
	struct iommu_table *tbl = dbp_table_of(e->dev);
	u64 coherent = e->dev->coherent_dma_mask;
	u64 streaming = *e->dev->dma_mask;
	struct page *page;
	int ret;

	if (!is_taken(e))
		return SKIPPED;
	page = alloc_page(GFP_KERNEL);
	if (!page)
		return fail(e, -ENOMEM, "no pages");
	ret = dma_set_mask(e->dev, DMA_BIT_MASK(32)) ?:
	      dma_set_coherent_mask(e->dev, DMA_BIT_MASK(32));
	if (ret)
		fail(e, ret, "32 bits are refused");
	lose_table(e);
	if (!ret)
		ret = check_full(e, page);
	set_iommu_table_base(e->dev, tbl);
	ret = restore_masks(e, streaming, coherent, ret);

	lose_table(e);
	if (!ret)
		ret = without_table(e, page);
	set_iommu_table_base(e->dev, tbl);
	__free_page(page);
	return restore_masks(e, streaming, coherent, ret);
}

static bool gone;
module_param(gone, bool, 0644);
MODULE_PARM_DESC(gone, "the default window is gone, whatever table the kernel has for it");

/* And on a device that really has no other. */
static int case_refused(struct edu *e)
{
	struct page *page;
	int ret;

	if (dbp_table_of(e->dev) && !gone) {
		scnprintf(e->why, sizeof(e->why), "the device has a TCE table");
		return SKIPPED;
	}
	page = alloc_page(GFP_KERNEL);
	if (!page)
		return fail(e, -ENOMEM, "no pages");
	ret = without_table(e, page);
	if (!ret && !dma_set_mask(e->dev, DMA_BIT_MASK(32)))
		ret = fail(e, -EINVAL, "32 bits are promised without a table");
	__free_page(page);
	return ret;
}

#endif
