// SPDX-License-Identifier: GPL-2.0
/*
 * Attaching a device, and detaching it: our operations in place of the kernel's, the kernel's own
 * bypass state neutralised, and all of that back. See docs/life.md for the order of the steps.
 *
 * "Wrapped" means that dev->dma_ops are ours; "taken" means that the kernel's own bypass state
 * is neutralised as well, so that every buffer comes to us.
 */
#include <linux/dma-mapping.h>
#include <linux/stop_machine.h>

#include "attach.h"
#include "core.h"
#include "coverage.h"
#include "flags.h"
#include "judge.h"
#include "ledger.h"
#include "lock.h"
#include "proof.h"
#include "trace.h"
#include "window.h"

#define LEAVE_MS 2000	/* how long leaving waits for stranded streaming handles */

/**
 * bypass_attach_changes_answer - would attaching tell the driver something else than before?
 * @bd: the device
 *
 * Would a driver that takes the answer of dma_need_unmap() for constant be given another one? It is
 * another one on kernels from 6.16 to 6.19 only, and there these two ask: NVMe, and mlx5 by way of
 * hmm_dma_map_alloc(). While its driver probes, nothing is mapped yet.
 *
 * Context: device_lock() held. Return: true when it would.
 */
bool bypass_attach_changes_answer(const struct bypass_dev *bd)
{
	const struct device_driver *drv = bd->pdev->dev.driver;

	return !bd->wrapped && drv &&
	       (!strcmp(drv->name, "nvme") || !strcmp(drv->name, "mlx5_core")) &&
	       !dbp_needs_unmap(&bd->pdev->dev);
}

static const char why_no_memory[] =
	"no memory to count its buffers and tell the kernel's from ours; write its mode again";

/* Without the hook on unloading, a device that is taken keeps the module in. */
static bool pin_while_taken;

/**
 * bypass_attach_pin - nobody guards unloading, so the devices must
 * @on: whether a device that is taken over keeps the module in
 *
 * Context: before the first device is taken.
 */
void bypass_attach_pin(bool on)
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

	memset(&bd->rare, 0, sizeof(bd->rare));
	for_each_possible_cpu(cpu) {
		struct bypass_counters *c = per_cpu_ptr(bd->stats, cpu);

		atomic64_set(&c->live_direct, 0);
		atomic64_set(&c->released, atomic64_read(&c->translated) +
					   atomic64_read(&c->translated_lists));
		atomic64_set(&c->live_mixed, 0);
	}
}

/**
 * bypass_wrap - give a device our operations
 * @bd: the device, not wrapped, with counters
 * @counted: count the direct streaming handles that live
 *
 * Context: may sleep; device_lock() and bypass_lock held.
 */
void bypass_wrap(struct bypass_dev *bd, bool counted)
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

/**
 * bypass_park - give a device the kernel's functions, in our struct
 * @bd: the device, wrapped
 *
 * Who is about to enter ours finds the device by the way of dev->dma_ops, so that must stay as it
 * is until everybody has been waited for: see bypass_unpark().
 *
 * Context: bypass_lock held.
 */
void bypass_park(struct bypass_dev *bd)
{
	bypass_core_copy_ops(bd);
	set_taken(bd, false);
	bd->wrapped = false;
	bd->parked = ++parked;
}

/**
 * bypass_parked - how often was any device parked?
 *
 * Context: bypass_lock held. Return: what bypass_dev.parked is compared with.
 */
unsigned long bypass_parked(void)
{
	return parked;
}

/**
 * bypass_unpark - give a parked device its own ops pointer back
 * @bd: the device; nobody is inside any more, nor can anybody come
 *
 * Context: may sleep; bypass_lock held.
 */
void bypass_unpark(struct bypass_dev *bd)
{
	if (!bypass_is_parked(bd))
		return;
	dbp_set_ops(&bd->pdev->dev, dbp_kernel_ops(bd->orig, bd->kernel));
	bd->unsettled = true;
	bypass_ledger_close(bd);
}

/**
 * bypass_restore - set flag and limit as the kernel wants them
 * @bd: the device, taken; nothing is left that the kernel could not release
 * @let_go: bypass_lock may be let go of meanwhile, since device_lock() is held
 *
 * Context: may sleep, for a second or so; bypass_lock held.
 */
