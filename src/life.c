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
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/kallsyms.h>
#include <linux/stop_machine.h>

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

#define LEAVE_MS 2000	/* how long leaving waits for stranded streaming handles */
#define MASKS_MS 10000	/* how long after its probe a driver may ask for its first mask */

static const char why_foreign[] =
	"its DMA operations are not those of a POWER guest, so it is left alone";
static const char why_vfio[] =
	"it is handed to user space (VFIO), so it is left alone";

static const char why_bounces[] =
	"the kernel bounces its buffers (swiotlb=force), which only its own functions undo";
static const char why_no_dma_api[] =
	"it does no DMA through the kernel's DMA API (virtio without iommu_platform)";

/* Also mlx5_vfio_pci and its like, and the stub that keeps the rest of a group. */
static bool is_for_vfio(const struct device_driver *drv)
{
	return strstr(drv->name, "vfio") || !strcmp(drv->name, "pci-stub");
}

/*
 * NULL when the device may be wrapped, else why not. Only the architecture's own ops are
 * understood: not VIO's, not those of a device on bare metal.
 */
static const char *why_alone(const struct bypass_dev *bd)
{
	struct device *dev = &bd->pdev->dev;
	const struct dma_map_ops *ops = bd->wrapped ? bd->orig : dbp_translating_ops(dev);
	const struct device_driver *drv = dev->driver;
	char name[KSYM_SYMBOL_LEN] = "";

	if (bypass_maps_nothing(bd->pdev))
		return why_no_dma_api;
	if (dbp_bounces(dev))
		return why_bounces;
	if (drv && is_for_vfio(drv))
		return why_vfio;
	if (ops && ops->dma_supported)
		snprintf(name, sizeof(name), "%ps", ops->dma_supported);
	/* Where a function has a descriptor (big endian), its text has a dot before its name. */
	return strcmp(name + (name[0] == '.'), "dma_iommu_dma_supported") ? why_foreign : NULL;
}

static const char why_no_memory[] =
	"there is no memory to tell the kernel's handles from ours; write its mode again";

static const char why_left_behind[] =
	"its driver has gone, and DMA buffers are left that the kernel could not release";

static const char why_no_unmap[] =
	"its driver was told that it need not unmap: unbind it, write the mode, bind it again";

/*
 * Would a driver that takes the answer of dma_need_unmap() for constant be given another one? It is
 * another one on kernels from 6.16 to 6.19 only, and there these two ask: NVMe, and mlx5 by way of
 * hmm_dma_map_alloc(). While its driver probes, nothing is mapped yet.
 */
static bool changes_answer(const struct bypass_dev *bd)
{
	const struct device_driver *drv = bd->pdev->dev.driver;

	return !bd->wrapped && drv &&
	       (!strcmp(drv->name, "nvme") || !strcmp(drv->name, "mlx5_core")) &&
	       !dbp_needs_unmap(&bd->pdev->dev);
}

/* Without the hook on unloading, a device that is taken keeps the module in. */
static bool pin_while_taken;

/**
 * bypass_life_pin_while_taken - nobody guards unloading, so the devices must
 * @on: whether a device that is taken over keeps the module in
 *
 * Context: before the first device is taken.
 */
void bypass_life_pin_while_taken(bool on)
{
	pin_while_taken = on;
}

static void set_taken(struct bypass_dev *bd, bool taken)
{
	if (bd->taken == taken)
		return;
	bd->taken = taken;
	if (!pin_while_taken)
		return;
	if (taken)
		__module_get(THIS_MODULE);
	else
		module_put(THIS_MODULE);
}

static void clear_live(struct bypass_dev *bd)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct bypass_counters *c = per_cpu_ptr(bd->stats, cpu);

		atomic64_set(&c->live_direct, 0);
		atomic64_set(&c->released, atomic64_read(&c->translated) +
					   atomic64_read(&c->translated_lists));
		atomic64_set(&c->live_mixed, 0);
		atomic64_set(&c->live_coherent_direct, 0);
		atomic64_set(&c->live_coherent_translated, 0);
		atomic64_set(&c->live_pages_direct, 0);
		atomic64_set(&c->live_pages_translated, 0);
		atomic64_set(&c->live_resources, 0);
	}
}

