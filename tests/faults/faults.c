// SPDX-License-Identifier: GPL-2.0
/*
 * Counts the points of faults.h as they are passed, and lets one of them fail: the one whose
 * number is in the parameter fail_at. Writing the parameter starts the count anew.
 */
#include <linux/atomic.h>
#include <linux/module.h>

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
