// SPDX-License-Identifier: GPL-2.0
/*
 * The life of one device: wrapped, taken over, given back. See docs/life.md for the state
 * machine.
 *
 * "Wrapped" means that dev->dma_ops are ours; "taken" means that the kernel's own bypass state
 * is neutralised as well, so that every buffer comes to us. A device that is wrapped and not
 * taken still gets its mask changes seen by us, which is how a window that the kernel makes
 * during probe is noticed before the first mapping.
 */
#include <linux/dma-mapping.h>
#include <linux/kallsyms.h>

#include "attach.h"
#include "bounce.h"
#include "core.h"
#include "coverage.h"
#include "flags.h"
#include "judge.h"
#include "ledger.h"
#include "life.h"
#include "proof.h"
#include "trace.h"
#include "virtio_dma.h"
#include "window.h"

#define MASKS_MS 10000	/* how long after its probe a driver may ask for its first mask */

static const char why_foreign[] =
	"its DMA operations are not those of a POWER guest, so it is left alone";
static const char why_vfio[] =
	"it is handed to user space (VFIO), so it is left alone";

static const char why_bounces[] =
	"the kernel bounces its buffers (swiotlb=force), which only its own functions undo";
static const char why_no_dma_api[] =
	"it does no DMA through the kernel's DMA API (virtio without iommu_platform)";

/**
 * bypass_life_is_for_vfio - has the device a driver that hands it to user space?
 * @bd: the device
 *
 * Also mlx5_vfio_pci and its like, and the stub that keeps the rest of a group.
 *
 * Context: bypass_lock held. Return: true when it has.
 */
bool bypass_life_is_for_vfio(const struct bypass_dev *bd)
{
	const struct device_driver *drv = READ_ONCE(bd->pdev->dev.driver);

	return drv && (strstr(drv->name, "vfio") || !strcmp(drv->name, "pci-stub"));
}

/*
 * NULL when the device may be wrapped, else why not. Only the architecture's own ops are
 * understood: not VIO's, not those of a device on bare metal.
 */
static const char *why_alone(const struct bypass_dev *bd)
{
	struct device *dev = &bd->pdev->dev;
	const struct dma_map_ops *ops = bd->wrapped ? bd->orig : dbp_translating_ops(dev);
	char name[KSYM_SYMBOL_LEN] = "";

	if (bypass_maps_nothing(bd->pdev))
		return why_no_dma_api;
	if (dbp_bounces(dev))
		return why_bounces;
	if (bypass_life_is_for_vfio(bd))
		return why_vfio;
	if (ops && ops->dma_supported)
		snprintf(name, sizeof(name), "%ps", ops->dma_supported);
	/* Where a function has a descriptor (big endian), its text has a dot before its name. */
	return strcmp(name + (name[0] == '.'), "dma_iommu_dma_supported") ? why_foreign : NULL;
}

static const char why_no_memory[] =
	"no memory to count its buffers and tell the kernel's from ours; bind its driver again";

static const char why_left_behind[] =
	"its driver has gone, and DMA buffers are left that the kernel could not release";

static const char why_no_unmap[] =
	"its driver was told that it need not unmap: unbind it, write the mode, bind it again";

static void note_direct(struct bypass_dev *bd)
{
	if (!bd->taken || !READ_ONCE(bd->reach))
		return;
	if (bd->was_direct && !bd->counted &&
	    bypass_judge_path(bd) == KERNEL_TRANSLATES)
		bd->uncounted_direct = true;
	bd->was_direct = true;
}

/**
 * bypass_life_leave - give a device back to the kernel
 * @bd: the device
 *
 * Context: as bypass_detach(). Return: 0; -EBUSY when buffers live that the kernel could not
 * release; then the device is as it was before.
 */
int bypass_life_leave(struct bypass_dev *bd)
{
	if (bd->wrapped && !bd->pdev->dev.driver && bypass_life_unbound(bd, false))
		return -EBUSY;
	return bypass_detach(bd);
}

/* While the kernel has it, a page of our own is mapped as its driver's would be. */
static bool is_proved(struct bypass_dev *bd)
{
	if (!bd->misrouted && !bd->taken && !bd->wrapped && bd->pdev->dev.driver) {
		bd->misrouted = bypass_proof_kernel(bd);
		if (bd->misrouted)
			pr_warn("%s: left alone: %s\n", bd->name, bd->misrouted);
		if (bypass_proof_may_change(bd->misrouted))
			bypass_coverage_look_again(bd);
	}
	return !bd->misrouted;
}

/**
 * bypass_life_settle - look, decide, and act on it
 * @bd: the device
 * @mask: the streaming mask to reckon with
 *
 * Context: may sleep; bypass_lock held, and device_lock() too unless @bd is wrapped.
 * Return: 1 when the device is to be ours, 0 when it may stay the kernel's, -EOPNOTSUPP when it
 * cannot have the mode that it was given.
 */
