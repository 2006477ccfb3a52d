// SPDX-License-Identifier: GPL-2.0
/*
 * {"answers":"accessors read and write the bypass flag",
 *  "commit":"9ad67f494ba6","release":"7.2.."}
 */
#include <linux/device.h>

static bool __used dbp_probe(struct device *dev)
{
	dev_set_dma_ops_bypass(dev);
	dev_clear_dma_ops_bypass(dev);
	return dev_dma_ops_bypass(dev);
}
