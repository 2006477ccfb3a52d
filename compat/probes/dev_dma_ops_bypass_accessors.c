// SPDX-License-Identifier: GPL-2.0
/* {"answers":"the bypass flag of a device is read and written by accessors","commit":"","release":"@@"} */
#include <linux/device.h>

bool dbp_probe(struct device *dev);
bool dbp_probe(struct device *dev)
{
	dev_set_dma_ops_bypass(dev);
	dev_clear_dma_ops_bypass(dev);
	return dev_dma_ops_bypass(dev);
}
