/* SPDX-License-Identifier: GPL-2.0 */
/* One shape of ftrace callback for all kernels. */
#ifndef DBP_COMPAT_FTRACE_H
#define DBP_COMPAT_FTRACE_H

#include <linux/ftrace.h>
#include <linux/ptrace.h>

/* Argument n, from 0, of a function that was just entered. */
static inline unsigned long dbp_regs_arg(const struct pt_regs *regs, unsigned int n)
{
	return regs->gpr[3 + n];
}

#ifdef CONFIG_FUNCTION_TRACER

/*
 * A callback counts on ftrace not to enter it twice. FTRACE_OPS_FL_RECURSION
 * asks for that. Its predecessor FTRACE_OPS_FL_RECURSION_SAFE means the
 * contrary, that no protection is wanted, and so it must never be set.
 */
#if DBP_HAVE_FTRACE_FL_RECURSION
#define DBP_FTRACE_RECURSION	FTRACE_OPS_FL_RECURSION
#elif DBP_HAVE_FTRACE_FL_RECURSION_SAFE
#define DBP_FTRACE_RECURSION	0
#else
#error "This version of dma_bypass does not know the recursion flag of the kernel's ftrace."
#endif

/*
 * With SAVE_REGS the ppc64 entry code saves r2 to r31 and restores them behind the callback. On a
 * preemptible kernel the task may have moved to another CPU meanwhile, and then it gets the r13 of
 * the old one, which is where a CPU finds its own data. (So it is with optimised kprobes, among
 * them the return trampoline of every kretprobe, which is why there are none in this module.) With
 * the arguments alone only r3 to r10 are saved.
 */
#if DBP_HAVE_ARCH_FTRACE_REGS && defined(CONFIG_DYNAMIC_FTRACE_WITH_ARGS)
#define DBP_FTRACE_FLAGS		DBP_FTRACE_RECURSION
#define DBP_FTRACE_SAFE			1
#else
#define DBP_FTRACE_FLAGS		(FTRACE_OPS_FL_SAVE_REGS | DBP_FTRACE_RECURSION)
#define DBP_FTRACE_SAFE	\
	!(IS_ENABLED(CONFIG_PREEMPTION) || IS_ENABLED(CONFIG_PREEMPT))
#endif

/*
 * A hook that is permanent is not switched off by kernel.ftrace_enabled: writing 0 there is refused
 * while there is one (7.3 refuses it always), and it cannot be had while 0 is there. It is removed
 * like any other.
 */
#if DBP_HAVE_FTRACE_FL_PERMANENT
#define DBP_FTRACE_PERMANENT		FTRACE_OPS_FL_PERMANENT
#else
#define DBP_FTRACE_PERMANENT		0
#endif

#if DBP_HAVE_FTRACE_CALLBACK_FREGS
#define DBP_FTRACE_ARG			struct ftrace_regs *fregs
#else
#define DBP_FTRACE_ARG			struct pt_regs *fregs
#endif

#if DBP_HAVE_ARCH_FTRACE_REGS && defined(CONFIG_DYNAMIC_FTRACE_WITH_ARGS)
#define dbp_ftrace_pt_regs(fregs)	(&arch_ftrace_regs(fregs)->regs)
#elif DBP_HAVE_FTRACE_CALLBACK_FREGS
#define dbp_ftrace_pt_regs(fregs)	ftrace_get_regs(fregs)
#else
#define dbp_ftrace_pt_regs(fregs)	(fregs)
#endif

/*
 * Begins the definition of a callback: DBP_FTRACE_CALLBACK(name) { body }, for
 * ftrace_ops with .func = name and .flags = DBP_FTRACE_FLAGS. The body sees ip,
 * parent_ip, op and regs, of which nothing but the arguments is there for sure;
 * it is not run without them.
 */
#define DBP_FTRACE_CALLBACK(name)						\
	static __always_inline void name##_body(unsigned long ip,		\
						unsigned long parent_ip,	\
						struct ftrace_ops *op,		\
						struct pt_regs *regs);		\
	static void notrace name(unsigned long ip, unsigned long parent_ip,	\
				 struct ftrace_ops *op, DBP_FTRACE_ARG)		\
	{									\
		struct pt_regs *regs = dbp_ftrace_pt_regs(fregs);		\
										\
		if (regs)							\
			name##_body(ip, parent_ip, op, regs);			\
	}									\
	static __always_inline void name##_body(unsigned long ip,		\
						unsigned long parent_ip,	\
						struct ftrace_ops *op,		\
						struct pt_regs *regs)

#endif /* CONFIG_FUNCTION_TRACER */
#endif
