// SPDX-License-Identifier: GPL-2.0
/* {"answers":"struct device has the field bus_dma_limit","commit":"","release":"@@"} */
#include "dma_ops.h"

unsigned long dbp_probe = DBP_MEMBER_SIZE(struct device, bus_dma_limit);
