/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mappings that stay while other things change. Writing a number of pages to
 * the file "hold" maps them, by turns in RAM and in the given range, and one
 * piece of coherent memory. Writing 0 moves data through all those handles,
 * releases them and leaves the verdict in "result".
 */
#ifndef TESTS_EDU_HOLD_H
#define TESTS_EDU_HOLD_H

#include "edu_range.h"

#define HOLD_MAX	64

struct hold {
	int pages;
	struct page *page[HOLD_MAX];
	dma_addr_t handle[HOLD_MAX];
	bool given[HOLD_MAX];
	u8 *coherent;
	dma_addr_t coherent_handle;
};

static void hold_drop(struct edu *e, struct hold *h)
{
	while (h->pages) {
		int i = --h->pages;

		dma_unmap_page(e->dev, h->handle[i], PAGE_SIZE, DMA_BIDIRECTIONAL);
		if (!h->given[i])
			__free_page(h->page[i]);
	}
	if (h->coherent)
		dma_free_coherent(e->dev, PAGE_SIZE, h->coherent, h->coherent_handle);
	h->coherent = NULL;
}

static int hold_take(struct edu *e, struct hold *h, int pages, unsigned int given)
{
	while (h->pages < pages) {
		int i = h->pages;
		struct page *page;

		h->given[i] = i & 1 && i < given;
		page = h->given[i] ? given_page(i) : alloc_page(GFP_KERNEL);
		if (!page)
			goto fail;
		h->page[i] = page;
		h->handle[i] = map_any(e->dev, page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL, 0);
		if (dma_mapping_error(e->dev, h->handle[i])) {
			if (!h->given[i])
				__free_page(page);
			goto fail;
		}
		h->pages++;
	}
	h->coherent = dma_alloc_coherent(e->dev, PAGE_SIZE, &h->coherent_handle, GFP_KERNEL);
	if (h->coherent)
		return 0;
fail:
	hold_drop(e, h);
	return -ENOMEM;
}

static int hold_check(struct edu *e, struct hold *h)
{
	int i, ret;

	ret = use_handle(e, h->coherent_handle, PAGE_SIZE, e->dev->coherent_dma_mask) ?:
	      there_and_back(e, h->coherent, h->coherent_handle, EDU_SIZE, "held coherent");
	for (i = 0; i < h->pages && !ret; i++)
		ret = use_handle(e, h->handle[i], PAGE_SIZE, *e->dev->dma_mask) ?:
		      there_and_back(e, page_address(h->page[i]), h->handle[i], EDU_SIZE,
				     h->given[i] ? "held given page" : "held page");
	return ret;
}

#endif
