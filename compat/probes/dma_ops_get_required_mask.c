// SPDX-License-Identifier: GPL-2.0
/* {"answers":"struct dma_map_ops has the member get_required_mask","commit":"","release":"@@"} */
#include "dma_ops.h"

unsigned long dbp_probe = DBP_MEMBER_SIZE(struct dma_map_ops, get_required_mask);
