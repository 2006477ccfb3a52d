// SPDX-License-Identifier: GPL-2.0
/*
 * Windows of our own: made through RTAS for a partitionable endpoint (PE) for which the kernel
 * has tried and failed, filled 1:1 with System RAM, shared by the PE's devices, and removed with
 * the last of them. See docs/windows.md.
 */
#include <linux/ioport.h>
#include <linux/list.h>
#include <linux/of.h>
#include <linux/slab.h>
#include <asm/pci-bridge.h>
#include <asm/rtas.h>

#include "lock.h"
#include "own_window.h"
#include "pci_bypass.h"
#include "ram.h"
#include "tce.h"
#include "tce_table.h"
#include "window_plan.h"

static const char why_mask[] =
	"no direct window: none is made for a device whose DMA mask is below 64 bits";
static const char why_disabled[] =
	"no direct window: the kernel was told to make none (disable_ddw)";
static const char why_not_offered[] =
	"no direct window: the hypervisor offers none (PowerVM: I/O Adapter Enlarged Capacity)";
static const char why_no_table[] =
	"no direct window: it has no TCE table for what would not be in the window";
static const char why_query[] =
	"no direct window: the hypervisor did not say what it would give (ibm,query-pe-dma-window)";
static const char why_taken[] =
	"no direct window: the hypervisor has none left for its partitionable endpoint";
static const char why_page_size[] =
	"no direct window: no page size that the hypervisor offers fits the borders of RAM";
static const char why_small[] =
	"no direct window: the largest that the hypervisor would give does not hold all RAM";
static const char why_emulator[] =
	"no direct window: the kernel asked QEMU for one too large, and the next would abort it";
static const char why_create[] =
	"no direct window: the hypervisor did not make it (ibm,create-pe-dma-window)";
static const char why_window[] =
	"no direct window: the hypervisor made one that is not as asked for, so it was removed";
static const char why_fill[] =
	"no direct window: the hypervisor did not let it be filled (H_PUT_TCE)";
static const char why_memory[] =
	"no direct window: out of memory";

/* PAPR, "ibm,ddw-applicable": the tokens of the three calls. */
enum { DDW_QUERY, DDW_CREATE, DDW_REMOVE, DDW_NR };

/* PAPR, "ibm,ddw-extensions": the first cell counts those that follow. */
#define DDW_EXT_COUNT 0
#define DDW_EXT_QUERY_OUT 2

/**
 * struct bypass_own_window - a window that this module made
 * @node: in the list of all
 * @pe: the node of the partitionable endpoint
 * @prop: the window
 * @remove: token of ibm,remove-pe-dma-window
 * @users: devices that share it
 * @name: the device for which it was made, for the log
 */
struct bypass_own_window {
	struct list_head node;
	struct device_node *pe;
	struct dbp_window_prop prop;
	u32 remove;
	unsigned int users;
	char name[16];
};

/*
 * Guards the list, and with it making and removing windows against memory that comes and goes.
 * Innermost: the memory notifier takes it with locks held that bypass_lock may be taken under.
 */
static struct bypass_mutex own_lock = { .mutex = __MUTEX_INITIALIZER(own_lock.mutex) };
static LIST_HEAD(own_windows);

static bool allowed = true;

/**
 * bypass_own_allow - may windows be made?
 * @on: what the administrator wants
 *
 * One that was made stays until its last device is given back.
 *
 * Context: any.
 */
void bypass_own_allow(bool on)
{
	WRITE_ONCE(allowed, on);
}

/**
 * bypass_own_is_allowed - may windows be made?
 *
 * Context: any. Return: what the administrator wants.
 */
bool bypass_own_is_allowed(void)
{
	return READ_ONCE(allowed);
}

/**
 * struct ddw - how to ask the hypervisor about a device's PE
 * @pdev: the device
 * @pe: the node of the PE
 * @token: of the three calls
 * @outputs: how many cells the query returns, status included
 */
struct ddw {
	struct pci_dev *pdev;
	struct device_node *pe;
	u32 token[DDW_NR];
	unsigned int outputs;
};

/**
 * struct offer - what ibm,query-pe-dma-window says
 * @windows: how many more windows the PE can have
 * @largest: the largest block of entries
 * @sizes: the page sizes that it can have
 * @migratable: those of them that a migration can keep
 */
struct offer {
	u32 windows;
	u64 largest;
	u32 sizes;
	u32 migratable;
};

/**
 * struct survey - what the RAM is like
 * @end: its end
 * @borders: all its beginnings and ends, or'ed
 * @bytes: its size
 */
struct survey {
	u64 end;
	u64 borders;
	u64 bytes;
};

