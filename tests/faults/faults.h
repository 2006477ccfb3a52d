/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Included in front of every file of the module by "make FAULTS=1": each allocation and each
 * registration becomes a point that can be told to fail, by its number, and the answers to
 * H_GET_TCE can be chosen. See faults.c.
 */
#ifndef TESTS_FAULTS_H
#define TESTS_FAULTS_H

#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/ftrace.h>
#include <linux/gfp.h>
#include <linux/kprobes.h>
#include <linux/memory.h>
#include <linux/mm.h>
#include <linux/of.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/srcu.h>
#include <linux/sysfs.h>
#include <asm/hvcall.h>
#include <asm/plpar_wrappers.h>

bool dbp_fault(const char *what);
long dbp_tce_fault(unsigned long bus);

/* As on a machine with many CPUs; 0: as many as there are. */
extern uint dbp_cpus;
static inline unsigned int dbp_num_possible_cpus(void)
{
	return READ_ONCE(dbp_cpus) ?: num_possible_cpus();
}

/* Some of them are macros, in some kernels. */
static inline void *dbp_real_kmalloc(size_t size, gfp_t gfp)
{
	return kmalloc(size, gfp);
}

static inline void *dbp_real_kzalloc(size_t size, gfp_t gfp)
{
	return kzalloc(size, gfp);
}

static inline void *dbp_real_kvmalloc(size_t size, gfp_t gfp)
{
	return kvmalloc(size, gfp);
}

static inline void *dbp_real_kmemdup(const void *from, size_t size, gfp_t gfp)
{
	return kmemdup(from, size, gfp);
}

static inline char *dbp_real_kstrdup(const char *from, gfp_t gfp)
{
	return kstrdup(from, gfp);
}

static inline struct page *dbp_real_alloc_pages_node(int node, gfp_t gfp, unsigned int order)
{
	return alloc_pages_node(node, gfp, order);
}

static inline int dbp_real_init_srcu(struct srcu_struct *s)
{
	return init_srcu_struct(s);
}

/* Who cannot go on without is never refused. */
static inline void *dbp_kmalloc(size_t size, gfp_t gfp)
{
	return !(gfp & __GFP_NOFAIL) && dbp_fault("kmalloc") ? NULL : dbp_real_kmalloc(size, gfp);
}

static inline long dbp_plpar_hcall(unsigned long opcode, unsigned long *ret, unsigned long liobn,
				   unsigned long bus)
{
	long rc = opcode == H_GET_TCE ? dbp_tce_fault(bus) : 0;

	return rc ?: plpar_hcall(opcode, ret, liobn, bus);
}

#undef kmalloc
#undef kzalloc
#undef kvmalloc
#undef kmemdup
#undef kstrdup
#undef alloc_pages_node
#undef alloc_percpu
#undef init_srcu_struct
#undef num_possible_cpus

#define dbp_null(what, call) (dbp_fault(what) ? NULL : (call))
#define dbp_errno(what, call) (dbp_fault(what) ? -ENOMEM : (call))
#define dbp_err_ptr(what, call) (dbp_fault(what) ? ERR_PTR(-ENOMEM) : (call))

#define num_possible_cpus() dbp_num_possible_cpus()
#define kmalloc(size, gfp) dbp_kmalloc(size, gfp)
#define kzalloc(size, gfp) dbp_null("kzalloc", dbp_real_kzalloc(size, gfp))
#define kvmalloc(size, gfp) dbp_null("kvmalloc", dbp_real_kvmalloc(size, gfp))
#define plpar_hcall(opcode, ret, liobn, bus) dbp_plpar_hcall(opcode, ret, liobn, bus)
#define kmemdup(from, size, gfp) dbp_null("kmemdup", dbp_real_kmemdup(from, size, gfp))
#define kstrdup(from, gfp) dbp_null("kstrdup", dbp_real_kstrdup(from, gfp))
#define alloc_pages_node(node, gfp, order) \
	dbp_null("alloc_pages_node", dbp_real_alloc_pages_node(node, gfp, order))
#define alloc_percpu(type) \
	dbp_null("alloc_percpu", \
		 (typeof(type) __percpu *)__alloc_percpu(sizeof(type), __alignof__(type)))
#define init_srcu_struct(s) dbp_errno("init_srcu_struct", dbp_real_init_srcu(s))
#define bus_register_notifier(bus, nb) \
	dbp_errno("bus_register_notifier", bus_register_notifier(bus, nb))
#define register_memory_notifier(nb) \
	dbp_errno("register_memory_notifier", register_memory_notifier(nb))
#define of_reconfig_notifier_register(nb) \
	dbp_errno("of_reconfig_notifier_register", of_reconfig_notifier_register(nb))
#define register_ftrace_function(ops) \
	dbp_errno("register_ftrace_function", register_ftrace_function(ops))
#define register_kprobe(kp) dbp_errno("register_kprobe", register_kprobe(kp))
#define sysfs_create_group(kobj, group) \
	dbp_errno("sysfs_create_group", sysfs_create_group(kobj, group))
#define sysfs_add_file_to_group(kobj, attr, group) \
	dbp_errno("sysfs_add_file_to_group", sysfs_add_file_to_group(kobj, attr, group))
#define debugfs_create_dir(name, parent) \
	dbp_err_ptr("debugfs_create_dir", debugfs_create_dir(name, parent))

#endif /* TESTS_FAULTS_H */
