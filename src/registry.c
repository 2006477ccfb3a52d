// SPDX-License-Identifier: GPL-2.0
/*
 * All PCI devices of the guest, and the events of their lives.
 */
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/rculist.h>
#include <linux/slab.h>

#include "core.h"
#include "coverage.h"
#include "judge.h"
#include "life.h"
#include "policy.h"
#include "registry.h"
#include "sysfs_files.h"

/* Changed under bypass_lock; read under RCU too, by the hook that guards unloading. */
LIST_HEAD(bypass_devs);

static bool leaving;

/**
 * bypass_is_leaving - is the module being unloaded?
 *
 * Context: bypass_lock held. Return: true from the moment when no device may be taken any more.
 */
bool bypass_is_leaving(void)
{
	return leaving;
}

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

static void free_entry(struct bypass_dev *bd)
{
	cancel_work_sync(&bd->opening);
	kvfree(rcu_access_pointer(bd->spans));
	free_percpu(bd->stats);
	pci_dev_put(bd->pdev);
	kfree(bd);
}

/**
 * bypass_registry_add - a PCI device is there
 * @pdev: the device; bridges map nothing and are passed over, and so is one that is known
 *
 * Context: may sleep; bypass_lock not held. Return: 0, or the errno of what could not be had.
 */
int bypass_registry_add(struct pci_dev *pdev)
{
	struct bypass_dev *bd;
	bool known;
	int ret;

	if (pdev->hdr_type != PCI_HEADER_TYPE_NORMAL)
		return 0;
	bd = kzalloc(sizeof(*bd), GFP_KERNEL);
	if (!bd)
		return -ENOMEM;
	bd->stats = alloc_percpu(struct bypass_counters);
	if (!bd->stats) {
		kfree(bd);
		return -ENOMEM;
	}
	bd->pdev = pci_dev_get(pdev);
	bd->reason = "no driver is bound";
	bd->least_mask = U64_MAX;
	bypass_core_init(bd);
	strscpy(bd->name, pci_name(pdev), sizeof(bd->name));
	bypass_policy_apply(bd);

	bypass_mutex_lock(&bypass_lock);
	known = bypass_registry_find(&pdev->dev);
	ret = leaving ? -ENODEV : 0;
	if (!ret && !known)
		list_add_tail_rcu(&bd->node, &bypass_devs);
	bypass_mutex_unlock(&bypass_lock);
	if (ret || known) {
		free_entry(bd);
		return ret;
	}

	ret = bypass_sysfs_add(bd);
	if (ret) {
		pr_warn("%s: its files could not be made: error %d\n", bd->name, ret);
		bypass_registry_del(pdev);
	}
	return ret;
}

/* One removal at a time: a device that goes away while the module does must find its files gone. */
static DEFINE_MUTEX(removal_lock);

/* Unlinks the entry; who is still inside its wrapper is not waited for yet. */
static struct bypass_dev *take_out(struct pci_dev *pdev)
{
	struct bypass_dev *bd;

	lockdep_assert_held(&removal_lock);
	bypass_mutex_lock(&bypass_lock);
	bd = bypass_registry_find(&pdev->dev);
	if (bd)
		bd->gone = true;
	bypass_mutex_unlock(&bypass_lock);
	if (!bd)
		return NULL;

	/* Waits for writers of the toggle, who may wait for bypass_lock. */
	bypass_sysfs_del(bd);

	bypass_mutex_lock(&bypass_lock);
	bypass_life_unbound(bd);
	list_del_rcu(&bd->node);
	bypass_mutex_unlock(&bypass_lock);
	return bd;
}

/**
 * bypass_registry_del - a PCI device goes away
 * @pdev: the device, without a driver by now
 *
 * Context: may sleep; bypass_lock not held.
 */
