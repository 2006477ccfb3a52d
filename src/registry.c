// SPDX-License-Identifier: GPL-2.0
/*
 * The list of all PCI devices of the guest. fleet.c adds, removes and reviews them.
 */
#include <linux/rculist.h>

#include "attach.h"
#include "core.h"
#include "judge.h"
#include "life.h"
#include "registry.h"

/* Changed under bypass_lock; read under RCU too, by the hook that guards unloading. */
LIST_HEAD(bypass_devs);

/**
 * bypass_registry_find - the entry of a device
 * @dev: any device
 *
 * Context: bypass_lock held. Return: the entry, or NULL.
 */
struct bypass_dev *bypass_registry_find(const struct device *dev)
{
	struct bypass_dev *bd;

	list_for_each_entry(bd, &bypass_devs, node)
		if (&bd->pdev->dev == dev)
			return bd;
	return NULL;
}

/**
 * bypass_registry_unpark - give parked devices their own ops pointers back
 *
 * Put off until after a driver's probe, which should not wait for every task on the machine.
 *
 * Context: may sleep; no lock held.
 */
void bypass_registry_unpark(void)
{
	struct bypass_dev *bd;
	unsigned long before;

	bypass_mutex_lock(&bypass_lock);
	before = bypass_parked();
	bypass_mutex_unlock(&bypass_lock);
	bypass_core_wait_tasks();
	bypass_mutex_lock(&bypass_lock);
	list_for_each_entry(bd, &bypass_devs, node)
		bypass_life_unpark(bd, before);
	bypass_mutex_unlock(&bypass_lock);
	/* The next driver's probe need not wait then. */
	bypass_core_wait_tasks();
	bypass_mutex_lock(&bypass_lock);
	list_for_each_entry(bd, &bypass_devs, node)
		bypass_life_settled(bd, before);
	bypass_mutex_unlock(&bypass_lock);
}

/**
 * bypass_registry_route - something changed that the route of every wrapped device depends on
 *
 * Context: any.
 */
void bypass_registry_route(void)
{
	struct bypass_dev *bd;

	rcu_read_lock();
	/* VFIO may free the table of one that is not wrapped; who wraps it computes its route. */
	list_for_each_entry_rcu(bd, &bypass_devs, node)
		if (READ_ONCE(bd->wrapped))
			bypass_core_route(bd);
	rcu_read_unlock();
}

/**
 * bypass_registry_stranded - would unloading strand anybody's DMA buffers?
 * @n: how many
 *
 * Context: any, also atomic. Return: the address of the first device that holds some, or NULL.
 */
const char *bypass_registry_stranded(long *n)
{
	const char *name = NULL;
	struct bypass_dev *bd;

	*n = 0;
	rcu_read_lock();
	list_for_each_entry_rcu(bd, &bypass_devs, node) {
		*n = bypass_judge_stranded(bd);
		if (*n) {
			name = bd->name;
			break;
		}
	}
	rcu_read_unlock();
	return name;
}
