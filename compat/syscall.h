/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The arguments of a system call, seen by a probe on its entry. Since 6.1 powerpc passes them
 * in one struct pt_regs (probe syscall_wrapper), before in registers like any function's.
 */
#ifndef DBP_COMPAT_SYSCALL_H
#define DBP_COMPAT_SYSCALL_H

#include <linux/ptrace.h>

static inline unsigned long dbp_syscall_arg(const struct pt_regs *regs, unsigned int n)
{
#if DBP_HAVE_SYSCALL_WRAPPER
	regs = (const struct pt_regs *)regs->gpr[3];
#endif
	return regs->gpr[3 + n];
}

#endif