static void wrap(struct bypass_dev *bd, bool counted)
{
	/* What the last driver has left is still to be released. */
	if (!bd->left_behind)
		clear_live(bd);
	bd->uncounted_direct = false;
	bd->was_direct = false;
	/* Who has read the pointer to our struct while it was parked may read a function now. */
	if (!bypass_is_parked(bd) && bd->unsettled)
		bypass_core_wait_tasks();
	bd->unsettled = false;
	if (!bypass_is_parked(bd)) {
		bypass_flags_query(bd);
		bd->orig = dbp_translating_ops(&bd->pdev->dev);
		bypass_core_copy_ops(bd);
	}
	bypass_core_open(bd);
	bypass_core_fill_ops(bd, counted);
	dbp_set_ops(&bd->pdev->dev, &bd->ops);
	bd->wrapped = true;
}

/* Counts every parking, so that one can be told from a later one. */
static unsigned long parked;

/*
 * New calls go to the kernel's functions. Who is about to enter ours finds the device by the way of
 * dev->dma_ops, so that must stay as it is until everybody has been waited for: see unpark().
 */
static void park(struct bypass_dev *bd)
{
	bypass_core_copy_ops(bd);
	set_taken(bd, false);
	bd->wrapped = false;
	bd->parked = ++parked;
}

/* Nobody is inside any more, nor can anybody come: the device gets its own pointer back. */
static void unpark(struct bypass_dev *bd)
{
	if (!bypass_is_parked(bd))
		return;
	dbp_set_ops(&bd->pdev->dev, dbp_kernel_ops(bd->orig, bd->kernel));
	bd->unsettled = true;
	bypass_ledger_close(bd);
}

static void restore(struct bypass_dev *bd)
{
	if (bypass_judge_path(bd) == KERNEL_DIRECT)
		dbp_always_unmap(&bd->pdev->dev);
	bypass_flags_restore(bd);
	trace_dma_bypass_detach(bd->name);
}

/*
 * Somebody inside may be waiting for bypass_lock to answer a driver's question about masks, so
 * it must be free meanwhile. device_lock() still keeps every other change away; the answer to such
 * a question changes nothing but what we know about the kernel's wishes.
 */
static void wait_for_everybody(struct bypass_dev *bd)
{
	bd->busy = true;
	bypass_mutex_unlock(&bypass_lock);
	bypass_core_quiesce();
	bypass_mutex_lock(&bypass_lock);
	bd->busy = false;
}

static int clear_stopped(void *arg)
{
	bypass_flags_clear_stopped(arg);
	return 0;
}

/*
 * Not while NVMe makes a request's list: that of 6.18 may have no books then, and write into them.
 * stop_machine() takes a lock under which the memory notifier takes bypass_lock.
 */
static void clear_between_requests(struct bypass_dev *bd)
{
	bd->busy = true;
	bypass_mutex_unlock(&bypass_lock);
	stop_machine(clear_stopped, bd, NULL);
	bypass_mutex_lock(&bypass_lock);
	bd->busy = false;
}

/*
 * In a split window the kernel takes translated handles for direct ones until its limit is cleared:
 * what we made meanwhile would not be released through us, and count for ever.
 */
static void hold_until_clear(struct bypass_dev *bd, bool on)
{
	enum bypass_kernel_path path = bypass_judge_path(bd);

	WRITE_ONCE(bd->hold_translated, on && path == KERNEL_BY_HANDLE &&
		   bypass_judge_strands_translated(bd, path));
	bypass_core_route(bd);
}

/*
 * Its driver is at work, and may have handles that the kernel has translated. Whoever is about to
 * make one is waited for; if none lives then, nothing need tell them from ours.
 */
static const char *wrap_live(struct bypass_dev *bd)
{
	/*
	 * Who finds our functions in a parked struct need not find what we write there before. By
	 * way of a new pointer everybody does.
	 */
	if (bypass_is_parked(bd)) {
		wait_for_everybody(bd);
		unpark(bd);
	}
	if (bypass_ledger_open(bd))
		return why_no_memory;
	hold_until_clear(bd, true);
	bd->left_behind = 0;
	wrap(bd, bypass_judge_counts(bd));
	wait_for_everybody(bd);
	bypass_flags_query(bd);
	/* Nothing went direct yet. */
	bypass_core_fill_ops(bd, bypass_judge_counts(bd));
	bd->bound = true;
	bypass_ledger_close_streaming(bd);
	return NULL;
}

/* NULL, or why its buffers would not go where we say; then it must be given back. */
static const char *take(struct bypass_dev *bd)
{
	const char *why;
	bool changes = changes_answer(bd);

	if (!bd->wrapped) {
		why = wrap_live(bd);
		if (why)
			return why;
	} else if (bd->bound && bd->counted && !bypass_judge_counts(bd)) {
		bypass_core_fill_ops(bd, false);
	}
	if (changes)
		clear_between_requests(bd);
	/* Also when that is done: a driver may have asked for a mask meanwhile. */
	bypass_flags_clear(bd);
	hold_until_clear(bd, false);
	set_taken(bd, true);
	bypass_core_route(bd);
	why = bypass_proof_ours(bd);
	if (why)
		return why;
	trace_dma_bypass_attach(bd->name, bd->reason);
	pr_info("%s: taken over: %s\n", bd->name, bd->reason);
	return NULL;
}

