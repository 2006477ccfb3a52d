/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DBP_WINDOW_PROP_H
#define DBP_WINDOW_PROP_H

#include "dbp_types.h"

/* Property names, as Linux writes them (arch/powerpc/platforms/pseries/iommu.c). */
#define DBP_PROP_DIRECT64 "linux,direct64-ddr-window-info"
#define DBP_PROP_DMA64 "linux,dma64-ddr-window-info"
#define DBP_PROP_DEFAULT "ibm,dma-window"

/* Not packed: be32 liobn, 4 bytes of padding, be64 base, be32 shift, be32 shift. */
#define DBP_WINDOW_PROP_LEN 24

/**
 * struct dbp_window_prop - what a dynamic window's property says
 * @liobn: logical I/O bus number, the hypervisor's name of the window
 * @dma_base: bus address of the window's first byte
 * @tce_shift: log2 of the IOMMU page size
 * @window_shift: log2 of the window's size in bytes
 */
struct dbp_window_prop {
	u32 liobn;
	u64 dma_base;
	u32 tce_shift;
	u32 window_shift;
};

int dbp_window_prop_parse(const void *data, size_t len, struct dbp_window_prop *w,
			  const char **why);

#endif /* DBP_WINDOW_PROP_H */
