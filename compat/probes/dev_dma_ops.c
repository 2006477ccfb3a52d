// SPDX-License-Identifier: GPL-2.0
/* {"answers":"struct device has a pointer to its DMA ops","commit":"","release":"@@"} */
#include "dma_ops.h"

unsigned long dbp_probe = DBP_MEMBER_SIZE(struct device, dma_ops);
