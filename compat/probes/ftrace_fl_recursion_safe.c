// SPDX-License-Identifier: GPL-2.0
/* {"answers":"a flag waives the protection of ftrace","commit":"","release":"..5.10"} */
#include <linux/ftrace.h>

unsigned long dbp_probe = FTRACE_OPS_FL_RECURSION_SAFE;
