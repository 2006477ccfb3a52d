// SPDX-License-Identifier: GPL-2.0
/* {"answers":"struct device has dma_ops_bypass as a field","commit":"d35834c64820","release":"@@"} */
#include <linux/device.h>

bool dbp_probe(struct device *dev);
bool dbp_probe(struct device *dev)
{
	dev->dma_ops_bypass = true;
	return dev->dma_ops_bypass;
}
