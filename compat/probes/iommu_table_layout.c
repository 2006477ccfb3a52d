// SPDX-License-Identifier: GPL-2.0
/* {"answers":"iommu_table has page_shift, offset and size","release":"4.18.."} */
#include <linux/device.h>
#include <asm/iommu.h>

static unsigned long __used dbp_probe(struct device *dev)
{
	struct iommu_table *tbl = get_iommu_table_base(dev);

	return (tbl->it_offset + tbl->it_size) << tbl->it_page_shift;
}
