// SPDX-License-Identifier: GPL-2.0
/*
 * {"answers":"a device tells whether all its buffers are bounced",
 *  "commit":"903cd0f315fe","release":"5.15.."}
 */
#include <linux/device.h>
#include <linux/swiotlb.h>

static bool __used dbp_probe(struct device *dev)
{
	return is_swiotlb_force_bounce(dev);
}
