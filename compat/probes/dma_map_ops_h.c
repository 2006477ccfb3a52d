// SPDX-License-Identifier: GPL-2.0
/* {"answers":"linux/dma-map-ops.h exists","commit":"","release":"@@"} */
#include <linux/dma-map-ops.h>
