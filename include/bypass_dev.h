/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_DEV_H
#define BYPASS_DEV_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/device.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "dev_flags.h"
#include "modes.h"
#include "own_window.h"
#include "spans.h"
#include "tce_table.h"
#include "window.h"

/**
 * struct bypass_counters - what one CPU counted for one device, in half a cache line
 * @direct_maps: buffers mapped direct while count_direct was on
 * @translated: buffers, and segments of mixed lists, mapped through TCEs
 * @translated_lists: lists that the original ops made as a whole
 * @translated_others: segments of those, and coherent buffers
 * @released: of @translated and @translated_lists, those that are no more
 * @map_errors: maps that failed
 * @live_direct: direct streaming handles made less released (counting variant only)
 * @live_mixed: translated segments of lists that hold direct ones too, made less released
 */
struct bypass_counters {
	atomic64_t translated;
	atomic64_t released;
	atomic64_t translated_lists;
	atomic64_t translated_others;
	atomic64_t direct_maps;
	atomic64_t map_errors;
	atomic64_t live_direct;
	atomic64_t live_mixed;
} __aligned(64);

/**
 * struct bypass_rare_counters - what happens so seldom that all CPUs can share one counter
 * @coherent_direct: direct coherent buffers, allocated less freed
 * @coherent_translated: translated coherent buffers, allocated less freed
 * @pages_direct: direct buffers of dma_alloc_pages(), allocated less freed
 * @pages_translated: translated ones, allocated less freed
 * @resources: MMIO mapped by dma_map_resource(), mapped less unmapped; among the translated too
 */
struct bypass_rare_counters {
	atomic64_t coherent_direct;
	atomic64_t coherent_translated;
	atomic64_t pages_direct;
	atomic64_t pages_translated;
	atomic64_t resources;
};

/* Their sums over all CPUs. The live figures mean something only as a sum. */
struct bypass_stats {
	u64 direct_maps;
	u64 translated_maps;
	u64 map_errors;
	long live_direct;
	long live_translated;
	long live_mixed;
	long live_coherent_direct;
	long live_coherent_translated;
	long live_pages_direct;
	long live_pages_translated;
	long live_resources;
};

/**
 * enum bypass_kernel_path - how the kernel itself would treat a device's buffers
 * @KERNEL_TRANSLATES: all through TCEs
 * @KERNEL_DIRECT: all direct, whatever they are
 * @KERNEL_BY_HANDLE: per buffer by a limit, and releases by the handle's range
 */
enum bypass_kernel_path {
	KERNEL_TRANSLATES,
	KERNEL_DIRECT,
	KERNEL_BY_HANDLE,
};

struct bypass_ledger;
struct bypass_window_map;

