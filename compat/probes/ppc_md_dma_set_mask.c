// SPDX-License-Identifier: GPL-2.0
/* {"answers":"struct machdep_calls has dma_set_mask (pseries uses it up to 5.0 only)","commit":"","release":"@@"} */
#include "dma_ops.h"
#include <asm/machdep.h>

unsigned long dbp_probe = DBP_MEMBER_SIZE(struct machdep_calls, dma_set_mask);
