// SPDX-License-Identifier: GPL-2.0
/*
 * {"answers":"struct dev_pagemap has a struct range (tests)",
 *  "commit":"a4574f63edc6","release":"5.10.."}
 */
#include <linux/memremap.h>

unsigned long dbp_probe = offsetof(struct dev_pagemap, range.start);
