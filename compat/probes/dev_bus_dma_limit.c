// SPDX-License-Identifier: GPL-2.0
/*
 * {"answers":"struct device has the field bus_dma_limit",
 *  "commit":"a7ba70f1787f","release":"5.5.."}
 */
#include "dma_ops.h"

unsigned long dbp_probe = offsetof(struct device, bus_dma_limit);
