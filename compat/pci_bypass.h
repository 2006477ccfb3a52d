/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Does the kernel try to make direct windows? It does not when it was started with disable_ddw.
 * Before 5.1 (probe pci_bypass_supported) only its command line tells.
 */
#ifndef DBP_PCI_BYPASS_H
#define DBP_PCI_BYPASS_H

#include <linux/of.h>
#include <linux/pci.h>
#include <linux/string.h>
#include <asm/pci-bridge.h>

static inline bool dbp_kernel_tries(struct pci_dev *pdev)
{
#if DBP_HAVE_PCI_BYPASS_SUPPORTED
	return pci_bus_to_host(pdev->bus)->controller_ops.iommu_bypass_supported;
#else
	struct device_node *chosen = of_find_node_by_path("/chosen");
	const char *args;
	bool tries = of_property_read_string(chosen, "bootargs", &args) ||
		     !strstr(args, "disable_ddw");

	of_node_put(chosen);
	return tries;
#endif
}

#endif /* DBP_PCI_BYPASS_H */
