// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's own notes on a device: the bypass flag, and the limit up to which it goes direct.
 *
 * dma_go_direct() (kernel/dma/mapping.c, 5.9 to 7.3) reads the flag, and then the limit; without a
 * limit a set flag means that everything goes direct. A CPU may have read the flag, and read the
 * limit long after. So where both are set (7.0 and later), everybody is waited for between the two
 * stores. A limit without the flag is safe for any length of time: the kernel decides by it, buffer
 * by buffer, and releases by the handle. tests/proofs/lkmm has the proof.
 */
#include <linux/dma-mapping.h>
#include <linux/wait.h>

#include "core.h"
#include "flags.h"
#include "lock.h"

/**
 * bypass_flags_query - look how the kernel wants to map for the device
 * @bd: the device, not taken
 *
 * Where its ops are all that tells, they tell nothing while they are ours: then @bd->kernel is
 * kept by those who change it.
 *
 * Context: any; bypass_lock held.
 */
void bypass_flags_query(struct bypass_dev *bd)
{
	if (!DBP_OPS_SWAPPED || !bd->wrapped)
		bd->kernel = dbp_route_get(&bd->pdev->dev);
}

/**
 * bypass_flags_clear_stopped - clear the flag while no CPU runs anything else
 * @bd: the device
 *
 * Context: stop_machine(). bypass_flags_clear() does the rest.
 */
void bypass_flags_clear_stopped(struct bypass_dev *bd)
{
	dbp_bypass_set(&bd->pdev->dev, false);
}

static DECLARE_WAIT_QUEUE_HEAD(settled);

/*
 * Waits between the two stores. Many devices are taken or given back at once, and then they wait at
 * once, for which bypass_lock must be free. device_lock() keeps every other change away but a
 * driver's question about masks, which waits: see bypass_flags_settle().
 */
static void wait_between(struct bypass_dev *bd, bool let_go)
{
	if (!let_go) {
		bypass_core_wait_tasks();
		return;
	}
	bd->busy = true;
	WRITE_ONCE(bd->between, true);
	bypass_mutex_unlock(&bypass_lock);
	bypass_core_wait_tasks();
	bypass_mutex_lock(&bypass_lock);
	WRITE_ONCE(bd->between, false);
	bd->busy = false;
	wake_up_all(&settled);
}

/**
 * bypass_flags_settle - wait until nobody is between the two stores of a device
 * @bd: the device, which cannot go away
 *
 * Context: may sleep; bypass_lock held, and let go of while waiting.
 */
void bypass_flags_settle(struct bypass_dev *bd)
{
	while (bd->between) {
		bypass_mutex_unlock(&bypass_lock);
		wait_event(settled, !READ_ONCE(bd->between));
		bypass_mutex_lock(&bypass_lock);
	}
}

/**
 * bypass_flags_clear - clear flag and limit, so that every buffer comes to us
 * @bd: the device, wrapped; @bd->kernel holds what the kernel wants
 * @let_go: bypass_lock may be let go of meanwhile, since device_lock() is held
 *
 * Only when no CPU is left that has read the ops from before: that one would translate what we
 * would then take for ours.
 *
 * Context: may sleep, for a second or so; bypass_lock held.
 */
void bypass_flags_clear(struct bypass_dev *bd, bool let_go)
{
	struct device *dev = &bd->pdev->dev;
	unsigned int tries = 3;

	/* The kernel may be about to answer a question about a mask: then the flag comes again. */
	do {
		bool was_set = bd->kernel.bypass || dbp_route_get(dev).bypass;

		dbp_bypass_set(dev, false);
		if (!dbp_limit_get(dev))
			continue;
		/* Who has read the flag when it was set must find a limit. */
		if (was_set)
			wait_between(bd, let_go);
		dbp_limit_set(dev, 0);
	} while (!DBP_OPS_SWAPPED && dbp_route_get(dev).bypass && --tries);
}

/**
 * bypass_flags_restore - set flag and limit as the kernel wants them
 * @bd: the device, taken
 * @let_go: bypass_lock may be let go of meanwhile, since device_lock() is held
 *
 * Context: may sleep, for a second or so; bypass_lock held.
 */
void bypass_flags_restore(struct bypass_dev *bd, bool let_go)
{
	struct device *dev = &bd->pdev->dev;

	dbp_limit_set(dev, bd->kernel.limit);
	/* Who finds the flag set must find the limit, too. */
	if (bd->kernel.bypass && bd->kernel.limit)
		wait_between(bd, let_go);
	dbp_bypass_set(dev, bd->kernel.bypass);
}

/**
 * bypass_flags_mend - clear again what the kernel has set on a taken device
 * @bd: the device, taken
 *
 * A driver may have asked for a mask just before its device was taken. The kernel's answer can
 * sleep (dma_win_init_mutex, RTAS), and sets flag and limit when it comes. Where the kernel derives
 * the flag from the limit (5.11 to 6.19), it may have found ours.
 *
 * Context: may sleep, for a second or so; bypass_lock and device_lock() held.
 */
void bypass_flags_mend(struct bypass_dev *bd)
{
	struct dbp_kernel_route now;

	if (DBP_OPS_SWAPPED)
		return;
	now = dbp_route_get(&bd->pdev->dev);
	if (!now.bypass && !now.limit)
		return;
	bd->kernel.bypass = now.bypass;
	if (now.limit)
		bd->kernel.limit = now.limit;
	pr_info("%s: the kernel has answered a question about its mask after it was taken over\n",
		bd->name);
	bypass_flags_clear(bd, false);
}

/**
 * bypass_flags_ask_copy - ask the kernel about a mask without a change to the device
 * @bd: the device, wrapped; @bd->kernel is what the kernel wants, and is updated
 * @mask: the mask
 * @ask: the kernel's function
 *
 * The kernel's answer would set flag and limit on the device, and buffers would go the kernel's way
 * until they are cleared again. The kernel looks the device's node and window up by dev->of_node,
 * names it in messages, and keeps no pointer to the device, only to the node; so it is asked about
 * a copy. What it gives to the copy is what it wants: the flag, the limit, dma_offset, the table.
 * That was read in 7.3 and in RHEL's 8.3 and 8.10 (4.18), 9.6 (5.14) and 10.0 (6.12), in
 * dma_iommu_dma_supported(), enable_ddw() and what they call.
 *
 * Context: may sleep; bypass_lock held, all the time. Return: what @ask returns.
 */
int bypass_flags_ask_copy(struct bypass_dev *bd, u64 mask,
			  int (*ask)(struct device *dev, u64 mask))
{
	/* One for all: no driver's probe may fail for want of memory for it. */
	static struct pci_dev copied;
	struct device *dev = &bd->pdev->dev;
	struct pci_dev *copy = &copied;
	int ret;

	*copy = *bd->pdev;
	copy->dev.dma_mask = &copy->dma_mask;
	copy->dev.dma_ops = dbp_kernel_ops(bd->orig, bd->kernel);
	dbp_limit_set(&copy->dev, bd->kernel.limit);
	dbp_bypass_set(&copy->dev, bd->kernel.bypass);
	ret = ask(&copy->dev, mask);
	bd->kernel = dbp_route_get(&copy->dev);
	dev->archdata.dma_offset = copy->dev.archdata.dma_offset;
	if (get_iommu_table_base(dev) != get_iommu_table_base(&copy->dev))
		set_iommu_table_base(dev, get_iommu_table_base(&copy->dev));
	return ret;
}
