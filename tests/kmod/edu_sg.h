/* SPDX-License-Identifier: GPL-2.0 */
/* Scatterlists for dbp_edu.c. */
#ifndef TESTS_EDU_SG_H
#define TESTS_EDU_SG_H

#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "edu_range.h"

#define SEGMENTS	16

static int move_list(struct edu *e, struct scatterlist *list, int n, size_t total)
{
	int mapped = dma_map_sg(e->dev, list, n, DMA_BIDIRECTIONAL);
	u8 *data = kmalloc(EDU_SIZE, GFP_KERNEL);
	struct scatterlist *sg;
	size_t at = 0;
	int i, ret = 0;

	if (!data)
		ret = fail(e, -ENOMEM, "no memory");
	if (mapped <= 0)
		ret = fail(e, -ENOMEM, "mapping failed");
	for_each_sg(list, sg, ret ? 0 : mapped, i) {
		size_t done, part;

		ret = use_streaming(e, sg_dma_address(sg), sg_dma_len(sg));
		for (done = 0; done < sg_dma_len(sg) && !ret; done += part, at += part) {
			dma_addr_t handle = sg_dma_address(sg) + done;

			part = min_t(size_t, EDU_SIZE, sg_dma_len(sg) - done);
			fill(e, data, part);
			sg_pcopy_from_buffer(list, n, data, part, at);
			ret = edu_move(e, handle, part, false);
			memset(data, POISON, part);
			sg_pcopy_from_buffer(list, n, data, part, at);
			if (!ret)
				ret = edu_move(e, handle, part, true);
			sg_pcopy_to_buffer(list, n, data, part, at);
			compare(e, data, part, "segment");
		}
		if (ret) {
			fail(e, ret, "segment");
			break;
		}
	}
	if (!ret && at != total)
		ret = fail(e, -EIO, "the mapped list has another length");
	if (mapped > 0)
		dma_unmap_sg(e->dev, list, n, DMA_BIDIRECTIONAL);
	kfree(data);
	return ret;
}

/* @given has a bit for each segment that lies in the given range. */
static int run_list(struct edu *e, int n, unsigned long given)
{
	struct scatterlist list[SEGMENTS], *sg;
	size_t total = 0;
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
		total += size;
	}
	ret = move_list(e, list, n, total);
	for_each_sg(list, sg, n, i) {
		u8 *base = page_address(sg_page(sg));
		size_t end = sg->offset + sg->length;

		check_untouched(e, base, sg->offset, "segment");
		check_untouched(e, base + end, PAGE_SIZE - end, "segment");
	}
out:
	for_each_sg(list, sg, n, i)
		if (sg_page(sg) && !(given & BIT(i)))
			__free_page(sg_page(sg));
	return ret;
}

#endif
