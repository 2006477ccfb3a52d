// SPDX-License-Identifier: GPL-2.0
/* {"answers":"the flag that waives recursion protection exists","commit":"","release":"@@"} */
#include <linux/ftrace.h>

unsigned long dbp_probe = FTRACE_OPS_FL_RECURSION_SAFE;
