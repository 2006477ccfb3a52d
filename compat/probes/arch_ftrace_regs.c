// SPDX-License-Identifier: GPL-2.0
/* {"answers":"struct ftrace_regs is opaque and opened by arch_ftrace_regs()","commit":"","release":"@@"} */
#include <linux/ftrace.h>

struct pt_regs *dbp_probe(struct ftrace_regs *fregs);
struct pt_regs *dbp_probe(struct ftrace_regs *fregs)
{
	return &arch_ftrace_regs(fregs)->regs;
}
