// SPDX-License-Identifier: GPL-2.0
/* {"answers":"an ftrace hook may be permanent","commit":"7162431dcf72","release":"5.5.."} */
#include <linux/ftrace.h>

unsigned long dbp_probe = FTRACE_OPS_FL_PERMANENT;
