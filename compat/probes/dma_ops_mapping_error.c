// SPDX-License-Identifier: GPL-2.0
/* {"answers":"dma_map_ops has mapping_error","commit":"","release":"..4.20"} */
#include "dma_ops.h"

unsigned long dbp_probe = offsetof(const struct dma_map_ops, mapping_error);
