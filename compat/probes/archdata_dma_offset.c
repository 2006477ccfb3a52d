// SPDX-License-Identifier: GPL-2.0
/* {"answers":"archdata has dma_offset","release":"4.18.."} */
#include "dma_ops.h"

unsigned long dbp_probe = offsetof(struct device, archdata.dma_offset);
