// SPDX-License-Identifier: GPL-2.0
/* {"answers":"the DMA ops of a device are const","commit":"","release":"@@"} */
#include "dma_ops.h"

_Static_assert(__builtin_types_compatible_p(typeof(((struct device *)0)->dma_ops),
					    const struct dma_map_ops *), "const");