int bypass_life_settle(struct bypass_dev *bd, u64 mask)
{
	bool promised = bd->mode == BYPASS_DIRECT || bd->mode == BYPASS_TRANSLATE;
	const char *alone = why_alone(bd);
	bool take_it;
	u64 uncovered;

	bd->refused = alone;
	if (alone) {
		bd->reason = alone;
		return promised ? -EOPNOTSUPP : 0;
	}
	if (!bd->taken)
		bypass_flags_query(bd);
	uncovered = bypass_coverage_look(bd, mask);
	take_it = bypass_judge_wanted(bd, mask, uncovered);
	if (take_it && !bd->taken && bypass_attach_changes_answer(bd)) {
		take_it = bypass_judge_needed(bd, mask, uncovered);
		if (!take_it)
			bd->reason = why_no_unmap;
	}
	if (bd->mode != BYPASS_OFF && !is_proved(bd)) {
		bd->reason = bd->misrouted;
		take_it = false;
	}
	if (take_it && !bd->taken && !bd->busy) {
		bool was_wrapped = bd->wrapped, had_own = bd->own.window;

		bd->misrouted = bypass_attach(bd);
		if (bd->misrouted) {
			pr_warn("%s: not taken over: %s\n", bd->name, bd->misrouted);
			if (!bypass_attach_undo(bd, was_wrapped) ||
			    bypass_proof_may_change(bd->misrouted))
				bypass_coverage_look_again(bd);
			bd->reason = bd->misrouted;
			/* No other window is made for the same end. */
			if (had_own && !bd->own.window)
				bd->own.failed = bd->reason;
			take_it = false;
		}
	}
	if (!take_it && !bd->taken && bd->own.window) {
		bypass_coverage_drop_own(bd);
		bd->own.failed = bd->reason;
	}
	if (!bd->unproved && !bypass_proof_may_change(bd->misrouted))
		bd->again = 0;
	bypass_core_route(bd);
	note_direct(bd);
	return !take_it && promised ? -EOPNOTSUPP : take_it;
}

/*
 * The last driver may have left handles behind. What we made is still counted; what the kernel has
 * translated must be told from ours. Return: 0, or -ENOMEM.
 */
static int expect_late_unmaps(struct bypass_dev *bd)
{
	if (bd->left_behind)
		return 0;
	if (!bypass_ledger_is_needed(bd)) {
		bypass_ledger_close(bd);
		return 0;
	}
	/* As in bypass_attach(), for a device that is parked. */
	if (bypass_is_parked(bd)) {
		bypass_core_wait_tasks();
		bypass_unpark(bd);
	}
	return bypass_ledger_open(bd);
}

/**
 * bypass_life_bind - a driver is about to probe the device
 * @bd: the device
 *
 * Wraps it, so that the masks which the driver asks for are seen before its first mapping. This
 * driver has mapped nothing yet; what an earlier one has left behind may come at any time.
 *
 * Context: may sleep; device_lock() and bypass_lock held.
 */
void bypass_life_bind(struct bypass_dev *bd)
{
	const char *alone = why_alone(bd);

	if (bd->mode == BYPASS_OFF)
		return;
	bd->refused = alone;
	if (alone) {
		bd->reason = alone;
		return;
	}
	bd->owned_len = 0;
	bd->bound = false;
	bd->least_mask = U64_MAX;
	bd->asked = false;
	if (bypass_core_get_counters(bd) || expect_late_unmaps(bd)) {
		bd->refused = true;
		bd->reason = why_no_memory;
		return;
	}
	bypass_wrap(bd, true);
	bd->left_behind = 0;
	/* The mask is what an earlier driver left: the kernel comes first with a window for it. */
	bd->binding = true;
	bypass_life_settle(bd, dma_get_mask(&bd->pdev->dev));
	bd->binding = false;
}

/*
 * Is the driver still to ask for its masks? Some do so in work that their probe has started (NVMe
 * before 6.0: nvme_reset_work()). Until then our functions stay, which hear of it before the first
 * buffer is mapped with the new mask; but not for ever.
 */
static bool masks_are_due(const struct bypass_dev *bd)
{
	return !bd->asked &&
	       time_before(jiffies, bd->bound_at + msecs_to_jiffies(MASKS_MS));
}

/**
 * bypass_life_bound - the driver has probed the device
 * @bd: the device
 *
 * A device that is left to the kernel is parked once its masks are known; a taken one stops
 * counting direct handles where the kernel could release them.
 *
 * Context: may sleep; device_lock() and bypass_lock held. Return: true when it should be looked at
 * again.
 */
bool bypass_life_bound(struct bypass_dev *bd)
{
	bool ours;

	if (!bd->wrapped)
		return false;
	bd->bound = true;
	bd->bound_at = jiffies;
	ours = bypass_life_settle(bd, dma_get_mask(&bd->pdev->dev)) > 0;
	if (!bd->taken) {
		if (masks_are_due(bd))
			return true;
		bypass_park(bd);
		return false;
	}
	/* What it is, or which mask it has in the end, was known only when its driver worked. */
	if (!ours)
		return true;
	if (bd->counted && !bypass_judge_counts(bd))
		bypass_core_fill_ops(bd, false);
	return false;
}

