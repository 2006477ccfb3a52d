// SPDX-License-Identifier: GPL-2.0
/* {"answers":"guard: a member that does not exist is an error","commit":"","release":"@@"} */
#include "dma_ops.h"

unsigned long dbp_probe = DBP_MEMBER_SIZE(struct dma_map_ops, dbp_no_such_member);
