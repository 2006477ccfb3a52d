// SPDX-License-Identifier: GPL-2.0
/* {"answers":"DMA_ATTR_MMIO exists","commit":"","release":"7.2.."} */
#include <linux/dma-mapping.h>

unsigned long dbp_probe = DMA_ATTR_MMIO;
