// SPDX-License-Identifier: GPL-2.0
/* {"answers":"ftrace_get_regs() exists","commit":"","release":"6.1.."} */
#include <linux/ftrace.h>

static struct pt_regs * __used dbp_probe(struct ftrace_regs *fregs)
{
	return ftrace_get_regs(fregs);
}
