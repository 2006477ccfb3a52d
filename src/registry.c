// SPDX-License-Identifier: GPL-2.0
/*
 * The list of all PCI devices of the guest. fleet.c adds and removes them.
 */
#include <linux/async.h>
#include <linux/rculist.h>
#include <linux/slab.h>

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
 * struct step - one device of a walk
 * @node: in the list of those that the walk has met
 * @pdev: the device, with a reference
 * @fn: what is done to it
 * @arg: what that gets
 * @ret: the first answer of any device that is not 0
 */
struct step {
	struct list_head node;
	struct pci_dev *pdev;
	int (*fn)(struct pci_dev *pdev, void *arg);
	void *arg;
	int *ret;
};

static void run_step(void *data, async_cookie_t unused)
{
	struct step *step = data;
	int ret = step->fn(step->pdev, step->arg);

	if (ret)
		cmpxchg(step->ret, 0, ret);
	pci_dev_put(step->pdev);
	kfree(step);
}

/**
 * bypass_registry_each - do something to all devices, side by side
 * @seq: only to those that a review of this number has not looked at; ULONG_MAX: to all
 * @fn: what is done; it may sleep, and takes the locks for that
 * @arg: what @fn gets
 *
 * Much of what is done to a device is waiting for everybody, which takes no longer for many at once
 * than for one. Each device has a thread of its own, so none waits for another one.
 *
 * Context: may sleep; bypass_lock not held, nor a device_lock() that @fn waits for.
 * Return: 0, or the answer of one device for which @fn did not return 0.
 */
int bypass_registry_each(unsigned long seq, int (*fn)(struct pci_dev *pdev, void *arg), void *arg)
{
	ASYNC_DOMAIN_EXCLUSIVE(side_by_side);
	struct step *step, *next;
	struct bypass_dev *bd;
	LIST_HEAD(steps);
	int ret = 0;

	bypass_mutex_lock(&bypass_lock);
	list_for_each_entry(bd, &bypass_devs, node) {
		if (bd->reviewed >= seq)
			continue;
		/* No device may be passed over, and there is always memory for so little. */
		step = kmalloc(sizeof(*step), GFP_KERNEL | __GFP_NOFAIL);
		*step = (struct step) {
			.pdev = pci_dev_get(bd->pdev), .fn = fn, .arg = arg, .ret = &ret
		};
		list_add_tail(&step->node, &steps);
	}
	bypass_mutex_unlock(&bypass_lock);
	list_for_each_entry_safe(step, next, &steps, node)
		async_schedule_domain(run_step, step, &side_by_side);
	async_synchronize_full_domain(&side_by_side);
	return ret;
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
	bypass_core_quiesce();
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
 * Each CPU's counters of each device that is taken have to be looked at.
 *
 * Context: may sleep; bypass_lock not held. Return: the address of the first device that holds
 * some, or NULL.
 */
const char *bypass_registry_stranded(long *n)
{
	const char *name = NULL;
	struct bypass_dev *bd;

	*n = 0;
	bypass_mutex_lock(&bypass_lock);
	list_for_each_entry(bd, &bypass_devs, node) {
		*n = bypass_judge_stranded(bd);
		if (*n) {
			name = bd->name;
			break;
		}
		cond_resched();
	}
	bypass_mutex_unlock(&bypass_lock);
	return name;
}

/* Counters that may be looked at where nobody else can run: some tenths of a millisecond. */
#define COUNTERS_AT_ONCE 16384

/**
 * bypass_registry_stranded_now - the same, where nobody may sleep
 * @n: how many; -1: there are too many counters to look at here
 *
 * Context: any, also atomic. Return: as bypass_registry_stranded(); with -1 the address of a device
 * that was not looked at.
 */
const char *bypass_registry_stranded_now(long *n)
{
	unsigned long counters = 0;
	const char *name = NULL;
	struct bypass_dev *bd;

	*n = 0;
	rcu_read_lock();
	list_for_each_entry_rcu(bd, &bypass_devs, node) {
		if (!READ_ONCE(bd->taken))
			continue;
		counters += num_possible_cpus();
		*n = counters > COUNTERS_AT_ONCE ? -1 : bypass_judge_stranded(bd);
		if (*n) {
			name = bd->name;
			break;
		}
	}
	rcu_read_unlock();
	return name;
}
