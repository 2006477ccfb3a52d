// SPDX-License-Identifier: GPL-2.0
/* {"answers":"the start of the direct window is archdata.dma_offset","commit":"","release":"@@"} */
#include "dma_ops.h"

unsigned long dbp_probe = DBP_MEMBER_SIZE(struct device, archdata.dma_offset);
