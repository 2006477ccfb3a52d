// SPDX-License-Identifier: GPL-2.0
/* {"answers":"dma_map_ops has max_mapping_size","commit":"133d624b1cee","release":"5.1.."} */
#include "dma_ops.h"

unsigned long dbp_probe = offsetof(const struct dma_map_ops, max_mapping_size);
