// SPDX-License-Identifier: GPL-2.0
/*
 * {"answers":"arch_ftrace_regs() opens struct ftrace_regs",
 *  "commit":"7888af4166d4","release":"6.12.."}
 */
#include <linux/ftrace.h>

static struct pt_regs * __used dbp_probe(struct ftrace_regs *fregs)
{
	return &arch_ftrace_regs(fregs)->regs;
}
