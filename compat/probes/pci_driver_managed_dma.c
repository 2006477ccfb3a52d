// SPDX-License-Identifier: GPL-2.0
/* {"answers":"a PCI driver that manages DMA by itself says so in driver_managed_dma","commit":"","release":"@@"} */
#include <linux/pci.h>

bool dbp_probe(struct pci_driver *drv);
bool dbp_probe(struct pci_driver *drv)
{
	return drv->driver_managed_dma;
}
