// SPDX-License-Identifier: GPL-2.0
/*
 * {"answers":"an ftrace callback takes struct ftrace_regs",
 *  "commit":"d19ad0775dcd","release":"5.11.."}
 */
#include <linux/ftrace.h>

static void dbp_callback(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *op,
			 struct ftrace_regs *fregs)
{
}

ftrace_func_t dbp_probe = dbp_callback;