static int each_ram_range(void *arg, int (*fn)(struct resource *, void *))
{
	return walk_iomem_res_desc(IORES_DESC_NONE, IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY, 0,
				   (u64)-1, arg, fn);
}

static int survey_range(struct resource *res, void *arg)
{
	struct survey *s = arg;
	u64 end = (u64)res->end + 1;

	s->end = max(s->end, end);
	s->borders |= res->start | end;
	s->bytes += end - res->start;
	return 0;
}

/*
 * Where RAM may end one day, and the size of the pieces in which it comes: what the hypervisor
 * promises (PAPR, "ibm,lrdr-capacity") and lists ("ibm,dynamic-reconfiguration-memory").
 */
static u64 ram_may_end(u64 *lmb_size)
{
	struct device_node *np;
	const void *data;
	u64 end = 0;
	int len;

	*lmb_size = 0;
	np = of_find_node_by_path("/rtas");
	data = np ? of_get_property(np, "ibm,lrdr-capacity", &len) : NULL;
	if (data && len >= 8)
		end = of_read_number(data, 2);
	of_node_put(np);

	np = of_find_node_by_path("/ibm,dynamic-reconfiguration-memory");
	if (!np)
		return end;
	data = of_get_property(np, "ibm,lmb-size", &len);
	if (data && len == 8)
		*lmb_size = of_read_number(data, 2);
	data = of_get_property(np, "ibm,dynamic-memory-v2", &len);
	if (data) {
		end = max(end, dbp_plan_lmbs_end(data, len, true, *lmb_size));
	} else {
		data = of_get_property(np, "ibm,dynamic-memory", &len);
		end = max(end, dbp_plan_lmbs_end(data, data ? len : 0, false, *lmb_size));
	}
	of_node_put(np);
	return end;
}

/* The PE's node is the nearest one upwards with a default window. The caller puts it. */
static struct device_node *pe_of(struct pci_dev *pdev)
{
	struct device_node *np = of_node_get(pci_device_to_OF_node(pdev));

	while (np && !of_get_property(np, DBP_PROP_DEFAULT, NULL))
		np = of_get_next_parent(np);
	return np;
}

static const char *ddw_get(struct ddw *ddw, struct pci_dev *pdev, struct device_node *pe)
{
	u32 count, cells;

	if (!PCI_DN(pci_device_to_OF_node(pdev)) ||
	    of_property_read_u32_array(pe, "ibm,ddw-applicable", ddw->token, DDW_NR))
		return why_not_offered;
	ddw->pdev = pdev;
	ddw->pe = pe;
	ddw->outputs = 5;
	/* PAPR: with this extension the largest block has two cells. */
	if (!of_property_read_u32_index(pe, "ibm,ddw-extensions", DDW_EXT_COUNT, &count) &&
	    count >= DDW_EXT_QUERY_OUT &&
	    !of_property_read_u32_index(pe, "ibm,ddw-extensions", DDW_EXT_QUERY_OUT, &cells) &&
	    cells == 1)
		ddw->outputs = 6;
	return NULL;
}

/* The address of the device's configuration space, by which RTAS knows the PE. */
static u32 config_addr(const struct ddw *ddw)
{
	const struct pci_dn *pdn = PCI_DN(pci_device_to_OF_node(ddw->pdev));

	return pdn->busno << 16 | pdn->devfn << 8;
}

static u64 buid(const struct ddw *ddw)
{
	return PCI_DN(pci_device_to_OF_node(ddw->pdev))->phb->buid;
}

static const char *ask(const struct ddw *ddw, struct offer *offer)
{
	u32 out[6] = {};
	unsigned int i = 0;
	int status;

	do {
		status = rtas_call(ddw->token[DDW_QUERY], 3, ddw->outputs, (int *)out,
				   config_addr(ddw), upper_32_bits(buid(ddw)),
				   lower_32_bits(buid(ddw)));
	} while (rtas_busy_delay(status));
	if (status) {
		pr_warn("%s: ibm,query-pe-dma-window returned %d\n", pci_name(ddw->pdev), status);
		return why_query;
	}
	offer->windows = out[i++];
	offer->largest = out[i++];
	if (ddw->outputs == 6)
		offer->largest = offer->largest << 32 | out[i++];
	offer->sizes = out[i++];
	offer->migratable = out[i++];
	return NULL;
}

static const char *order(const struct ddw *ddw, struct dbp_window_prop *prop)
{
	u32 out[3] = {};
	int status;

	do {
		status = rtas_call(ddw->token[DDW_CREATE], 5, 4, (int *)out, config_addr(ddw),
				   upper_32_bits(buid(ddw)), lower_32_bits(buid(ddw)),
				   prop->tce_shift, prop->window_shift);
	} while (rtas_busy_delay(status));
	if (status) {
		pr_warn("%s: ibm,create-pe-dma-window returned %d for 2^%u bytes in pages of 2^%u\n",
			pci_name(ddw->pdev), status, prop->window_shift, prop->tce_shift);
		return why_create;
	}
	prop->liobn = out[0];
	prop->dma_base = (u64)out[1] << 32 | out[2];
	return NULL;
}

