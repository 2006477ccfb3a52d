/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The TCE table of a device. When enable_ddw() gives the default window up for the direct one, it
 * frees that window's table, and on some kernels (seen: 6.8.1) it leaves the device's pointer to
 * the table as it was; later ones (seen: 6.12, 7.3) clear it. The group that owns the tables knows
 * better.
 */
#ifndef DBP_TCE_TABLE_H
#define DBP_TCE_TABLE_H

#include <linux/of.h>
#include <linux/pci.h>
#include <asm/iommu.h>
#include <asm/pci-bridge.h>

/**
 * dbp_table_of - the TCE table of a device
 * @dev: a PCI device
 *
 * Context: any; nobody gives the device another window meanwhile. Return: the table; when it was
 * freed, the one that its group has for the default window now, or NULL when there is none.
 */
static inline struct iommu_table *dbp_table_of(struct device *dev)
{
	struct iommu_table *tbl = get_iommu_table_base(dev);
	struct device_node *np = pci_device_to_OF_node(to_pci_dev(dev));
	const struct iommu_table_group *group;
	unsigned int i;

	for (; tbl && np; np = np->parent) {
		group = PCI_DN(np) ? PCI_DN(np)->table_group : NULL;
		if (!group)
			continue;
		for (i = 0; i < IOMMU_TABLE_GROUP_MAX_TABLES; i++)
			if (group->tables[i] == tbl)
				return tbl;
		return group->tables[0];
	}
	return tbl;
}

/**
 * dbp_table_holds - is a handle in a TCE table?
 * @tbl: the table; may be NULL
 * @handle: the handle
 *
 * Context: any; the table stays meanwhile. Return: true when it is.
 */
static inline bool dbp_table_holds(const struct iommu_table *tbl, dma_addr_t handle)
{
	return tbl && (handle >> tbl->it_page_shift) - tbl->it_offset < tbl->it_size;
}

/**
 * dbp_mend_table - do what later kernels do when they free a device's table
 * @dev: a PCI device
 *
 * What the pointer points to is anybody's memory by now, so there is nothing to give back later.
 *
 * Context: as dbp_table_of(). Return: true when the pointer was wrong.
 */
static inline bool dbp_mend_table(struct device *dev)
{
	struct iommu_table *tbl = dbp_table_of(dev);

	if (tbl == get_iommu_table_base(dev))
		return false;
	set_iommu_table_base(dev, tbl);
	return true;
}

#endif /* DBP_TCE_TABLE_H */
