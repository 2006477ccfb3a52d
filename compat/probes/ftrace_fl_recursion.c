// SPDX-License-Identifier: GPL-2.0
/* {"answers":"the flag that asks ftrace for recursion protection exists","commit":"","release":"@@"} */
#include <linux/ftrace.h>

unsigned long dbp_probe = FTRACE_OPS_FL_RECURSION;
