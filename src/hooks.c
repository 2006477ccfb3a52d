// SPDX-License-Identifier: GPL-2.0
/*
 * When to act: the table of everything by which the kernel tells us, or lets itself be watched.
 *
 * Nothing is redirected. On ppc64le a function of vmlinux that is diverted into a module runs
 * on with the wrong r2 unless the kernel has CONFIG_LIVEPATCH, so hooks here only look, and at
 * most hold a reference. How functions are watched is in watch.c.
 */
#include <linux/debugfs.h>
#include <linux/memory.h>
#include <linux/of.h>
#include <linux/pci.h>
#include <linux/reboot.h>
#include <linux/seq_file.h>
#include <linux/workqueue.h>

#include "attach.h"
#include "core.h"
#include "coverage.h"
#include "debugfs_files.h"
#include "fleet.h"
#include "hooks.h"
#include "life.h"
#include "memory.h"
#include "own_window.h"
#include "registry.h"
#include "swapped_ops.h"
#include "sweep.h"
#include "window_map.h"

/**
 * struct bypass_hook - one row of the table
 * @symbol: what is hooked
 * @how: notifier or pointer; NULL for functions that are watched
 * @purpose: what it is for
 * @without: what is lost when it cannot be had
 * @required: the module does not load without it
 * @install: installs it; returns an errno; NULL for functions that are watched
 * @watch: the functions that are watched, or NULL
 * @remove: removes it and waits until its code is left; for functions that are watched, called
 *	when they are not any more, or NULL
 * @error: what installing returned
 * @installed: it was installed
 * @hits: how often it was called; unless it is @watch that counts
 */
struct bypass_hook {
	const char *symbol;
	const char *how;
	const char *purpose;
	const char *without;
	bool required;
	int (*install)(void);
	struct bypass_watch *watch;
	void (*remove)(void);
	int error;
	bool installed;
	atomic_long_t hits;
};

enum {
#if DBP_OPS_SWAPPED
	HOOK_SWAP,
#endif
	HOOK_PCI,
	HOOK_MEMORY,
	HOOK_TREE,
	HOOK_KEXEC,
	HOOK_UNLOAD,
	HOOK_MASK,
};

static struct bypass_hook hooks[];

static void hit(unsigned int hook)
{
	atomic_long_inc(&hooks[hook].hits);
}

/*
 * A review takes locks that no hook may take, so it is put off; one that is pending serves
 * everybody.
 */
static void review(struct work_struct *work);

static DECLARE_WORK(review_work, review);
static DECLARE_DELAYED_WORK(later_work, review);

/*
 * The kernel tells before it acts, and may sleep in between, as it does when it makes a window. So
 * others follow, when it should have come to an end.
 */
#define LATER_MS 3000

static void review_later(void)
{
	mod_delayed_work(system_long_wq, &later_work, msecs_to_jiffies(LATER_MS));
}

/* How many looks follow: an answer of the kernel may take its time. */
static atomic_t looks;

static void review_often(void)
{
	atomic_set(&looks, 3);
	schedule_work(&review_work);
	review_later();
}

static void unpark(struct work_struct *work)
{
	bypass_registry_unpark();
}

static DECLARE_WORK(unpark_work, unpark);

static void review(struct work_struct *work)
{
	bool again = bypass_sweep_review(0);

	if (atomic_dec_if_positive(&looks) >= 0 || again)
		review_later();
	/* What was left to the kernel, or has lost its driver, is parked. */
	schedule_work(&unpark_work);
}

/**
 * bypass_hooks_review - look at every device again, soon
 *
 * Context: any; between bypass_hooks_install() and bypass_hooks_remove().
 */
void bypass_hooks_review(void)
{
	schedule_work(&review_work);
}

/**
 * bypass_hooks_review_later - look at every device again, in some seconds
 *
 * Context: any; between bypass_hooks_install() and bypass_hooks_remove().
 */
void bypass_hooks_review_later(void)
{
	review_later();
}

/* ---- devices ---- */

static int pci_event(struct notifier_block *nb, unsigned long event, void *data)
{
	hit(HOOK_PCI);
	if (bypass_fleet_event(data, event))
		review_later();
	if (event == BUS_NOTIFY_BOUND_DRIVER || event == BUS_NOTIFY_UNBOUND_DRIVER)
		schedule_work(&unpark_work);
	else if (event == BUS_NOTIFY_DRIVER_NOT_BOUND)
		schedule_work(&review_work);
	return NOTIFY_OK;
}