void bypass_registry_del(struct pci_dev *pdev)
{
	struct bypass_dev *bd;

	mutex_lock(&removal_lock);
	bd = take_out(pdev);
	if (bd) {
		bypass_core_quiesce();
		free_entry(bd);
	}
	mutex_unlock(&removal_lock);
}

static int review_one(struct device *dev, void *unused)
{
	struct bypass_dev *bd;

	device_lock(dev);
	bypass_mutex_lock(&bypass_lock);
	bd = bypass_registry_find(dev);
	if (bd && !leaving)
		bypass_life_review(bd);
	bypass_mutex_unlock(&bypass_lock);
	device_unlock(dev);
	return 0;
}

/**
 * bypass_registry_review - look at every device again
 *
 * Context: may sleep; no lock held.
 */
void bypass_registry_review(void)
{
	bus_for_each_dev(&pci_bus_type, NULL, NULL, review_one);
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
	before = bypass_life_parked();
	bypass_mutex_unlock(&bypass_lock);
	bypass_core_wait_tasks();
	bypass_mutex_lock(&bypass_lock);
	list_for_each_entry(bd, &bypass_devs, node)
		bypass_life_unpark(bd, before);
	bypass_mutex_unlock(&bypass_lock);
}

/**
 * bypass_registry_route - something changed that every device's route depends on
 *
 * Context: any.
 */
void bypass_registry_route(void)
{
	struct bypass_dev *bd;

	rcu_read_lock();
	list_for_each_entry_rcu(bd, &bypass_devs, node)
		bypass_core_route(bd);
	rcu_read_unlock();
}

/**
 * bypass_registry_cut - a range of RAM is gone
 * @start: first byte
 * @end: first byte behind the range
 *
 * Context: may sleep; bypass_lock not held. Takes no device_lock(): who takes memory away may
 * hold locks that a driver's probe waits for.
 */
