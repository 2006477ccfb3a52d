// SPDX-License-Identifier: GPL-2.0
/* {"answers":"struct iommu_table has it_page_shift, it_offset and it_size","commit":"","release":"@@"} */
#include <linux/device.h>
#include <asm/iommu.h>

unsigned long dbp_probe(struct device *dev);
unsigned long dbp_probe(struct device *dev)
{
	struct iommu_table *tbl = get_iommu_table_base(dev);

	return (tbl->it_offset + tbl->it_size) << tbl->it_page_shift;
}
