// SPDX-License-Identifier: GPL-2.0
/* {"answers":"ppc_md has dma_set_mask","release":"4.18.."} */
#include "dma_ops.h"
#include <asm/machdep.h>

unsigned long dbp_probe = offsetof(struct machdep_calls, dma_set_mask);
