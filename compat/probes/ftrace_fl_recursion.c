// SPDX-License-Identifier: GPL-2.0
/* {"answers":"a flag asks ftrace for protection","commit":"a25d036d939a","release":"5.11.."} */
#include <linux/ftrace.h>

unsigned long dbp_probe = FTRACE_OPS_FL_RECURSION;
