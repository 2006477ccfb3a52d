// SPDX-License-Identifier: GPL-2.0
/*
 * Devices come and go, and so do their drivers, and in the end the module.
 */
#include <linux/delay.h>
#include <linux/rculist.h>
#include <linux/slab.h>

#include "core.h"
#include "fleet.h"
#include "ledger.h"
#include "life.h"
#include "policy.h"
#include "registry.h"
#include "sweep.h"
#include "sysfs_files.h"
#include "window_map.h"

#define LOAD_MS 2000	/* how long loading waits for devices that somebody else has locked */

static void free_entry(struct bypass_dev *bd)
{
	cancel_work_sync(&bd->opening);
	bypass_ledger_close(bd);
	free_percpu(bd->stats);
	pci_dev_put(bd->pdev);
	kfree(bd);
}

/*
 * One device at a time gets or loses its files: one that goes away while the module does must find
 * them gone.
 */
static DEFINE_MUTEX(removal_lock);

/**
 * bypass_fleet_add - a PCI device is there
 * @pdev: the device; bridges map nothing and are passed over, and so is one that is known
 *
 * Context: may sleep; bypass_lock not held. Return: 0, or the errno of what could not be had.
 */
int bypass_fleet_add(struct pci_dev *pdev)
{
	struct bypass_dev *bd;
	bool known;
	int ret;

	if (pdev->hdr_type != PCI_HEADER_TYPE_NORMAL)
		return 0;
	bd = kzalloc(sizeof(*bd), GFP_KERNEL);
	if (!bd) {
		pr_warn("%s: out of memory, so it is left to the kernel\n", pci_name(pdev));
		return -ENOMEM;
	}
	bd->pdev = pci_dev_get(pdev);
	bd->reason = "no driver is bound";
	bd->least_mask = U64_MAX;
	bypass_core_init(bd);
	strscpy(bd->name, pci_name(pdev), sizeof(bd->name));
	bypass_policy_apply(bd);

	mutex_lock(&removal_lock);
	bypass_mutex_lock(&bypass_lock);
	known = bypass_registry_find(&pdev->dev);
	ret = bypass_is_leaving() ? -ENODEV : 0;
	if (!ret && !known)
		list_add_tail_rcu(&bd->node, &bypass_devs);
	bypass_mutex_unlock(&bypass_lock);
	if (ret || known) {
		mutex_unlock(&removal_lock);
		free_entry(bd);
		return ret;
	}

	ret = bypass_sysfs_add(bd);
	mutex_unlock(&removal_lock);
	if (ret) {
		pr_warn("%s: its files could not be made: error %d\n", bd->name, ret);
		bypass_fleet_del(pdev);
	}
	return ret;
}

/*
 * Removes a device's toggle, and waits for its writers. They wait for device_lock(), whose holder
 * may be removing another device (a PF its VFs), and so wait for removal_lock, which therefore must
 * not be held here. Two may come at once; the entry lives until both have done.
 */
static void remove_toggle(struct pci_dev *pdev)
{
	struct bypass_dev *bd;
	bool mine = false;

	bypass_mutex_lock(&bypass_lock);
	bd = bypass_registry_find(&pdev->dev);
	if (bd) {
		bd->gone = true;
		bd->pins++;
		mine = bd->has_toggle;
		bd->has_toggle = false;
	}
	bypass_mutex_unlock(&bypass_lock);
	if (!bd)
		return;
	if (mine)
		bypass_sysfs_del_toggle(bd);
	bypass_mutex_lock(&bypass_lock);
	bd->pins--;
	bypass_mutex_unlock(&bypass_lock);
}

static bool is_pinned(const struct bypass_dev *bd)
{
	bool pinned;

	bypass_mutex_lock(&bypass_lock);
	pinned = bd->pins || bd->busy;
	bypass_mutex_unlock(&bypass_lock);
	return pinned;
}

/* Unlinks the entry; who is still inside its wrapper is not waited for yet. */
static struct bypass_dev *take_out(struct pci_dev *pdev)
{
	struct bypass_dev *bd;

	lockdep_assert_held(&removal_lock);
	bypass_mutex_lock(&bypass_lock);
	bd = bypass_registry_find(&pdev->dev);
	bypass_mutex_unlock(&bypass_lock);
	if (!bd)
		return NULL;

	/* Waits for readers, who may wait for bypass_lock. */
	bypass_sysfs_del(bd);

	bypass_mutex_lock(&bypass_lock);
	bypass_life_unbound(bd, true);
	bypass_window_map_leave(bd);
	list_del_rcu(&bd->node);
	bypass_mutex_unlock(&bypass_lock);
	return bd;
}

/* Nobody is inside any more, so the device gets its own ops pointer back. */
static void unpark(struct bypass_dev *bd)
{
	bypass_mutex_lock(&bypass_lock);
	bypass_life_unpark(bd, ULONG_MAX);
	bypass_mutex_unlock(&bypass_lock);
}

/*
 * Everybody was waited for who had read the pointer to our struct. Somebody may still be removing
 * its toggle, or have let go of bypass_lock while giving it back, and comes to an end by himself.
 */
static void end_entry(struct bypass_dev *bd)
{
	while (is_pinned(bd))
		msleep(20);
	free_entry(bd);
}

/**
 * bypass_fleet_del - a PCI device goes away
 * @pdev: the device, without a driver by now
 *
 * Context: may sleep; bypass_lock not held.
 */
void bypass_fleet_del(struct pci_dev *pdev)
{
	struct bypass_dev *bd;

	/* Who is making the device's files has done so then. */
	mutex_lock(&removal_lock);
	mutex_unlock(&removal_lock);
	remove_toggle(pdev);
	mutex_lock(&removal_lock);
	bd = take_out(pdev);
	mutex_unlock(&removal_lock);
	if (!bd)
		return;
	bypass_core_quiesce();
	unpark(bd);
	bypass_core_wait_tasks();
	end_entry(bd);
}

