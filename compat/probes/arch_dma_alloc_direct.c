// SPDX-License-Identifier: GPL-2.0
/* {"answers":"the core asks the architecture whether to allocate coherent memory direct","commit":"1471c517cf7d","release":"@@"} */
#include "dma_ops.h"

/* Without the option the header has a macro that says false. */
#ifdef arch_dma_alloc_direct
#error "never direct"
#endif

bool dbp_probe(struct device *dev);
bool dbp_probe(struct device *dev)
{
	return arch_dma_alloc_direct(dev);
}
