// SPDX-License-Identifier: GPL-2.0
/* {"answers":"walk_iomem_res_desc() passes struct resource","release":"4.18.."} */
#include <linux/ioport.h>

static int dbp_each(struct resource *res, void *arg)
{
	return 0;
}

static int __used dbp_probe(void)
{
	return walk_iomem_res_desc(IORES_DESC_NONE, IORESOURCE_SYSTEM_RAM, 0, 1, NULL, dbp_each);
}
