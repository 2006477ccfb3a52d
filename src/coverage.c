// SPDX-License-Identifier: GPL-2.0
/*
 * What a device's window covers: which RAM goes direct, and which handles are direct ones. See
 * docs/life.md.
 */
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "core.h"
#include "coverage.h"
#include "lock.h"
#include "tce_table.h"
#include "trace.h"
#include "window_map.h"

/* When a window could not be looked at, others follow, less and less often. */
#define AGAIN_MS 3000U
#define AGAIN_DOUBLINGS 8

static void (*look_at_all)(void);
static unsigned long again_at;

static void again(struct work_struct *work)
{
	look_at_all();
}

static DECLARE_DELAYED_WORK(again_work, again);

/* Return: false when they are looked at sooner anyway. */
static bool look_in(unsigned int ms)
{
	unsigned long delay = msecs_to_jiffies(ms);

	if (delayed_work_pending(&again_work) && time_after_eq(jiffies + delay, again_at))
		return false;
	again_at = jiffies + delay;
	mod_delayed_work(system_long_wq, &again_work, delay);
	return true;
}

/**
 * bypass_coverage_look_again - all devices are looked at again, sooner or later
 * @bd: for whose sake: each time it takes twice as long
 *
 * Context: any; bypass_lock held.
 */
void bypass_coverage_look_again(struct bypass_dev *bd)
{
	static unsigned int pending;

	if (!look_in(AGAIN_MS << bd->again)) {
		/* Many devices together are not looked at more often than one. */
		bd->again = max(bd->again, pending);
		return;
	}
	pending = bd->again;
	if (bd->again < AGAIN_DOUBLINGS)
		bd->again++;
}

/**
 * bypass_coverage_look_soon - all devices are looked at once more, in some seconds
 *
 * Context: any; bypass_lock held.
 */
void bypass_coverage_look_soon(void)
{
	look_in(AGAIN_MS);
}

/**
 * bypass_coverage_start - get ready to look at windows
 * @review: looks at all devices again; it may sleep, and takes the locks for that
 *
 * Context: may sleep; before the first device is known.
 */
void bypass_coverage_start(void (*review)(void))
{
	look_at_all = review;
}

/**
 * bypass_coverage_stop - the opposite of bypass_coverage_start()
 *
 * Context: may sleep; when no device is known any more, and bypass_lock is not held.
 */
void bypass_coverage_stop(void)
{
	cancel_delayed_work_sync(&again_work);
	bypass_window_map_stop();
}

/*
 * Could a translated handle be taken for a direct one by somebody who has read this base, and then
 * this length?
 */
static bool may_be_mistaken(const struct iommu_table *tbl, u64 base, u64 len)
{
	u64 start = (u64)tbl->it_offset << tbl->it_page_shift;
	u64 last = start + ((u64)tbl->it_size << tbl->it_page_shift) - 1;

	return start - base < len || last - base < len;
}

/*
 * Which handles are direct ones. Those who release read base and length one after the other, and
 * may read the old base and the new length. A device without a window has the end of its TCE table
 * for a base, below which nothing is ever mistaken for the part of the address space from a window
 * above the table on; should the window be elsewhere, everybody is waited for in between. Those who
 * map must not use the old base for the new route: the hot path is closed until nobody can have it.
 */
static void set_handles(struct bypass_dev *bd, const struct bypass_window *w)
{
	const struct iommu_table *tbl = dbp_table_of(&bd->pdev->dev);
	u64 base = w->prop.dma_base;
	bool used = bd->wrapped || bypass_is_parked(bd);

	if (!w->owned_len)
		base = tbl ? (u64)(tbl->it_offset + tbl->it_size) << tbl->it_page_shift : 0;
	if (bd->dma_base == base && bd->owned_len == w->owned_len)
		return;
	if (used && w->owned_len && tbl && may_be_mistaken(tbl, bd->dma_base, w->owned_len)) {
		WRITE_ONCE(bd->dma_base, base);
		bypass_core_wait_tasks();
	}
	WRITE_ONCE(bd->dma_base, base);
	WRITE_ONCE(bd->owned_len, w->owned_len);
	/* Pairs with bypass_reach(). */
	smp_wmb();
	if (used)
		bypass_core_close(bd);
}