void bypass_restore(struct bypass_dev *bd, bool let_go)
{
	if (bypass_judge_path(bd) == KERNEL_DIRECT)
		dbp_always_unmap(&bd->pdev->dev);
	bypass_flags_restore(bd, let_go);
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
 * Its driver is at work, and may have handles that the kernel has translated. Whoever is about to
 * make one is waited for; if none lives then, nothing need tell them from ours.
 */
static const char *wrap_live(struct bypass_dev *bd)
{
	enum bypass_kernel_path path;

	/*
	 * Who finds our functions in a parked struct need not find what we write there before. By
	 * way of a new pointer everybody does.
	 */
	if (bypass_is_parked(bd)) {
		wait_for_everybody(bd);
		bypass_unpark(bd);
	}
	if (bd->unsettled) {
		wait_for_everybody(bd);
		bd->unsettled = false;
	}
	if (bypass_core_get_counters(bd) || bypass_ledger_open(bd))
		return why_no_memory;
	/*
	 * In a split window the kernel takes translated handles for direct ones until its limit is
	 * cleared: what we made meanwhile would not be released through us, and count for ever.
	 */
	path = bypass_judge_path(bd);
	WRITE_ONCE(bd->hold_translated, path == KERNEL_BY_HANDLE &&
		   bypass_judge_strands_translated(bd, path));
	bd->left_behind = 0;
	bypass_wrap(bd, bypass_judge_counts(bd));
	wait_for_everybody(bd);
	bypass_flags_query(bd);
	/* Nothing went direct yet. */
	bypass_core_fill_ops(bd, bypass_judge_counts(bd));
	bd->bound = true;
	bypass_ledger_close_streaming(bd);
	return NULL;
}

/**
 * bypass_attach - take a device over, with I/O running
 * @bd: the device; its window was looked at
 *
 * docs/life.md has the steps.
 *
 * Context: may sleep for some seconds; device_lock() held unless @bd is wrapped; bypass_lock held,
 * and let go of while waiting. Return: NULL, or one sentence: why its buffers would not go where we
 * say. Then bypass_attach_undo() follows.
 */
const char *bypass_attach(struct bypass_dev *bd)
{
	bool changes = bypass_attach_changes_answer(bd);
	bool live = !bd->wrapped;
	struct page *page = bypass_proof_page();
	const char *why;

	/* First: for want of a page no device need be given back again. */
	if (!page)
		return bypass_proof_no_page();
	if (live) {
		why = wrap_live(bd);
		if (why)
			goto out;
	} else if (bd->bound && bd->counted && !bypass_judge_counts(bd)) {
		bypass_core_fill_ops(bd, false);
	}
	if (changes)
		clear_between_requests(bd);
	/* Also when that is done: a driver may have asked for a mask meanwhile. */
	bypass_flags_clear(bd, live);
	WRITE_ONCE(bd->hold_translated, false);
	set_taken(bd, true);
	bypass_core_route(bd);
	why = bypass_proof_ours(bd, page);
	if (!why) {
		trace_dma_bypass_attach(bd->name, bd->reason);
		pr_info("%s: taken over: %s\n", bd->name, bd->reason);
	}
out:
	__free_page(page);
	return why;
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
 * bypass_detach - give a device back to the kernel, exactly as it was
 * @bd: the device, with a driver, or not wrapped
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
int bypass_detach(struct bypass_dev *bd)
{
	if (bd->taken) {
		long left = drain(bd);

		if (left) {
			pr_warn("%s: not given back: its driver holds %ld DMA buffers that the kernel's own path could not release; unbind the driver first, or try again\n",
				bd->name, left);
			return -EBUSY;
		}
		bypass_restore(bd, true);
		set_taken(bd, false);
		wait_for_everybody(bd);
		pr_info("%s: given back to the kernel\n", bd->name);
		warn_of_pmem(bd);
	}
	if (bd->wrapped)
		bypass_park(bd);
	if (bypass_is_parked(bd)) {
		/* Who is about to enter still finds the routes of a device that is being left. */
		wait_for_everybody(bd);
		bypass_unpark(bd);
		hold(bd, false, bypass_judge_paths(bd));
	}
	bypass_coverage_drop_own(bd);
	/* The review that comes then frees what is only of use while it is ours. */
	if (bd->stats)
		bypass_coverage_look_soon();
	return 0;
}

/**
 * bypass_attach_undo - bypass_attach() has failed
 * @bd: the device
 * @was_wrapped: it was wrapped before, and stays so: its driver may be asking us for a mask
 *
 * Other CPUs may have mapped meanwhile, by a route that was not proved. While such buffers live
 * that the kernel could not release, the device stays taken.
 *
 * Context: as bypass_attach(). Return: whether it was given back.
 */
bool bypass_attach_undo(struct bypass_dev *bd, bool was_wrapped)
{
	struct bypass_kernel_paths paths;
	bool left;

	if (!was_wrapped)
		return !bypass_detach(bd);
	if (!bd->taken)
		return true;
	paths = bypass_judge_paths(bd);
	hold(bd, true, paths);
	/* Without letting go of bypass_lock: who asks for a mask may hold no device_lock(). */
	bypass_core_wait_tasks();
	left = bypass_judge_stranded(bd);
	if (!left) {
		bypass_restore(bd, false);
		set_taken(bd, false);
	}
	hold(bd, false, paths);
	return !left;
}
