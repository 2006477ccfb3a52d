// SPDX-License-Identifier: GPL-2.0
/*
 * {"answers":"struct device has dma_skip_sync",
 *  "commit":"f406c8e4b770","release":"6.10..7.1"}
 */
#include <linux/device.h>

static bool __used dbp_probe(struct device *dev)
{
	dev->dma_skip_sync = false;
	return dev->dma_skip_sync;
}