static void dispose(u32 token, const char *name, const struct dbp_window_prop *prop)
{
	struct bypass_tce_work work;
	int status;

	bypass_tce_begin(&work, prop, name);
	work.total = 1ULL << (prop->window_shift - prop->tce_shift);
	/* What cannot be cleared goes with the window. */
	bypass_tce_clear(&work, 0, 1ULL << prop->window_shift);
	do {
		status = rtas_call(token, 1, 1, NULL, prop->liobn);
	} while (rtas_busy_delay(status));
	if (status)
		pr_warn("%s: ibm,remove-pe-dma-window returned %d for LIOBN 0x%x, so the window stays until the guest is started again\n",
			name, status, prop->liobn);
	else
		pr_info("%s: removed its direct window, LIOBN 0x%x\n", name, prop->liobn);
}

/* What the hypervisor says of its own window is believed as little as a property. */
static bool is_sound(const struct dbp_window_prop *prop)
{
	u64 last = (1ULL << prop->window_shift) - 1;

	return prop->liobn && !(prop->dma_base & ((1ULL << prop->tce_shift) - 1)) &&
	       prop->dma_base + last >= prop->dma_base;
}

struct fill {
	struct bypass_tce_work work;
	u64 limit;
};

static int fill_range(u64 start, u64 end, void *arg)
{
	struct fill *f = arg;

	if (start >= f->limit)
		return 0;
	return bypass_tce_fill(&f->work, start, min(end, f->limit));
}

/* What is offline is filled when it comes online, and has no entries if it is unplugged instead. */
static const char *fill(const struct bypass_own_window *win, const struct survey *ram)
{
	struct fill f = { .limit = 1ULL << win->prop.window_shift };
	int ret;

	bypass_tce_begin(&f.work, &win->prop, win->name);
	f.work.total = ram->bytes >> win->prop.tce_shift;
	ret = bypass_ram_walk(0, U64_MAX, fill_range, &f);
	if (ret)
		return ret == -ENOMEM ? why_memory : why_fill;
	pr_info("%s: made a direct window: LIOBN 0x%x at 0x%llx, 2^%u bytes in pages of 2^%u; %llu entries in %lu hypercalls and %u ms\n",
		win->name, win->prop.liobn, win->prop.dma_base, win->prop.window_shift,
		win->prop.tce_shift, f.work.done, f.work.calls,
		jiffies_to_msecs(jiffies - f.work.started));
	return NULL;
}

/*
 * With persistent memory the kernel asks for a window of 2^MAX_PHYSMEM_BITS bytes. Where QEMU
 * offers no page of 16 MiB that is more than it can allocate; it says so (-1), but leaves the
 * window half registered, and aborts with the whole guest when any window is asked for again
 * (seen with 7.2: "Assertion `!subregion->container' failed").
 */
static bool ends_the_emulator(const struct offer *offer)
{
	return of_machine_is_compatible("qemu,pseries") && bypass_pmem_present() &&
	       dbp_plan_page_shift(offer->sizes, 0, 0, 64) < 24;
}

/*
 * Larger pages first. A hypervisor may offer a size that the memory behind the guest does not
 * have, and say so only when the window is filled.
 */
static const char *make(struct bypass_own_window *win, struct pci_dev *pdev)
{
	const char *why = why_page_size;
	unsigned int page_shift = 64;
	struct survey ram = {};
	struct offer offer;
	struct ddw ddw;
	u64 may_end, lmb_size;

	why = ddw_get(&ddw, pdev, win->pe) ?: ask(&ddw, &offer);
	if (why)
		return why;
	if (!offer.windows)
		return why_taken;
	if (ends_the_emulator(&offer))
		return why_emulator;
	each_ram_range(&ram, survey_range);
	may_end = ram_may_end(&lmb_size);

	why = why_page_size;
	while ((page_shift = dbp_plan_page_shift(offer.sizes, offer.migratable,
						 ram.borders | lmb_size, page_shift))) {
		win->prop.tce_shift = page_shift;
		if (dbp_plan_window_shift(ram.end, may_end, offer.largest, page_shift,
					  &win->prop.window_shift))
			return why == why_page_size ? why_small : why;
		why = order(&ddw, &win->prop);
		if (why)
			return why;
		win->remove = ddw.token[DDW_REMOVE];
		why = is_sound(&win->prop) ? fill(win, &ram) : why_window;
		if (!why)
			return NULL;
		dispose(win->remove, win->name, &win->prop);
		if (why != why_fill)
			return why;
	}
	return why;
}

