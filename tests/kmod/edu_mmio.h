/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Cases of dbp_edu.c: the memory of other devices. It is never in the direct window. The kernel's
 * own path cannot map it before 7.0, so these cases are not part of "run".
 */
#ifndef TESTS_EDU_MMIO_H
#define TESTS_EDU_MMIO_H

#include <linux/memremap.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>

#include "edu_sg.h"

static unsigned long long mmio;
module_param(mmio, ullong, 0644);
MODULE_PARM_DESC(mmio, "memory of another device on the same PHB, 16 MiB, aligned to them");

static unsigned long long far_mmio;
module_param(far_mmio, ullong, 0644);
MODULE_PARM_DESC(far_mmio, "the same on another PHB");

static int no_mmio(struct edu *e)
{
	scnprintf(e->why, sizeof(e->why), "there is no such memory");
	return SKIPPED;
}

/* The CPU wrote the pattern to @there; the device fetches it and brings it back. */
static int move_mmio(struct edu *e, dma_addr_t handle, void __iomem *there, const char *what)
{
	u8 *p = kmalloc(EDU_SIZE, GFP_KERNEL);
	int ret;

	if (!p)
		return fail(e, -ENOMEM, "no memory");
	fill(e, p, EDU_SIZE);
	memcpy_toio(there, p, EDU_SIZE);
	ret = edu_move(e, handle, EDU_SIZE, false);
	memset_io(there, POISON, EDU_SIZE);
	if (!ret)
		ret = edu_move(e, handle, EDU_SIZE, true);
	if (ret)
		fail(e, ret, what);
	memcpy_fromio(p, there, EDU_SIZE);
	compare(e, p, EDU_SIZE, what);
	kfree(p);
	return ret;
}

/* What another device has is outside the window, whatever its address. */
static int use_mmio(struct edu *e, dma_addr_t handle, phys_addr_t at, size_t n)
{
	if (dma_mapping_error(e->dev, handle))
		return fail(e, -ENOMEM, "mapping failed");
	if (handle == at || handle == base + at)
		return fail(e, -EXDEV, "not translated");
	return use_handle(e, handle, n, *e->dev->dma_mask);
}

static int resource_at(struct edu *e, phys_addr_t at)
{
	void __iomem *there = ioremap(at, SZ_64K);
	dma_addr_t handle;
	int ret;

	if (!there)
		return fail(e, -ENOMEM, "no mapping for the CPU");
	handle = dma_map_resource(e->dev, at, SZ_64K, DMA_BIDIRECTIONAL, 0);
	ret = use_mmio(e, handle, at, SZ_64K);
	if (!ret)
		ret = move_mmio(e, handle, there, "resource") ?:
		      move_mmio(e, handle + 7, there + 7, "resource + 7") ?:
		      move_mmio(e, handle + SZ_64K - EDU_SIZE, there + SZ_64K - EDU_SIZE,
				"its end");
	if (!dma_mapping_error(e->dev, handle))
		dma_unmap_resource(e->dev, handle, SZ_64K, DMA_BIDIRECTIONAL, 0);
	iounmap(there);
	return ret;
}

static int case_resource(struct edu *e)
{
	return mmio ? resource_at(e, mmio) ?: resource_at(e, mmio + SZ_1M - SZ_4K) : no_mmio(e);
}

static int case_far_resource(struct edu *e)
{
	return far_mmio ? resource_at(e, far_mmio) : no_mmio(e);
}

#if DBP_HAVE_DMA_MAP_PHYS && DBP_HAVE_DMA_ATTR_MMIO
static int phys_at(struct edu *e, phys_addr_t at)
{
	void __iomem *there = ioremap(at, SZ_64K);
	dma_addr_t handle;
	int ret;

	if (!there)
		return fail(e, -ENOMEM, "no mapping for the CPU");
	handle = dma_map_phys(e->dev, at + 3, 6000, DMA_BIDIRECTIONAL, DMA_ATTR_MMIO);
	ret = use_mmio(e, handle, at + 3, 6000);
	if (!ret)
		ret = move_mmio(e, handle, there + 3, "start") ?:
		      move_mmio(e, handle + 6000 - EDU_SIZE, there + 6003 - EDU_SIZE, "end");
	if (!dma_mapping_error(e->dev, handle))
		dma_unmap_phys(e->dev, handle, 6000, DMA_BIDIRECTIONAL, DMA_ATTR_MMIO);
	iounmap(there);
	return ret;
}

static int case_map_phys_mmio(struct edu *e)
{
	if (!mmio)
		return no_mmio(e);
	return phys_at(e, mmio) ?: far_mmio ? phys_at(e, far_mmio) : 0;
}
#else
#define case_map_phys_mmio case_missing
#endif

#if DBP_HAVE_MEMREMAP_PAGES
/* Struct pages for the memory: what a driver gets that shares it with others. */
static int pages_at(struct edu *e, phys_addr_t at)
{
	struct dev_pagemap *map = kzalloc(sizeof(*map), GFP_KERNEL);
	struct page *ram = alloc_page(GFP_KERNEL);
	struct scatterlist list[3];
	struct page *page;
	int ret = 0;

	if (!map || !ram) {
		ret = fail(e, -ENOMEM, "no memory");
		goto out;
	}
	map->type = MEMORY_DEVICE_PCI_P2PDMA;
#if DBP_HAVE_DEV_PAGEMAP_RANGE
	map->range.start = at;
	map->range.end = at + SZ_16M - 1;
	map->nr_range = 1;
#else
	map->res.start = at;
	map->res.end = at + SZ_16M - 1;
#endif
	if (IS_ERR(memremap_pages(map, NUMA_NO_NODE))) {
		/* Before 5.8 a POWER guest could not: it wanted to map them as cached memory. */
		ret = DBP_HAVE_DEV_PAGEMAP_RANGE ?
		      fail(e, -ENXIO, "no page structs") : case_missing(e);
		goto out;
	}
	page = pfn_to_page(PHYS_PFN(at));
	ret = stream(e, page, PAGE_SIZE, 0, 2000) ?:
	      stream(e, page, 2 * PAGE_SIZE, PAGE_SIZE - 1000, 2000);
	/* And in a list with RAM. */
	sg_init_table(list, ARRAY_SIZE(list));
	sg_set_page(&list[0], ram, 1000, 8);
	sg_set_page(&list[1], page + 1, 3000, 0);
	sg_set_page(&list[2], ram, 500, 2000);
	if (!ret)
		ret = move_list(e, list, ARRAY_SIZE(list));
	memunmap_pages(map);
out:
	if (ram)
		__free_page(ram);
	kfree(map);
	return ret;
}

static int case_mmio_pages(struct edu *e)
{
	if (!mmio)
		return no_mmio(e);
	return pages_at(e, mmio) ?: far_mmio ? pages_at(e, far_mmio) : 0;
}
#else
#define case_mmio_pages case_missing
#endif

#endif