static struct notifier_block pci_nb = { .notifier_call = pci_event };

static int pci_install(void)
{
	return bus_register_notifier(&pci_bus_type, &pci_nb);
}

static void pci_remove(void)
{
	bus_unregister_notifier(&pci_bus_type, &pci_nb);
}

/* ---- memory ---- */

static int memory_event(struct notifier_block *nb, unsigned long event, void *data)
{
	u64 start, end;

	dbp_announced(data, &start, &end);
	switch (event) {
	/* Nothing goes direct there before it was proved, so there is nothing to do any earlier. */
	case MEM_ONLINE:
		hit(HOOK_MEMORY);
		bypass_own_memory(start, end, true);
		bypass_coverage_memory(start, end, true);
		schedule_work(&review_work);
		break;
	/* A review since memory_goes() may have seen entries that the kernel cleared just now. */
	case MEM_CANCEL_ONLINE:
	case MEM_OFFLINE:
		bypass_coverage_memory(start, end, false);
		schedule_work(&review_work);
		break;
	default:
		return NOTIFY_DONE;
	}
	return NOTIFY_OK;
}

/*
 * The kernel's own notifier ends the chain when it could not clear the entries of a window
 * (iommu_mem_notifier()); that memory is gone all the same, so we must have heard of it before.
 */
static int memory_goes(struct notifier_block *nb, unsigned long event, void *data)
{
	u64 start, end;

	if (event != MEM_CANCEL_ONLINE && event != MEM_OFFLINE)
		return NOTIFY_DONE;
	hit(HOOK_MEMORY);
	dbp_announced(data, &start, &end);
	bypass_coverage_memory(start, end, false);
	bypass_own_memory(start, end, false);
	/* Not now: the kernel has not cleared its entries yet. */
	review_later();
	return NOTIFY_OK;
}

/* Behind the kernel's own (priority 0), which fills and clears the window's entries. */
static struct notifier_block memory_nb = { .notifier_call = memory_event, .priority = -1 };
static struct notifier_block memory_goes_nb = {
	.notifier_call = memory_goes,
	.priority = INT_MAX,
};

static int memory_install(void)
{
	int ret = register_memory_notifier(&memory_goes_nb);

	if (ret)
		return ret;
	ret = register_memory_notifier(&memory_nb);
	if (ret)
		unregister_memory_notifier(&memory_goes_nb);
	return ret;
}

static void memory_remove(void)
{
	unregister_memory_notifier(&memory_nb);
	unregister_memory_notifier(&memory_goes_nb);
}

/* ---- the device tree ---- */

/* How long persistent memory is kept from its driver for the sake of devices that are locked. */
#define PMEM_MS 5000

/*
 * Persistent memory may be mapped as soon as its driver has it, and the kernel's own notifier in
 * this chain gives it to the driver. So we are first, and devices are taken before it goes on.
 */
static bool is_pmem(unsigned long event, const struct of_reconfig_data *change)
{
	const char *type;

	return event == OF_RECONFIG_ATTACH_NODE &&
	       !of_property_read_string(change->dn, "device_type", &type) &&
	       !strcmp(type, "ibm,pmemory");
}

/*
 * A review takes locks, for which somebody may wait who waits for this chain; so a work item does
 * it, and is waited for, but not for ever. Whoever finds it at work already gets one of his own.
 */
static DECLARE_WAIT_QUEUE_HEAD(pmem_wait);
static atomic_long_t pmem_wanted;
static long pmem_reviewed;
static bool pmem_all;

static void review_for_pmem(struct work_struct *work)
{
	long wanted = atomic_long_read(&pmem_wanted);

	WRITE_ONCE(pmem_all, !bypass_sweep_review(PMEM_MS));
	/* Pairs with review_before_pmem(): who sees the number sees the answer. */
	smp_store_release(&pmem_reviewed, wanted);
	wake_up_all(&pmem_wait);
	schedule_work(&unpark_work);
}

static DECLARE_WORK(pmem_work, review_for_pmem);

static bool review_before_pmem(void)
{
	long wanted = atomic_long_inc_return(&pmem_wanted);

	queue_work(system_long_wq, &pmem_work);
	/* Pairs with review_for_pmem(). */
	return wait_event_timeout(pmem_wait, smp_load_acquire(&pmem_reviewed) >= wanted,
				  msecs_to_jiffies(PMEM_MS)) && READ_ONCE(pmem_all);
}