/**
 * bypass_life_unbound - the device has no driver any more, and what the driver core manages for
 *	drivers is released
 * @bd: the device
 * @last: another driver is about to get it, or it goes away
 *
 * Some buffers come back late: pages of a network driver that sit in sockets are unmapped when
 * those are read (commit ee62ce7a1d90 made the page pool wait for them). While such buffers live
 * that the kernel could not release, the device keeps our functions, and its window. Else, and in
 * any case when it is the last occasion, it goes back to the kernel. What nobody counted does not
 * keep it: that would be for ever.
 *
 * The device is left parked: who is about to enter our functions finds it by its ops pointer.
 *
 * Context: may sleep; device_lock() held unless the device goes away; bypass_lock held.
 * Return: true when it is kept, and should be looked at again.
 */
bool bypass_life_unbound(struct bypass_dev *bd, bool last)
{
	long left = bypass_judge_counted(bd);

	if (left && !bd->left_behind)
		pr_warn("%s: its driver went without releasing %ld DMA buffers\n", bd->name, left);
	bd->left_behind = left;
	bd->reason = why_left_behind;
	if (left && !last)
		return true;
	bd->refused = false;
	if (bd->taken) {
		if (dbp_ops_choose())
			bypass_core_wait_tasks();
		bypass_restore(bd, false);
		/* Who has seen the flag cleared may hold a direct handle to release. */
		bypass_core_wait_tasks();
	}
	if (bd->wrapped)
		bypass_park(bd);
	bypass_coverage_drop_own(bd);
	bd->misrouted = NULL;
	bd->reason = "no driver is bound";
	return false;
}

/**
 * bypass_life_unpark - give a parked device its own ops pointer back
 * @bd: the device
 * @before: only if it was parked by then; bypass_core_wait_tasks() has been called since
 *
 * Context: may sleep; bypass_lock held.
 */
void bypass_life_unpark(struct bypass_dev *bd, unsigned long before)
{
	if (bd->parked <= before)
		bypass_unpark(bd);
}

/**
 * bypass_life_settled - everybody was waited for since a device got its own ops pointer back
 * @bd: the device
 * @before: only if it was parked by then
 *
 * Also those who sleep in one of our functions: bypass_core_quiesce() was called.
 *
 * Context: any; bypass_lock held.
 */
void bypass_life_settled(struct bypass_dev *bd, unsigned long before)
{
	if (bd->parked > before || bypass_is_parked(bd))
		return;
	bd->unsettled = false;
	if (bd->stats && !bd->wrapped && !bd->busy && !bd->left_behind)
		bypass_core_put_counters(bd);
}

/**
 * bypass_life_review - something changed around the device: memory, window, masks, or its probe
 *	has failed
 * @bd: the device
 *
 * What "auto" has taken for a reason that has gone is given back when nothing is stranded.
 *
 * Context: may sleep, for some seconds; device_lock() and bypass_lock held, the latter let go of
 * while waiting. Return: true when it should be looked at again.
 */
bool bypass_life_review(struct bypass_dev *bd)
{
	bool ours;

	if (!bd->pdev->dev.driver)
		return bd->wrapped && bypass_life_unbound(bd, false);
	if (bd->mode == BYPASS_OFF)
		return false;
	if (bd->taken)
		bypass_flags_mend(bd);
	else if (bypass_proof_may_change(bd->misrouted))
		bd->misrouted = NULL;
	ours = bypass_life_settle(bd, dma_get_mask(&bd->pdev->dev)) > 0;
	if (ours || !bd->wrapped || !bd->bound)
		return false;
	if (!bd->taken) {
		if (masks_are_due(bd))
			return true;
		bypass_park(bd);
		return false;
	}
	if (bd->mode != BYPASS_AUTO && !bd->refused && !bd->misrouted)
		return false;
	/* Also when it was given back: a mask may have been asked for meanwhile. */
	if (!bypass_judge_stranded(bd))
		bypass_life_leave(bd);
	return true;
}

/**
 * bypass_life_table - the TCE table of a device, for who only looks
 * @bd: the device
 *
 * VFIO frees the tables of a group when it hands the group to user space, which it does when each
 * device of it has a driver of VFIO's, or none. Another driver cannot go without an event for which
 * bypass_lock is taken.
 *
 * Context: bypass_lock held. Return: the table; NULL when there is none, or it may be freed.
 */
struct iommu_table *bypass_life_table(const struct bypass_dev *bd)
{
	if (!READ_ONCE(bd->pdev->dev.driver) || bypass_life_is_for_vfio(bd))
		return NULL;
	return bypass_table(bd);
}

/**
 * bypass_life_state - a word for where in its life the device is
 * @bd: the device
 *
 * Context: any. Return: a static string.
 */
const char *bypass_life_state(const struct bypass_dev *bd)
{
	if (bd->taken)
		return bd->misrouted || bypass_judge_stranded(bd) ? "pinned" : "attached";
	if (bd->mode == BYPASS_OFF)
		return "off";
	if (bd->refused || bd->misrouted)
		return "refused";
	return "observing";
}
