// SPDX-License-Identifier: GPL-2.0
/* {"answers":"struct device has a pointer to its DMA ops","release":"4.18.."} */
#include "dma_ops.h"

unsigned long dbp_probe = offsetof(struct device, dma_ops);