/*
 * The kernel notes a window in the device tree before it has filled it, and takes the note away
 * when it has removed it. A hypervisor under which the guest was migrated sends new values of
 * properties. So does one that gives memory or takes it, but of that the memory notifier tells
 * exactly.
 */
static void note_change(unsigned long event, const struct of_reconfig_data *change)
{
	if (event == OF_RECONFIG_UPDATE_PROPERTY) {
		if (strcmp(kbasename(change->dn->full_name), "ibm,dynamic-reconfiguration-memory"))
			bypass_window_map_changed(NULL);
	} else if (event == OF_RECONFIG_ADD_PROPERTY || event == OF_RECONFIG_REMOVE_PROPERTY) {
		if (change->prop && strstr(change->prop->name, "window"))
			bypass_window_map_changed(change->dn);
	}
}

/* A property may be the kernel's own window code, perhaps inside ours: so that is put off. */
static int tree_event(struct notifier_block *nb, unsigned long event, void *data)
{
	hit(HOOK_TREE);
	note_change(event, data);
	if (is_pmem(event, data) && !review_before_pmem())
		pr_warn("persistent memory is added, and not every device could be looked at before\n");
	review_often();
	return NOTIFY_OK;
}

static struct notifier_block tree_nb = { .notifier_call = tree_event, .priority = INT_MAX };

static int tree_install(void)
{
	return of_reconfig_notifier_register(&tree_nb);
}

static void tree_remove(void)
{
	of_reconfig_notifier_unregister(&tree_nb);
}

/* ---- kexec ---- */

/* The next kernel is to find what the hypervisor made, and nothing else. */
static int reboot_event(struct notifier_block *nb, unsigned long action, void *cmd)
{
	if (action != SYS_RESTART || !cmd || strcmp(cmd, "kexec reboot"))
		return NOTIFY_DONE;
	hit(HOOK_KEXEC);
	bypass_sweep_end_own_windows();
	return NOTIFY_OK;
}

static struct notifier_block reboot_nb = { .notifier_call = reboot_event };

static int reboot_install(void)
{
	return register_reboot_notifier(&reboot_nb);
}

static void reboot_remove(void)
{
	unregister_reboot_notifier(&reboot_nb);
}

/* ---- masks ---- */

/*
 * While a device is wrapped, our own ops hear of its masks. A device that was left to the
 * kernel may ask for another mask long after its probe, and the kernel may then change its mind
 * about it.
 */
static void mask_entered(struct bypass_watch *w, const struct pt_regs *regs)
{
	struct device *dev = (struct device *)dbp_regs_arg(regs, 0);

	if (!dev || dev->bus != &pci_bus_type || bypass_core_is_ours(dev))
		return;
	atomic_long_inc(&w->hits);
	review_often();
}

static struct bypass_watch mask_watch = {
	.fn = {
		{ "dma_set_mask", dma_set_mask },
		{ "dma_set_coherent_mask", dma_set_coherent_mask },
	},
	.entered = mask_entered,
};

/* ---- swapped operations ---- */

#if DBP_OPS_SWAPPED

static int swap_event(struct device *dev, u64 mask)
{
	hit(HOOK_SWAP);
	return bypass_swapped_set_mask(dev, mask);
}

static int swap_install(void)
{
	return bypass_swapped_install(swap_event, bypass_registry_find);
}

#endif

/* ---- the table ---- */

