// SPDX-License-Identifier: GPL-2.0
/* {"answers":"DMA_ATTR_MMIO exists","commit":"eadaa8b255f3","release":"6.18.."} */
#include <linux/dma-mapping.h>

unsigned long dbp_probe = DMA_ATTR_MMIO;
