// SPDX-License-Identifier: GPL-2.0
/* {"answers":"dma_map_ops has get_required_mask","commit":"","release":"5.10.."} */
#include "dma_ops.h"

unsigned long dbp_probe = offsetof(const struct dma_map_ops, get_required_mask);
