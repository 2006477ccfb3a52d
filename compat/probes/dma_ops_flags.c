// SPDX-License-Identifier: GPL-2.0
/* {"answers":"dma_map_ops has flags","commit":"","release":"6.0..6.11"} */
#include "dma_ops.h"

unsigned long dbp_probe = offsetof(const struct dma_map_ops, flags);