static struct bypass_hook hooks[] = {
#if DBP_OPS_SWAPPED
	/* The first that comes and the last that goes: no device may be wrapped without it. */
	[HOOK_SWAP] = {
		.symbol = "ppc_md.dma_set_mask",
		.how = "pointer",
		.purpose = "the kernel changes a device's operations with its mask",
		.without = "nothing works",
		.required = true,
		.install = swap_install,
		.remove = bypass_swapped_remove,
	},
#endif
	[HOOK_PCI] = {
		.symbol = "pci_bus_type",
		.how = "notifier",
		.purpose = "devices and their drivers come and go",
		.without = "nothing works",
		.required = true,
		.install = pci_install,
		.remove = pci_remove,
	},
	[HOOK_MEMORY] = {
		.symbol = "memory_chain",
		.how = "notifier",
		.purpose = "memory is added or taken away",
		.without = "memory that was taken away would still count as mapped",
		.required = true,
		.install = memory_install,
		.remove = memory_remove,
	},
	[HOOK_TREE] = {
		.symbol = "of_reconfig_chain",
		.how = "notifier",
		.purpose = "windows and persistent memory come and go",
		.without = "they are noticed only when a driver is bound or a mode is written",
		.install = tree_install,
		.remove = tree_remove,
	},
	[HOOK_KEXEC] = {
		.symbol = "reboot_notifier_list",
		.how = "notifier",
		.purpose = "windows of our own are removed before kexec",
		.without = "the next kernel finds one slot for windows less",
		.install = reboot_install,
		.remove = reboot_remove,
	},
	[HOOK_UNLOAD] = {
		.symbol = "sys_delete_module",
		.purpose = "unloading is refused while it would strand DMA buffers",
		.without = "the module stays in while a device is attached (off for each frees it)",
		.watch = &bypass_unload_watch,
		.remove = bypass_unload_stop,
	},
	[HOOK_MASK] = {
		.symbol = "dma_set_mask, dma_set_coherent_mask",
		.purpose = "a device that is left to the kernel changes its mask",
		.without = "it is looked at again only when a driver is bound or a mode is written",
		.watch = &mask_watch,
	},
};

static const char *how(const struct bypass_hook *h)
{
	return h->watch ? bypass_watch_how(h->watch) : h->how;
}

/* Not what was installed once: what is there when somebody asks. */
static const char *state(const struct bypass_hook *h)
{
	if (!h->installed)
		return "missing";
	return !h->watch || bypass_watch_works(h->watch) ? "installed" : "switched off";
}

static void show(struct seq_file *m, const struct bypass_hook *h)
{
	const char *weakness = h->installed && h->watch ? bypass_watch_weakness(h->watch) : NULL;
	const char *now = state(h);

	seq_printf(m, "%s: %s, %s, %ld hits\n  for: %s\n", h->symbol, how(h), now,
		   atomic_long_read(h->watch ? &h->watch->hits : &h->hits), h->purpose);
	if (h->error)
		seq_printf(m, "  without: %s (error %d)\n", h->without, h->error);
	else if (strcmp(now, "installed"))
		seq_printf(m, "  without: %s\n", h->without);
	if (weakness)
		seq_printf(m, "  ended by: %s\n", weakness);
}

static int hooks_show(struct seq_file *m, void *unused)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		show(m, &hooks[i]);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(hooks);

/**
 * bypass_hooks_install - install the table, row by row
 *
 * A row that is not required and cannot be had is reported in one sentence, with what is lost.
 *
 * Context: may sleep. Return: 0, or the errno of a required row, with nothing left installed.
 */
int bypass_hooks_install(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		struct bypass_hook *h = &hooks[i];

		h->error = h->watch ? bypass_watch_install(h->watch) : h->install();
		h->installed = !h->error;
		if (h->installed)
			continue;
		pr_warn("no %s on %s (error %d): %s\n", how(h), h->symbol, h->error, h->without);
		if (h->required) {
			bypass_hooks_remove();
			return h->error;
		}
	}
	if (!hooks[HOOK_TREE].installed)
		bypass_window_map_nobody_tells();
	bypass_attach_pin(!hooks[HOOK_UNLOAD].installed);
	debugfs_create_file("hooks", 0400, bypass_debugfs_dir(), NULL, &hooks_fops);
	return 0;
}

static void remove_one(struct bypass_hook *h)
{
	if (!h->installed)
		return;
	h->installed = false;
	if (h->watch)
		bypass_watch_remove(h->watch);
	if (h->remove)
		h->remove();
}

/**
 * bypass_hooks_remove - remove the table, in reverse order
 *
 * Context: may sleep. When it returns, no hook runs any more and no review is pending.
 */
void bypass_hooks_remove(void)
{
	unsigned int i = ARRAY_SIZE(hooks);

	while (i--)
		remove_one(&hooks[i]);
	bypass_watch_stop();
	cancel_work_sync(&pmem_work);
	/* A review may ask for a later one. */
	atomic_set(&looks, 0);
	cancel_work_sync(&review_work);
	cancel_delayed_work_sync(&later_work);
	cancel_work_sync(&unpark_work);
}
