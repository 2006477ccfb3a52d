/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Does the kernel try to make direct windows? It does not when it was started with disable_ddw.
 * Where its hook is not known (probe pci_bypass_supported) nobody can tell.
 */
#ifndef DBP_PCI_BYPASS_H
#define DBP_PCI_BYPASS_H

#include <linux/pci.h>
#include <asm/pci-bridge.h>

static inline bool dbp_kernel_tries(struct pci_dev *pdev)
{
#if DBP_HAVE_PCI_BYPASS_SUPPORTED
	return pci_bus_to_host(pdev->bus)->controller_ops.iommu_bypass_supported;
#else
	return true;
#endif
}

#endif /* DBP_PCI_BYPASS_H */
