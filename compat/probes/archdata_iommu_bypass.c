// SPDX-License-Identifier: GPL-2.0
/*
 * {"answers":"archdata has iommu_bypass",
 *  "commit":"8617a5c5bc00, f1565c24b596","release":"5.1..5.8"}
 */
#include <linux/device.h>

static bool __used dbp_probe(struct device *dev)
{
	dev->archdata.iommu_bypass = true;
	return dev->archdata.iommu_bypass;
}
