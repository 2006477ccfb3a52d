// SPDX-License-Identifier: GPL-2.0
/* {"answers":"linux/dma-map-ops.h exists","commit":"","release":"5.10.."} */
#include <linux/dma-map-ops.h>
