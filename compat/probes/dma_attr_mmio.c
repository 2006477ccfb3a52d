// SPDX-License-Identifier: GPL-2.0
/* {"answers":"DMA_ATTR_MMIO marks a buffer that is not memory","commit":"","release":"@@"} */
#include <linux/dma-mapping.h>

unsigned long dbp_probe = DMA_ATTR_MMIO;
