// SPDX-License-Identifier: GPL-2.0
/* {"answers":"guard: the headers can be compiled","release":"all"} */
#include <linux/module.h>
#include <linux/pci.h>
#include <asm/iommu.h>
#include <asm/machdep.h>
#include "dma_ops.h"

unsigned long dbp_offset = offsetof(const struct dma_map_ops, map_sg);

/* Calls and global data use the TOC, which takes more of a compiler than sizes do. */
static int __used dbp_probe(struct pci_dev *pdev)
{
	return pci_enable_device(pdev) + dbp_offset;
}