static struct bypass_own_window *lookup(const struct device_node *pe)
{
	struct bypass_own_window *win;

	list_for_each_entry(win, &own_windows, node)
		if (win->pe == pe)
			return win;
	return NULL;
}

static const char *join(struct bypass_own *own, struct pci_dev *pdev, struct device_node *pe)
{
	struct bypass_own_window *win = lookup(pe);
	const char *why;

	if (!win) {
		win = kzalloc(sizeof(*win), GFP_KERNEL);
		if (!win)
			return why_memory;
		win->pe = pe;
		strscpy(win->name, pci_name(pdev), sizeof(win->name));
		why = make(win, pdev);
		if (why) {
			kfree(win);
			return why;
		}
		of_node_get(pe);
		list_add_tail(&win->node, &own_windows);
	}
	win->users++;
	own->window = win;
	return NULL;
}

/*
 * The kernel goes first: a window that it makes or a reset that it asks for after ours would be
 * the end of ours. It tries when a driver asks for a mask of 64 bits, and never again for a PE
 * once it has failed.
 */
static const char *try(struct bypass_own *own, struct pci_dev *pdev, u64 mask)
{
	const struct bypass_own_window *win;
	struct device_node *pe;
	const char *why;

	if (!dbp_kernel_tries(pdev))
		return why_disabled;
	if (!dbp_table_of(&pdev->dev))
		return why_no_table;
	pe = pe_of(pdev);
	if (!pe)
		return why_not_offered;
	win = lookup(pe);
	if (win ? mask <= win->prop.dma_base : mask != U64_MAX)
		why = why_mask;
	else
		why = join(own, pdev, pe);
	of_node_put(pe);
	return why;
}

/**
 * bypass_own_find - the window of our own that a device has, or can have
 * @own: the device's share
 * @pdev: the device, for which the kernel has no window
 * @mask: its streaming mask
 * @make: may one be made, or an existing one be joined?
 * @w: on success of kind BYPASS_WINDOW_DIRECT; else its member why may say why not
 *
 * A failure is remembered in @own, so that it is not repeated at every occasion.
 *
 * Context: may sleep; bypass_lock held.
 */
void bypass_own_find(struct bypass_own *own, struct pci_dev *pdev, u64 mask, bool make,
		     struct bypass_window *w)
{
	bypass_mutex_lock(&own_lock);
	if (!own->window && make && !own->failed) {
		const char *why = try(own, pdev, mask);

		/* The mask may grow. */
		if (why == why_mask) {
			w->why = why;
		} else if (why) {
			own->failed = why;
			pr_info("%s: %s\n", pci_name(pdev), why);
		}
	}
	if (own->failed)
		w->why = own->failed;
	if (own->window) {
		w->kind = BYPASS_WINDOW_DIRECT;
		w->own = true;
		w->prop = own->window->prop;
		w->owned_len = bypass_window_owned_len(pdev, &w->prop);
	}
	bypass_mutex_unlock(&own_lock);
}

/**
 * bypass_own_put - give up a device's share in a window; the last one removes it
 * @own: the share; what failed before may be tried again
 *
 * No direct handle of the device may live, nor be made any more.
 *
 * Context: may sleep; bypass_lock held. Return: true when there was a share.
 */
bool bypass_own_put(struct bypass_own *own)
{
	struct bypass_own_window *win = own->window;

	own->window = NULL;
	own->failed = NULL;
	if (!win)
		return false;
	bypass_mutex_lock(&own_lock);
	if (!--win->users) {
		dispose(win->remove, win->name, &win->prop);
		list_del(&win->node);
		of_node_put(win->pe);
		kfree(win);
	}
	bypass_mutex_unlock(&own_lock);
	return true;
}

/**
 * bypass_own_memory - memory has come online, or has gone
 * @start: first byte
 * @end: first byte behind the range
 * @add: which of the two
 *
 * What cannot be mapped is not proved later, and goes through TCEs.
 *
 * Context: may sleep; in a memory notifier.
 */
void bypass_own_memory(u64 start, u64 end, bool add)
{
	struct bypass_own_window *win;
	struct bypass_tce_work work;

	bypass_mutex_lock(&own_lock);
	list_for_each_entry(win, &own_windows, node) {
		u64 limit = 1ULL << win->prop.window_shift;

		if (start >= limit)
			continue;
		bypass_tce_begin(&work, &win->prop, win->name);
		if (add)
			bypass_tce_fill(&work, start, min(end, limit));
		else
			bypass_tce_clear(&work, start, min(end, limit));
	}
	bypass_mutex_unlock(&own_lock);
}
