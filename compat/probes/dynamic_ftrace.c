// SPDX-License-Identifier: GPL-2.0
/* {"answers":"a module can hook functions and see registers","commit":"","release":"4.18.."} */
#include <linux/ftrace.h>

/* Without these, register_ftrace_function() is a stub or gives no registers. */
#if !defined(CONFIG_FUNCTION_TRACER) || !defined(CONFIG_DYNAMIC_FTRACE) || \
	!defined(CONFIG_DYNAMIC_FTRACE_WITH_REGS)
#error "no registers"
#endif

static int __used dbp_probe(struct ftrace_ops *ops, unsigned long ip)
{
	ops->flags = FTRACE_OPS_FL_SAVE_REGS;
	return ftrace_set_filter_ip(ops, ip, 0, 0) ?: register_ftrace_function(ops);
}