void bypass_registry_cut(u64 start, u64 end)
{
	struct bypass_dev *bd;

	bypass_mutex_lock(&bypass_lock);
	list_for_each_entry(bd, &bypass_devs, node)
		bypass_coverage_cut(bd, start, end);
	bypass_mutex_unlock(&bypass_lock);
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

/*
 * BUS_NOTIFY_DRIVER_NOT_BOUND is none of these: it is sent before the driver core releases the
 * memory that it manages for a driver, which our functions must do. Such a device is given back by
 * the review that comes when the probe is over, or before the next driver's probe.
 */
static void driver_event(struct bypass_dev *bd, unsigned long event)
{
	switch (event) {
	case BUS_NOTIFY_BIND_DRIVER:
		if (bd->wrapped)
			bypass_life_unbound(bd);
		if (leaving)
			break;
		bypass_policy_apply(bd);
		bypass_life_bind(bd);
		break;
	case BUS_NOTIFY_BOUND_DRIVER:
		if (!leaving)
			bypass_life_bound(bd);
		break;
	case BUS_NOTIFY_UNBOUND_DRIVER:
		bypass_life_unbound(bd);
		break;
	}
}

/**
 * bypass_registry_event - something happened to a PCI device
 * @dev: the device
 * @event: BUS_NOTIFY_...
 *
 * Context: may sleep; for a driver's events under device_lock(); bypass_lock not held.
 */
void bypass_registry_event(struct device *dev, unsigned long event)
{
	struct bypass_dev *bd;

	if (event == BUS_NOTIFY_ADD_DEVICE) {
		bypass_registry_add(to_pci_dev(dev));
		return;
	}
	if (event == BUS_NOTIFY_DEL_DEVICE) {
		bypass_registry_del(to_pci_dev(dev));
		return;
	}

	bypass_mutex_lock(&bypass_lock);
	bd = bypass_registry_find(dev);
	if (bd)
		driver_event(bd, event);
	bypass_mutex_unlock(&bypass_lock);
}

static int add_existing(struct device *dev, void *unused)
{
	return bypass_registry_add(to_pci_dev(dev));
}

/**
 * bypass_registry_start - know all devices that are there, and take those that policy wants
 *
 * Context: may sleep. Return: 0, or an errno with nothing left behind.
 */
int bypass_registry_start(void)
{
	int ret;

	/* A device that is on its way out would be found after its removal was told. */
	pci_lock_rescan_remove();
	ret = bus_for_each_dev(&pci_bus_type, NULL, NULL, add_existing);
	pci_unlock_rescan_remove();
	if (!ret)
		ret = bypass_policy_check_selectors();
	if (ret) {
		bypass_registry_stop();
		return ret;
	}
	bypass_registry_review();
	return 0;
}

static int give_back(struct device *dev, void *unused)
{
	struct bypass_dev *bd;
	int ret = 0;

	do {
		if (ret)
			msleep(1000);
		device_lock(dev);
		bypass_mutex_lock(&bypass_lock);
		bd = bypass_registry_find(dev);
		ret = bd ? bypass_life_leave(bd) : 0;
		bypass_mutex_unlock(&bypass_lock);
		device_unlock(dev);
	} while (ret);
	return 0;
}

/**
 * bypass_registry_give_back_all - give every device back to the kernel, and take none any more
 *
 * By the time of unloading nothing should be left that the kernel could not release: the hook
 * on unloading has refused before. What was mapped since is waited for, and named in the log
 * every few seconds.
 *
 * Context: may sleep.
 */
void bypass_registry_give_back_all(void)
{
	bypass_mutex_lock(&bypass_lock);
	leaving = true;
	bypass_mutex_unlock(&bypass_lock);
	bus_for_each_dev(&pci_bus_type, NULL, NULL, give_back);
}

static int end_own_window(struct device *dev, void *unused)
{
	struct bypass_dev *bd;

	device_lock(dev);
	bypass_mutex_lock(&bypass_lock);
	bd = bypass_registry_find(dev);
	if (bd && bd->own.window)
		bypass_life_leave(bd);
	bypass_mutex_unlock(&bypass_lock);
	device_unlock(dev);
	return 0;
}

/**
 * bypass_registry_end_own_windows - another kernel is about to be started
 *
 * Devices with a window of our own are given back, and none is taken any more. A device that
 * holds direct buffers keeps its window; the log says which.
 *
 * Context: may sleep for some seconds; no lock held.
 */
void bypass_registry_end_own_windows(void)
{
	bypass_mutex_lock(&bypass_lock);
	leaving = true;
	bypass_mutex_unlock(&bypass_lock);
	bus_for_each_dev(&pci_bus_type, NULL, NULL, end_own_window);
}

/* The first device left, with a reference that the caller puts. */
static struct pci_dev *next_device(void)
{
	struct bypass_dev *bd;
	struct pci_dev *pdev;

	bypass_mutex_lock(&bypass_lock);
	bd = list_first_entry_or_null(&bypass_devs, struct bypass_dev, node);
	pdev = bd ? pci_dev_get(bd->pdev) : NULL;
	bypass_mutex_unlock(&bypass_lock);
	return pdev;
}

/**
 * bypass_registry_stop - forget all devices
 *
 * Waits once for all of them: each wait may take as long as a second.
 *
 * Context: may sleep. When it returns, nobody is in the wrapper and no file of ours is left.
 */
void bypass_registry_stop(void)
{
	struct bypass_dev *bd, *next;
	struct pci_dev *pdev;
	LIST_HEAD(out);

	bypass_registry_give_back_all();
	mutex_lock(&removal_lock);
	while ((pdev = next_device())) {
		bd = take_out(pdev);
		list_add_tail(&bd->removed, &out);
		pci_dev_put(pdev);
	}
	bypass_core_quiesce();
	bypass_core_wait_tasks();
	list_for_each_entry_safe(bd, next, &out, removed)
		free_entry(bd);
	mutex_unlock(&removal_lock);
}
