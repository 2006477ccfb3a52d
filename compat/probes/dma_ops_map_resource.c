// SPDX-License-Identifier: GPL-2.0
/* {"answers":"dma_map_ops has map_resource","commit":"","release":"..6.12"} */
#include "dma_ops.h"

unsigned long dbp_probe = offsetof(const struct dma_map_ops, map_resource);
