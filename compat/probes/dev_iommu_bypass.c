// SPDX-License-Identifier: GPL-2.0
/*
 * {"answers":"struct device itself has iommu_bypass, and the ops look at it",
 *  "release":"vendor"}
 *
 * RHEL 8.3 (4.18.0-240), include/linux/device.h:1208: the flag of 5.1 to 5.8, moved for its kABI.
 */
#include <linux/device.h>

static bool __used dbp_probe(struct device *dev)
{
	dev->iommu_bypass = true;
	return dev->iommu_bypass;
}
