// SPDX-License-Identifier: GPL-2.0
/* {"answers":"guard: kernel headers that every probe needs can be compiled","commit":"","release":"@@"} */
#include <linux/module.h>
#include <linux/pci.h>
#include <asm/iommu.h>
#include <asm/machdep.h>
#include "dma_ops.h"

unsigned long dbp_size = DBP_MEMBER_SIZE(struct dma_map_ops, map_sg);

/* Calls and global data use the TOC, which takes more of a compiler than sizes do. */
int dbp_probe(struct pci_dev *pdev);
int dbp_probe(struct pci_dev *pdev)
{
	return pci_enable_device(pdev) + dbp_size;
}
