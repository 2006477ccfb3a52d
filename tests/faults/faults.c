// SPDX-License-Identifier: GPL-2.0
/*
 * Counts the points of faults.h as they are passed, and lets one of them fail: the one whose
 * number is in the parameter fail_at. Writing the parameter starts the count anew.
 *
 * H_GET_TCE is answered with tce_answer, tce_times times (below 0: always), for bus addresses from
 * tce_from on; the hypervisor is not asked then.
 */
#include <linux/atomic.h>
#include <linux/module.h>
#include <linux/types.h>

static atomic_t points;
static int fail_at;

static int fail_at_set(const char *val, const struct kernel_param *kp)
{
	int ret = param_set_int(val, kp);

	atomic_set(&points, 0);
	return ret;
}

static const struct kernel_param_ops fail_at_ops = {
	.set = fail_at_set,
	.get = param_get_int,
};

module_param_cb(fail_at, &fail_at_ops, &fail_at, 0644);
MODULE_PARM_DESC(fail_at, "number of the point that is to fail; 0: none");

static long tce_answer;
module_param(tce_answer, long, 0644);
MODULE_PARM_DESC(tce_answer, "what H_GET_TCE is to return; 0: what the hypervisor says");

static int tce_times = -1;
module_param(tce_times, int, 0644);
MODULE_PARM_DESC(tce_times, "how many times more; below 0: always");

uint dbp_cpus;
module_param_named(cpus, dbp_cpus, uint, 0644);
MODULE_PARM_DESC(cpus, "how many CPUs the machine may have; 0: as many as there are");

static unsigned long tce_from;
module_param(tce_from, ulong, 0644);
MODULE_PARM_DESC(tce_from, "for bus addresses from here on");

/**
 * dbp_tce_fault - an entry is about to be asked for
 * @bus: the bus address
 *
 * Context: any; who counts tce_times asks one after the other. Return: the answer; 0: ask.
 */
long dbp_tce_fault(unsigned long bus)
{
	int times = READ_ONCE(tce_times);

	if (!READ_ONCE(tce_answer) || !times || bus < READ_ONCE(tce_from))
		return 0;
	if (times > 0)
		WRITE_ONCE(tce_times, times - 1);
	return READ_ONCE(tce_answer);
}

/**
 * dbp_fault - a point that may be told to fail
 * @what: what would be called there
 *
 * Context: any. Return: true when this is the one.
 */
bool dbp_fault(const char *what)
{
	int point = atomic_inc_return(&points);

	if (point != READ_ONCE(fail_at))
		return false;
	pr_info("fault %d: %s\n", point, what);
	return true;
}
