// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting until nobody is in the wrapper any more.
 */
#include <linux/delay.h>

#include "core.h"
#include "sync.h"

/**
 * bypass_core_wait_tasks - wait until every task has left the map and unmap functions
 *
 * They never sleep, so this also waits for a task that has read the ops pointer of a device and
 * not yet called through it.
 *
 * Context: may sleep, for a second or so.
 */
void bypass_core_wait_tasks(void)
{
	dbp_synchronize_tasks();
}

/**
 * bypass_core_wait_inside - wait for calls that may sleep
 * @bd: the device
 *
 * Context: may sleep; not from inside the wrapper of @bd.
 */
void bypass_core_wait_inside(struct bypass_dev *bd)
{
	struct bypass_stats sum;

	for (;;) {
		bypass_core_sum(bd, &sum);
		if (!sum.inside)
			break;
		msleep(20);
	}
}

/**
 * bypass_core_quiesce - wait until nobody is in the wrapper who entered it before
 * @bd: the device
 *
 * The waits for tasks before and behind the count cover the instructions around it.
 *
 * Context: may sleep, for seconds; not from inside the wrapper of @bd.
 */
void bypass_core_quiesce(struct bypass_dev *bd)
{
	bypass_core_wait_tasks();
	bypass_core_wait_inside(bd);
	bypass_core_wait_tasks();
}
