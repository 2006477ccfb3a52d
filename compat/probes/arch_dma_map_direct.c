// SPDX-License-Identifier: GPL-2.0
/* {"answers":"the core asks the architecture, buffer by buffer, whether to map direct","commit":"8d8d53cf8fd0","release":"@@"} */
#include "dma_ops.h"

#ifndef CONFIG_ARCH_HAS_DMA_MAP_DIRECT
#error "one path per device"
#endif
