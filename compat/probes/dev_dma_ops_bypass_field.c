// SPDX-License-Identifier: GPL-2.0
/*
 * {"answers":"struct device has dma_ops_bypass",
 *  "commit":"d35834c64820","release":"5.9..7.1"}
 */
#include <linux/device.h>

static bool __used dbp_probe(struct device *dev)
{
	dev->dma_ops_bypass = true;
	return dev->dma_ops_bypass;
}
