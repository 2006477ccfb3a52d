// SPDX-License-Identifier: GPL-2.0
/* {"answers":"arch code may map a buffer direct","commit":"8d8d53cf8fd0","release":"5.11.."} */
#include "dma_ops.h"

#ifndef CONFIG_ARCH_HAS_DMA_MAP_DIRECT
#error "one path per device"
#endif