/**
 * struct bypass_dev - one PCI device
 * @ops: what dev->dma_ops points to while the device is wrapped; the way back to this struct
 * @dma_base: bus address of physical address 0 in the direct window
 * @direct_end: a buffer that ends at or below this physical address is direct; 0: none is
 * @owned_len: handles from @dma_base on, this many, are direct ones; 0: none is
 * @mixed_lists: a list with both kinds of handles was made; stays so
 * @stats: counters, per CPU; there while the device is wrapped or parked
 * @rare: counters that no CPU has for itself
 * @past: what the counters of before said that are no more: only sums that never shrink
 * @orig: the ops found when the device was wrapped
 * @spans: all ranges proved to be mapped 1:1, under RCU; NULL: none
 * @translator: maps and releases what does not go direct: @orig, or what stands for it (see
 *	bypass_ledger_ops()), or what only releases while nothing may be translated
 * @reach: no direct buffer may end above this physical address (mode, spans; not the mask)
 * @ledger: which translated handles are ours, under RCU; NULL: all are
 * @table: the TCE table that translates for it; NULL: none
 * @takes_lists: the original map_sg does right with that table
 * @translate_above: a buffer that ends above this physical address, and above @direct_end, needs no
 *	other look to be translated: bypass_reach(), or U64_MAX while each buffer must be looked at
 * @first_end: a buffer that ends at or below this physical address, and bypass_reach(), is direct
 * @closed: the mask or the window may be about to change, so that every buffer must look at them
 * @closings: how often it was closed
 * @opening: opens it when nobody is about to change the mask any more
 * @open: buffers may go direct at all, whatever the masks (mode, window)
 * @route_lock: guards @closed and the computation of the routing fields
 * @hold_translated: while leaving: refuse out-of-window buffers
 * @hold_mixed: while leaving: send lists with out-of-window segments through TCEs as a whole
 * @hold_direct: while leaving: nothing new goes direct
 * @hold_coherent_direct: while leaving, and in a window of our own: no new coherent buffer goes
 *	direct
 * @hold_coherent_translated: while leaving: no new coherent buffer is translated
 * @hold_pages_direct: while leaving: dma_alloc_pages() makes no direct buffer
 * @hold_pages_translated: while leaving: nor a translated one
 * @hold_resources: while leaving: no new MMIO is mapped
 * @wrapped: dev->dma_ops is ours
 * @unsettled: it was parked, and not everybody was waited for since it got its pointer back
 * @parked: when the functions in @ops became the original ones again
 * @busy: somebody who holds device_lock() is changing @wrapped or @taken, and has let go of
 *	bypass_lock to wait
 * @between: of flag and limit one is stored, the other is not, and bypass_lock was let go of
 * @taken: the kernel's own bypass state is neutralised, every buffer comes to us
 * @counted: direct streaming handles are counted, since the kernel could not release them
 * @was_direct: buffers went direct at some time since the device was wrapped
 * @uncounted_direct: direct handles may live that the kernel could not release and nobody counted
 * @kernel: bypass flag and limit as the kernel wants them
 * @bound: its driver's probe is over
 * @asked: the driver has asked for a mask since it was bound
 * @bound_at: since when, in jiffies
 * @left_behind: buffers that its last driver has not released, and the kernel could not
 * @refused: it is left alone, whatever is asked for; @reason says why
 * @binding: the driver has asked for no mask yet, so the kernel has not looked for a window
 * @least_mask: the smallest mask that the driver was granted since it was bound
 * @window: the window found for the device
 * @map: what that window maps, shared by the devices that have it; NULL: nothing is known
 * @map_node: in the list of those devices
 * @unproved: one sentence: why not all of the window could be looked at; NULL: it was
 * @again: how often it is looked at again for that, and how long after
 * @table_gone: the hypervisor has no window for its TCE table any more
 * @own: its share in a window that this module made
 * @mode: what is wanted
 * @mode_own: set for this device by name, so that policy leaves it alone
 * @gone: the device is being removed
 * @has_files: its files in sysfs exist
 * @has_toggle: its toggle exists
 * @pins: how many are removing its toggle
 * @reviewed: the last review that has looked at it
 * @misrouted: why a map went elsewhere than it should, so that the device stays the kernel's until
 *	somebody asks again; NULL: none did
 * @reason: one sentence: why the state is what it is
 * @pdev: the device, valid while this struct is in the list
 * @param: the toggle in /sys/module/dma_bypass/parameters
 * @name: the PCI address
 * @debug_dir: its directory in debugfs
 * @debug_bus: the bus address that was last written to its file tce
 * @node: in the list of all devices, under RCU
 * @removed: among those to be freed
 *
 * All but the routing fields and the counters change only under bypass_lock.
 */
struct bypass_dev {
	struct dma_map_ops ops;

	u64 dma_base ____cacheline_aligned;
	u64 direct_end;
	u64 owned_len;
	bool mixed_lists;
	struct bypass_counters __percpu *stats;
	const struct dma_map_ops *orig;
	const struct dma_map_ops *translator;
	struct iommu_table *table;
	u64 reach;
	u64 translate_above;
	u64 first_end;
	struct dbp_spans __rcu *spans;
	struct bypass_ledger __rcu *ledger;
	bool takes_lists;
	bool closed;
	bool open;
	bool hold_translated;
	bool hold_mixed;
	bool hold_direct;
	bool hold_coherent_direct;
	bool hold_coherent_translated;
	bool hold_pages_direct;
	bool hold_pages_translated;
	bool hold_resources;

