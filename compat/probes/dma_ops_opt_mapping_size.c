// SPDX-License-Identifier: GPL-2.0
/* {"answers":"dma_map_ops has opt_mapping_size","commit":"","release":"6.0.."} */
#include "dma_ops.h"

unsigned long dbp_probe = offsetof(const struct dma_map_ops, opt_mapping_size);
