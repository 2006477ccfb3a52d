// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting until nobody is in the wrapper any more.
 */
#include <linux/srcu.h>

#include "core.h"
#include "sync.h"

/* One for all devices: who waits is in no hurry, and who is inside does not notice. */
static struct srcu_struct inside;

/**
 * bypass_core_start - get ready to be entered
 *
 * Context: may sleep; before the first device is wrapped. Return: 0 or -ENOMEM.
 */
int bypass_core_start(void)
{
	return init_srcu_struct(&inside);
}

/**
 * bypass_core_stop - the opposite of bypass_core_start()
 *
 * Context: may sleep; after the last wait, with no device wrapped.
 */
void bypass_core_stop(void)
{
	cleanup_srcu_struct(&inside);
}

/**
 * bypass_core_enter - enter a function of the wrapper that may sleep
 *
 * Context: any. Return: what to give to bypass_core_leave().
 */
int bypass_core_enter(void)
	__acquires(&inside)
{
	return srcu_read_lock(&inside);
}

/**
 * bypass_core_leave - leave it
 * @idx: what bypass_core_enter() returned
 *
 * Context: any.
 */
void bypass_core_leave(int idx)
	__releases(&inside)
{
	srcu_read_unlock(&inside, idx);
}

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
 * bypass_core_quiesce - wait until nobody uses the wrapper's data who entered it before
 *
 * Who was about to call bypass_core_enter() has done so after the first wait. What follows
 * bypass_core_leave() touches no data, so only who is going to free the text itself needs to
 * call bypass_core_wait_tasks() once more.
 *
 * Context: may sleep, for seconds; not from inside the wrapper, nor with bypass_lock held, for
 * which somebody inside may be waiting.
 */
void bypass_core_quiesce(void)
{
	bypass_core_wait_tasks();
	synchronize_srcu_expedited(&inside);
}