	struct bypass_rare_counters rare;
	struct bypass_stats past;
	spinlock_t route_lock;	/* guards closed, and all that is computed from it */
	unsigned long closings;
	struct work_struct opening;
	bool wrapped;
	bool busy;
	bool between;
	bool taken;
	bool unsettled;
	unsigned long parked;
	bool counted;
	bool was_direct;
	bool uncounted_direct;
	struct dbp_kernel_route kernel;
	bool bound;
	bool asked;
	unsigned long bound_at;
	long left_behind;
	bool refused;
	bool binding;
	u64 least_mask;
	struct bypass_window window;
	struct bypass_window_map *map;
	struct list_head map_node;
	const char *unproved;
	unsigned int again;
	bool table_gone;
	struct bypass_own own;
	enum bypass_mode mode;
	bool mode_own;
	bool gone;
	bool has_files;
	bool has_toggle;
	unsigned int pins;
	unsigned long reviewed;
	const char *misrouted;
	const char *reason;
	struct pci_dev *pdev;
	struct module_attribute param;
	char name[16];
	struct dentry *debug_dir;
	u64 debug_bus;
	struct list_head node;
	struct list_head removed;
};

/**
 * bypass_dev_of - the wrapper of a wrapped device
 * @dev: a device whose dma_ops are ours
 *
 * Context: any. Return: the wrapper; no look-up, no lock.
 */
static __always_inline struct bypass_dev *bypass_dev_of(struct device *dev)
{
	return container_of(get_dma_ops(dev), struct bypass_dev, ops);
}

/**
 * bypass_is_parked - are a device's functions the kernel's again, in our struct?
 * @bd: the device
 *
 * Context: bypass_lock held. Return: true when it has our struct for its ops, and is not wrapped.
 */
static inline bool bypass_is_parked(const struct bypass_dev *bd)
{
	return !bd->wrapped && get_dma_ops(&bd->pdev->dev) == &bd->ops;
}

/**
 * bypass_table - the TCE table that translates for a device
 * @bd: the device; its window was looked at
 *
 * Context: any. Return: the table; NULL when there is none with a window behind it.
 */
static inline struct iommu_table *bypass_table(const struct bypass_dev *bd)
{
	return bd->table_gone ? NULL : dbp_table_of(&bd->pdev->dev);
}

/**
 * bypass_reach - where the last direct buffer of a device may end
 * @bd: the device
 * @dev: the same
 *
 * The mask is read each time, since the core stores it at an instant of which nobody is told.
 *
 * Context: any, also inside a map. Return: a physical address; U64_MAX: the mask does not matter.
 */
static inline u64 bypass_reach(const struct bypass_dev *bd, struct device *dev)
{
	u64 reach = READ_ONCE(bd->reach);
	u64 mask;

	/* Pairs with set_handles(): who sees the route of a new window must see its base. */
	smp_rmb();
	if (!reach || reach == U64_MAX)
		return reach;
	mask = dma_get_mask(dev);
	if (mask <= bd->dma_base)
		return 0;
	return min(reach - 1, mask - bd->dma_base) + 1;
}

/**
 * bypass_handle_is_direct - was a handle made by the direct path?
 * @bd: the device
 * @handle: a live handle of it
 *
 * Nothing else can have made it: dma_base and owned_len do not change while one may live. See
 * set_handles() for what is seen of a change while none does.
 *
 * Context: any. Return: true when the direct path made it.
 */
static __always_inline bool bypass_handle_is_direct(const struct bypass_dev *bd, dma_addr_t handle)
{
	return handle - bd->dma_base < bd->owned_len;
}

#endif /* BYPASS_DEV_H */