/**
 * bypass_coverage_look - look at a device's window again
 * @bd: the device
 * @mask: its streaming mask, for a window of our own
 *
 * What it maps is known when another device has it, and asked of the hypervisor otherwise.
 *
 * The range of handles that we own must not change once direct handles may live, so a window that
 * is not the one we know any more only loses its spans.
 *
 * Context: may sleep; bypass_lock held. Return: RAM in bytes that is online, and known not to be
 * mapped; U64_MAX: the window is another one. @bd->unproved says whether all was looked at.
 */
u64 bypass_coverage_look(struct bypass_dev *bd, u64 mask)
{
	bool may_make = (bd->mode == BYPASS_AUTO || bd->mode == BYPASS_DIRECT) &&
			bypass_own_is_allowed() && !bypass_is_leaving() && !bd->binding;
	struct bypass_window w;
	u64 uncovered;

	if (dbp_mend_table(&bd->pdev->dev))
		pr_info("%s: the kernel has freed its TCE table, but kept the pointer to it; that is mended now\n",
			bd->name);
	bypass_window_find(bd->pdev, &w);
	if (w.kind == BYPASS_WINDOW_NONE || bd->own.window)
		bypass_own_find(&bd->own, bd->pdev, mask, may_make, &w);
	if (bd->wrapped && bd->owned_len &&
	    (w.kind != BYPASS_WINDOW_DIRECT || w.prop.dma_base != bd->dma_base ||
	     w.owned_len != bd->owned_len)) {
		bypass_window_map_leave(bd);
		return U64_MAX;
	}

	/*
	 * Allocated memory lives long and costs a hypercall once, so it is not worth a window
	 * that could not be removed for its sake.
	 */
	if (w.own) {
		WRITE_ONCE(bd->hold_coherent_direct, true);
		WRITE_ONCE(bd->hold_pages_direct, true);
	}
	bd->window = w;
	bypass_window_map_join(bd, &w);
	/* First: who sees the route of a new window must see its base. */
	if (!bd->wrapped || !bd->owned_len)
		set_handles(bd, &w);
	if (bd->map && w.kind == BYPASS_WINDOW_DIRECT)
		bypass_window_map_prove(bd);
	if (bd->unproved)
		bypass_coverage_look_again(bd);
	/* A table lives on without a window only where the kernel gave it up for a direct one. */
	if (!bd->unproved)
		bd->table_gone = bypass_window_map_table_gone(bd);
	uncovered = bypass_window_map_uncovered(bd);
	trace_dma_bypass_window(bd->name, bypass_window_name(&w), w.prop.dma_base,
				bypass_window_map_direct(bd), uncovered);
	return uncovered;
}

/**
 * bypass_coverage_drop_own - give up the device's share in a window of our own
 * @bd: the device; no direct handle of it lives, nor will one be made
 *
 * What failed may be tried again.
 *
 * Context: may sleep; bypass_lock held.
 */
void bypass_coverage_drop_own(struct bypass_dev *bd)
{
	if (!bd->own.window) {
		bd->own.failed = NULL;
		return;
	}
	bypass_window_map_leave(bd);
	WRITE_ONCE(bd->owned_len, 0);
	memset(&bd->window, 0, sizeof(bd->window));
	/* Who has read the length must not read another base. */
	if (bd->wrapped || bypass_is_parked(bd))
		bypass_core_wait_tasks();
	set_handles(bd, &bd->window);
	bd->hold_coherent_direct = false;
	bd->hold_pages_direct = false;
	bypass_own_put(&bd->own);
}

/**
 * bypass_coverage_memory - RAM has come online, or has gone
 * @start: first byte
 * @end: first byte behind the range
 * @came: which of the two
 *
 * Context: may sleep; bypass_lock not held. Takes no device_lock(): who takes memory away may
 * hold locks that a driver's probe waits for.
 */
void bypass_coverage_memory(u64 start, u64 end, bool came)
{
	bypass_mutex_lock(&bypass_lock);
	if (came)
		bypass_window_map_came(start, end);
	else
		bypass_window_map_cut(start, end);
	bypass_mutex_unlock(&bypass_lock);
}
