// SPDX-License-Identifier: GPL-2.0
/* {"answers":"arch code may allocate direct","commit":"1471c517cf7d","release":"7.0.."} */
#include "dma_ops.h"

/* Without the option the header has a macro that says false. */
#ifdef arch_dma_alloc_direct
#error "never direct"
#endif

static bool __used dbp_probe(struct device *dev)
{
	return arch_dma_alloc_direct(dev);
}
