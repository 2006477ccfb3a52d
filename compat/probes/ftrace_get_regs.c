// SPDX-License-Identifier: GPL-2.0
/* {"answers":"ftrace_get_regs() gives the pt_regs of an ftrace callback","commit":"","release":"@@"} */
#include <linux/ftrace.h>

struct pt_regs *dbp_probe(struct ftrace_regs *fregs);
struct pt_regs *dbp_probe(struct ftrace_regs *fregs)
{
	return ftrace_get_regs(fregs);
}
