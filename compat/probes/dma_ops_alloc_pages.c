// SPDX-License-Identifier: GPL-2.0
/*
 * {"answers":"dma_map_ops has alloc_pages",
 *  "commit":"efa70f2fdc84, 8a2f11878771","release":"5.10..6.9"}
 */
#include "dma_ops.h"

unsigned long dbp_probe = offsetof(const struct dma_map_ops, alloc_pages);
