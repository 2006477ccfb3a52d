/* SPDX-License-Identifier: GPL-2.0 */
/* Waiting until nobody executes a piece of code any more. */
#ifndef DBP_COMPAT_SYNC_H
#define DBP_COMPAT_SYNC_H

#include <linux/rcupdate.h>

#if (defined(CONFIG_PREEMPTION) || defined(CONFIG_PREEMPT)) && \
	!DBP_HAVE_SYNCHRONIZE_RCU_TASKS_EXPORT
#error "The kernel is preemptible, but gives modules no way to wait for preempted tasks."
#endif

/*
 * Waits until every task, interrupt and softirq that was between two sleeps in
 * the kernel or in a module has got past its next sleep or its end: nobody is
 * left between reading a pointer that was replaced and calling through it.
 *
 * synchronize_rcu() alone covers what runs with preemption off, and that is
 * everything on a kernel without preemption, where synchronize_rcu_tasks() is
 * only another name for it. On a preemptible kernel a task may have been
 * preempted on the way, which synchronize_rcu_tasks() waits for; but that one
 * ignores idle CPUs and what interrupts do there, so both are needed.
 */
static inline void dbp_synchronize_tasks(void)
{
	synchronize_rcu();
#if DBP_HAVE_SYNCHRONIZE_RCU_TASKS_EXPORT
	synchronize_rcu_tasks();
#endif
}

#endif
