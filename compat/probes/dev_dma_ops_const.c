// SPDX-License-Identifier: GPL-2.0
/* {"answers":"the DMA ops of a device are const","commit":"","release":"4.18.."} */
#include "dma_ops.h"

static const struct dma_map_ops ** __used dbp_probe(struct device *dev)
{
	return &dev->dma_ops;
}
