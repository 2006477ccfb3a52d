// SPDX-License-Identifier: GPL-2.0
/* {"answers":"dma_map_ops has map_page","commit":"131971f67e25","release":"..6.18"} */
#include "dma_ops.h"

unsigned long dbp_probe = offsetof(const struct dma_map_ops, map_page);
