// SPDX-License-Identifier: GPL-2.0
/*
 * {"answers":"a flag waives the protection of ftrace",
 *  "commit":"a25d036d939a","release":"..5.10"}
 */
#include <linux/ftrace.h>

unsigned long dbp_probe = FTRACE_OPS_FL_RECURSION_SAFE;
