// SPDX-License-Identifier: GPL-2.0
/* {"answers":"guard: a missing member is an error","release":"all"} */
#include "dma_ops.h"

unsigned long dbp_probe = offsetof(const struct dma_map_ops, dbp_no_such_member);
