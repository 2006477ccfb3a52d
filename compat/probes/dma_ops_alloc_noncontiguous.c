// SPDX-License-Identifier: GPL-2.0
/* {"answers":"dma_map_ops has alloc_noncontiguous","commit":"","release":"5.13..6.1"} */
#include "dma_ops.h"

unsigned long dbp_probe = offsetof(const struct dma_map_ops, alloc_noncontiguous);
