// SPDX-License-Identifier: GPL-2.0
/* {"answers":"linux/dma-map-ops.h exists","commit":"0a0f0d8be76d","release":"5.10.."} */
#include <linux/dma-map-ops.h>