static void note_direct(struct bypass_dev *bd)
{
	if (!bd->taken || !READ_ONCE(bd->reach))
		return;
	if (bd->was_direct && !bd->counted &&
	    bypass_judge_path(bd) == KERNEL_TRANSLATES)
		bd->uncounted_direct = true;
	bd->was_direct = true;
}

static void hold(struct bypass_dev *bd, bool on, struct bypass_kernel_paths paths)
{
	WRITE_ONCE(bd->hold_translated, on && bypass_judge_strands_translated(bd, paths.stream));
	WRITE_ONCE(bd->hold_mixed, on && paths.stream == KERNEL_BY_HANDLE);
	WRITE_ONCE(bd->hold_direct, on && paths.stream == KERNEL_TRANSLATES);
	WRITE_ONCE(bd->hold_coherent_direct, bd->window.own ||
		   (on && paths.coherent == KERNEL_TRANSLATES));
	WRITE_ONCE(bd->hold_coherent_translated,
		   on && bypass_judge_strands_translated(bd, paths.coherent));
	WRITE_ONCE(bd->hold_pages_direct, bd->window.own ||
		   (on && paths.pages == KERNEL_TRANSLATES));
	WRITE_ONCE(bd->hold_pages_translated, on && paths.pages == KERNEL_DIRECT);
	WRITE_ONCE(bd->hold_resources, on);
	bypass_core_route(bd);
}

/*
 * Makes nothing that the kernel could not release, and waits for what there is. Return: what is
 * left.
 */
static long drain(struct bypass_dev *bd)
{
	unsigned long end = jiffies + msecs_to_jiffies(LEAVE_MS);
	struct bypass_kernel_paths paths, now;
	struct bypass_stats sum;
	long left;

	bypass_core_sum(bd, &sum);
	left = bypass_judge_stranded_memory(bd, &sum) + bd->uncounted_direct;
	if (left)
		return left;
	do {
		paths = bypass_judge_paths(bd);
		hold(bd, true, paths);
		wait_for_everybody(bd);
		left = bypass_judge_stranded(bd);
		/* Ops that choose look at the flag: whoever is releasing must have done so. */
		if (!left && dbp_ops_choose())
			wait_for_everybody(bd);
		/* Another mask meanwhile means that other handles must be held. */
		now = bypass_judge_paths(bd);
		if (memcmp(&now, &paths, sizeof(now)))
			left = max(left, 1L);
	} while (left && time_before(jiffies, end));
	if (left)
		hold(bd, false, paths);
	return left;
}

/*
 * Who gives a device back, by a mode, by the policy or by unloading, is told what that does to
 * data. A limit may spare persistent memory that lies above it; nobody knows that here.
 */
static void warn_of_pmem(const struct bypass_dev *bd)
{
	enum bypass_kernel_path path = bypass_judge_path(bd);

	if (path == KERNEL_TRANSLATES || !bypass_pmem_present())
		return;
	pr_warn("%s: from now on the kernel sends persistent memory%s direct, where nothing is mapped: data will be wrong\n",
		bd->name, path == KERNEL_DIRECT ? "" : " below its limit");
}

/**
 * bypass_life_leave - give a device back to the kernel, exactly as it was
 * @bd: the device
 *
 * First nothing new is made that the kernel's own path could not release (a buffer that only
 * such a handle could serve fails for that short time, as it would when the TCE table is full);
 * then everybody is waited for who is inside; then, when nothing is left that the kernel could
 * not release, the flags are restored. Who has seen them as they were may be about to call
 * through our ops, and must not find the kernel's functions there, whose handles it would
 * release on another path now; so everybody is waited for again before the ops are restored.
 *
 * Context: may sleep for some seconds; device_lock() and bypass_lock held, the latter let go of
 * while waiting; not from inside the wrapper.
 * Return: 0, or -EBUSY when such handles live on; then the device is as it was before, and the
 * log says how many there are.
 */
