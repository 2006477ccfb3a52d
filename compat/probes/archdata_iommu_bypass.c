// SPDX-License-Identifier: GPL-2.0
/* {"answers":"the bypass flag is archdata.iommu_bypass","commit":"","release":"@@"} */
#include <linux/device.h>

bool dbp_probe(struct device *dev);
bool dbp_probe(struct device *dev)
{
	dev->archdata.iommu_bypass = true;
	return dev->archdata.iommu_bypass;
}
