// SPDX-License-Identifier: GPL-2.0
/*
 * {"answers":"pci_controller_ops has iommu_bypass_supported",
 *  "commit":"8617a5c5bc00","release":"5.1.."}
 */
#include <linux/pci.h>
#include <asm/pci-bridge.h>

static bool __used dbp_probe(struct pci_dev *pdev)
{
	return pci_bus_to_host(pdev->bus)->controller_ops.iommu_bypass_supported;
}
