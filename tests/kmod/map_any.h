/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Maps a page of RAM or of a device. dma_map_page() is for RAM only: kernels that have
 * dma_map_phys() look at the page's struct under DMA_API_DEBUG. They refuse a device's page,
 * and the struct of a page that is offline is poisoned.
 */
#ifndef TESTS_MAP_ANY_H
#define TESTS_MAP_ANY_H

#include <linux/dma-mapping.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>

static inline dma_addr_t map_any(struct device *dev, struct page *page, size_t off, size_t n,
				 enum dma_data_direction dir, unsigned long attrs)
{
#if DBP_HAVE_DMA_MAP_PHYS
	if (!pfn_to_online_page(page_to_pfn(page)))
		return dma_map_phys(dev, page_to_phys(page) + off, n, dir, attrs);
#endif
	return dma_map_page_attrs(dev, page, off, n, dir, attrs);
}

#endif