int bypass_life_leave(struct bypass_dev *bd)
{
	if (bd->wrapped && !bd->pdev->dev.driver && bypass_life_unbound(bd, false))
		return -EBUSY;
	if (bd->taken) {
		long left = drain(bd);

		if (left) {
			pr_warn("%s: not given back: its driver holds %ld DMA buffers that the kernel's own path could not release; unbind the driver first, or try again\n",
				bd->name, left);
			return -EBUSY;
		}
		restore(bd);
		set_taken(bd, false);
		wait_for_everybody(bd);
		pr_info("%s: given back to the kernel\n", bd->name);
		warn_of_pmem(bd);
	}
	if (bd->wrapped)
		park(bd);
	if (bypass_is_parked(bd)) {
		/* Who is about to enter still finds the routes of a device that is being left. */
		wait_for_everybody(bd);
		unpark(bd);
		hold(bd, false, bypass_judge_paths(bd));
	}
	bypass_coverage_drop_own(bd);
	return 0;
}

/*
 * It was not proved. A device that was wrapped before stays so, since its driver may be asking us
 * for a mask right now.
 */
static void give_back_misrouted(struct bypass_dev *bd, bool was_wrapped)
{
	pr_warn("%s: not taken over: %s\n", bd->name, bd->misrouted);
	if (was_wrapped) {
		restore(bd);
		set_taken(bd, false);
	} else {
		bypass_life_leave(bd);
	}
	bd->reason = bd->misrouted;
}

/* While the kernel has it, a page of our own is mapped as its driver's would be. */
static bool is_proved(struct bypass_dev *bd)
{
	if (!bd->misrouted && !bd->taken && !bd->wrapped && bd->pdev->dev.driver) {
		bd->misrouted = bypass_proof_kernel(bd);
		if (bd->misrouted)
			pr_warn("%s: left alone: %s\n", bd->name, bd->misrouted);
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
	if (take_it && !bd->taken && changes_answer(bd)) {
		take_it = bypass_judge_needed(bd, mask, uncovered);
		if (!take_it)
			bd->reason = why_no_unmap;
	}
	if (bd->mode != BYPASS_OFF && !is_proved(bd)) {
		bd->reason = bd->misrouted;
		take_it = false;
	}
	if (take_it && !bd->taken && !bd->busy) {
		bool was_wrapped = bd->wrapped;

		bd->misrouted = take(bd);
		if (bd->misrouted) {
			give_back_misrouted(bd, was_wrapped);
			take_it = false;
		}
	}
	if (!take_it && !bd->taken && bd->own.window) {
		bypass_coverage_drop_own(bd);
		bd->own.failed = bd->reason;
	}
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
	/* As in wrap_live(). */
	if (bypass_is_parked(bd)) {
		bypass_core_wait_tasks();
		unpark(bd);
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
	if (expect_late_unmaps(bd)) {
		bd->refused = true;
		bd->reason = why_no_memory;
		return;
	}
	wrap(bd, true);
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
	if (!bd->wrapped)
		return false;
	bd->bound = true;
	bd->bound_at = jiffies;
	bypass_life_settle(bd, dma_get_mask(&bd->pdev->dev));
	if (!bd->taken && masks_are_due(bd))
		return true;
	/* What it is was known only when its driver had begun to work. */
	if (bd->taken && bd->refused)
		return true;
	if (!bd->taken)
		park(bd);
	else if (bd->counted && !bypass_judge_counts(bd))
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
		restore(bd);
		/* Who has seen the flag cleared may hold a direct handle to release. */
		bypass_core_wait_tasks();
	}
	if (bd->wrapped)
		park(bd);
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
		unpark(bd);
}

/**
 * bypass_life_settled - everybody was waited for since a device got its own ops pointer back
 * @bd: the device
 * @before: only if it was parked by then
 *
 * Context: any; bypass_lock held.
 */
void bypass_life_settled(struct bypass_dev *bd, unsigned long before)
{
	if (bd->parked <= before && !bypass_is_parked(bd))
		bd->unsettled = false;
}

/**
 * bypass_life_parked - how often was any device parked?
 *
 * Context: any; bypass_lock held. Return: what to give to bypass_life_unpark() later.
 */
unsigned long bypass_life_parked(void)
{
	return parked;
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
	ours = bypass_life_settle(bd, dma_get_mask(&bd->pdev->dev)) > 0;
	if (ours || !bd->wrapped || !bd->bound)
		return false;
	if (!bd->taken) {
		if (masks_are_due(bd))
			return true;
		park(bd);
		return false;
	}
	if (bd->mode != BYPASS_AUTO && !bd->refused)
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
	const struct device_driver *drv = READ_ONCE(bd->pdev->dev.driver);

	return drv && !is_for_vfio(drv) ? bypass_table(bd) : NULL;
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
		return bypass_judge_stranded(bd) ? "pinned" : "attached";
	if (bd->mode == BYPASS_OFF)
		return "off";
	if (bd->refused || bd->misrouted)
		return "refused";
	return "observing";
}
