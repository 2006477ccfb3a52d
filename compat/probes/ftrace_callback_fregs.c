// SPDX-License-Identifier: GPL-2.0
/* {"answers":"an ftrace callback takes struct ftrace_regs, not struct pt_regs","commit":"","release":"@@"} */
#include <linux/ftrace.h>

_Static_assert(__builtin_types_compatible_p(ftrace_func_t,
					    void (*)(unsigned long, unsigned long,
						     struct ftrace_ops *,
						     struct ftrace_regs *)), "fregs");
