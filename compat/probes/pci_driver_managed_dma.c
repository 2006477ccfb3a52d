// SPDX-License-Identifier: GPL-2.0
/* {"answers":"struct pci_driver has driver_managed_dma","commit":"","release":"6.1.."} */
#include <linux/pci.h>

static bool __used dbp_probe(struct pci_driver *drv)
{
	return drv->driver_managed_dma;
}
