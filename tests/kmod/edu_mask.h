/* SPDX-License-Identifier: GPL-2.0 */
/* Cases of dbp_edu.c: the two masks, streaming and coherent. Each leaves them as it found them. */
#ifndef TESTS_EDU_MASK_H
#define TESTS_EDU_MASK_H

#include "edu_alloc.h"

static int with_masks(struct edu *e, unsigned int streaming, unsigned int coherent,
		      bool coherent_first)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);
	int ret = 0;

	if (!page)
		return fail(e, -ENOMEM, "no pages");
	if (coherent_first)
		ret = dma_set_coherent_mask(e->dev, DMA_BIT_MASK(coherent));
	if (!ret)
		ret = dma_set_mask(e->dev, DMA_BIT_MASK(streaming));
	if (!ret && !coherent_first)
		ret = dma_set_coherent_mask(e->dev, DMA_BIT_MASK(coherent));
	if (ret)
		fail(e, ret, "the mask is refused");
	if (!ret)
		ret = one_coherent(e, PAGE_SIZE) ?:
		      stream(e, page, 2 * PAGE_SIZE, PAGE_SIZE - 1000, 2000);
	if (ret && !e->why[0])
		scnprintf(e->why, sizeof(e->why), "streaming %u, coherent %u", streaming, coherent);
	__free_pages(page, 1);
	return ret;
}

static int restore_masks(struct edu *e, u64 streaming, u64 coherent, int ret)
{
	if (dma_set_mask(e->dev, streaming) || dma_set_coherent_mask(e->dev, coherent))
		return fail(e, -EIO, "the former masks are refused");
	return ret;
}

static int case_masks(struct edu *e)
{
	static const unsigned int bits[] = { 32, 40, 47, 60, 63, 64, 33, 64 };
	u64 coherent = e->dev->coherent_dma_mask;
	u64 streaming = *e->dev->dma_mask;
	int i, ret = 0;

	for (i = 0; i < ARRAY_SIZE(bits) && !ret; i++)
		ret = with_masks(e, bits[i], bits[i], i & 1);
	return restore_masks(e, streaming, coherent, ret);
}

/* A small coherent mask must bind coherent memory and nothing else, whichever is set first. */
static int case_coherent32_first(struct edu *e)
{
	u64 coherent = e->dev->coherent_dma_mask;
	u64 streaming = *e->dev->dma_mask;

	return restore_masks(e, streaming, coherent, with_masks(e, 64, 32, true));
}

static int case_coherent32_last(struct edu *e)
{
	u64 coherent = e->dev->coherent_dma_mask;
	u64 streaming = *e->dev->dma_mask;

	return restore_masks(e, streaming, coherent, with_masks(e, 64, 32, false));
}

/* And the other way round: a small streaming mask must not bind coherent memory. */
static int case_streaming32(struct edu *e)
{
	u64 coherent = e->dev->coherent_dma_mask;
	u64 streaming = *e->dev->dma_mask;

	return restore_masks(e, streaming, coherent,
			     with_masks(e, 32, 64, true) ?: with_masks(e, 32, 64, false));
}

/* The question must change nothing, whatever the masks are when it is asked. */
static int case_required_mask(struct edu *e)
{
	u64 coherent = e->dev->coherent_dma_mask;
	u64 streaming = *e->dev->dma_mask;
	u64 small, large;
	int ret;

	ret = dma_set_mask(e->dev, DMA_BIT_MASK(32)) ?:
	      dma_set_coherent_mask(e->dev, DMA_BIT_MASK(32));
	if (ret)
		return restore_masks(e, streaming, coherent,
				     fail(e, ret, "32 bits are refused"));
	small = dma_get_required_mask(e->dev);
	ret = one_coherent(e, PAGE_SIZE) ?: with_masks(e, 64, 64, false);
	large = dma_get_required_mask(e->dev);
	if (!ret && expects("direct") && base + ram_end - 1 > large)
		ret = fail(e, -ERANGE, "the required mask does not reach all RAM");
	if (!ret && (!small || !large || (small & (small + 1)) || (large & (large + 1))))
		ret = fail(e, -ERANGE, "the required mask is none");
	if (!ret)
		ret = with_masks(e, 64, 64, true);
	return restore_masks(e, streaming, coherent, ret);
}

#endif
