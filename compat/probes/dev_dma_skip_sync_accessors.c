// SPDX-License-Identifier: GPL-2.0
/*
 * {"answers":"accessors read and write the note that syncs are skipped",
 *  "commit":"d99167df047a","release":"7.2.."}
 */
#include <linux/device.h>

static bool __used dbp_probe(struct device *dev)
{
	dev_clear_dma_skip_sync(dev);
	return dev_dma_skip_sync(dev);
}