/*
 * VFIO hands all devices of a PE to user space, also those without a driver: a window of our own
 * that one of them has kept for what its driver has left behind must be gone by then. One that is
 * locked is about to get a driver, which ends that as well.
 */
static void end_left_behind(const struct bypass_dev *vfio)
{
	struct bypass_dev *bd;

	list_for_each_entry(bd, &bypass_devs, node) {
		struct device *dev = &bd->pdev->dev;

		if (bd == vfio || !bd->wrapped || !bd->own.window ||
		    pci_domain_nr(bd->pdev->bus) != pci_domain_nr(vfio->pdev->bus) ||
		    !device_trylock(dev))
			continue;
		if (!dev->driver)
			bypass_life_unbound(bd, true);
		device_unlock(dev);
	}
}

/*
 * BUS_NOTIFY_DRIVER_NOT_BOUND is none of these: it is sent before the driver core releases the
 * memory that it manages for a driver, which our functions must do. Such a device is given back by
 * the review that comes when the probe is over, or before the next driver's probe.
 */
static bool driver_event(struct bypass_dev *bd, unsigned long event)
{
	switch (event) {
	case BUS_NOTIFY_BIND_DRIVER:
		if (bd->wrapped)
			bypass_life_unbound(bd, true);
		if (bypass_is_leaving())
			break;
		bypass_policy_apply(bd);
		bypass_life_bind(bd);
		if (bypass_life_is_for_vfio(bd)) {
			end_left_behind(bd);
			/* VFIO removes windows, and the kernel makes them anew. */
			bypass_window_map_changed(bypass_window_pe(bd->pdev));
		}
		break;
	case BUS_NOTIFY_UNBIND_DRIVER:
		if (bypass_life_is_for_vfio(bd))
			bypass_window_map_changed(bypass_window_pe(bd->pdev));
		break;
	case BUS_NOTIFY_BOUND_DRIVER:
		return !bypass_is_leaving() && bypass_life_bound(bd);
	case BUS_NOTIFY_UNBOUND_DRIVER:
		return bypass_life_unbound(bd, false);
	case BUS_NOTIFY_DRIVER_NOT_BOUND:
		return true;
	}
	return false;
}

/**
 * bypass_fleet_event - something happened to a PCI device
 * @dev: the device
 * @event: BUS_NOTIFY_...
 *
 * Context: may sleep; for a driver's events under device_lock(); bypass_lock not held.
 * Return: true when the device should be looked at again soon.
 */
bool bypass_fleet_event(struct device *dev, unsigned long event)
{
	struct bypass_dev *bd;
	bool again = false;

	if (event == BUS_NOTIFY_ADD_DEVICE) {
		bypass_fleet_add(to_pci_dev(dev));
		return false;
	}
	if (event == BUS_NOTIFY_DEL_DEVICE) {
		bypass_fleet_del(to_pci_dev(dev));
		return false;
	}

	bypass_mutex_lock(&bypass_lock);
	bd = bypass_registry_find(dev);
	if (bd)
		again = driver_event(bd, event);
	bypass_mutex_unlock(&bypass_lock);
	return again;
}

static int add_existing(struct device *dev, void *unused)
{
	return bypass_fleet_add(to_pci_dev(dev));
}

/**
 * bypass_fleet_start - know all devices that are there, and take those that policy wants
 * @again: set to whether bypass_sweep_review() should be called again
 *
 * Context: may sleep. Return: 0, or an errno with nothing left behind.
 */
int bypass_fleet_start(bool *again)
{
	long left;
	int ret;

	/* A device that is on its way out would be found after its removal was told. */
	pci_lock_rescan_remove();
	ret = bus_for_each_dev(&pci_bus_type, NULL, NULL, add_existing);
	pci_unlock_rescan_remove();
	if (!ret)
		ret = bypass_policy_check_selectors();
	/* Nobody could end an unload that waits for buffers here. */
	if (ret && bypass_registry_stranded(&left)) {
		pr_err("loaded all the same: %ld DMA buffers of a device that was taken over already could not be released by the kernel\n",
		       left);
		ret = 0;
	}
	if (ret) {
		bypass_fleet_stop();
		return ret;
	}
	*again = bypass_sweep_review(LOAD_MS);
	return 0;
}

static int remove_one_toggle(struct pci_dev *pdev, void *unused)
{
	remove_toggle(pdev);
	return 0;
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
 * bypass_fleet_stop - forget all devices
 *
 * Waits once for all of them: each wait may take as long as a second.
 *
 * Context: may sleep. When it returns, nobody is in the wrapper and no file of ours is left.
 */
void bypass_fleet_stop(void)
{
	struct bypass_dev *bd, *next;
	struct pci_dev *pdev;
	LIST_HEAD(out);

	bypass_sweep_give_back();
	/* Who was just adding a device has done so. */
	mutex_lock(&removal_lock);
	mutex_unlock(&removal_lock);
	bypass_registry_each(ULONG_MAX, remove_one_toggle, NULL);
	mutex_lock(&removal_lock);
	while ((pdev = next_device())) {
		bd = take_out(pdev);
		list_add_tail(&bd->removed, &out);
		pci_dev_put(pdev);
	}
	mutex_unlock(&removal_lock);
	bypass_core_quiesce();
	list_for_each_entry(bd, &out, removed)
		unpark(bd);
	bypass_core_wait_tasks();
	list_for_each_entry_safe(bd, next, &out, removed)
		end_entry(bd);
}
