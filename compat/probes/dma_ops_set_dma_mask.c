// SPDX-License-Identifier: GPL-2.0
/* {"answers":"dma_map_ops has set_dma_mask","commit":"","release":"..5.0"} */
#include "dma_ops.h"

unsigned long dbp_probe = offsetof(const struct dma_map_ops, set_dma_mask);
