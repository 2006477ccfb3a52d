// SPDX-License-Identifier: GPL-2.0
/* {"answers":"dma_map_ops has get_merge_boundary","commit":"","release":"5.4.."} */
#include "dma_ops.h"

unsigned long dbp_probe = offsetof(const struct dma_map_ops, get_merge_boundary);
