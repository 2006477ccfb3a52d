// SPDX-License-Identifier: GPL-2.0
/* {"answers":"dma_map_ops has cache_sync","commit":"","release":"4.18.."} */
#include "dma_ops.h"

unsigned long dbp_probe = offsetof(const struct dma_map_ops, cache_sync);
