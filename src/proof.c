// SPDX-License-Identifier: GPL-2.0
/*
 * Proving that a device's buffers go where this module says: one page of its own is mapped for the
 * device as any driver would, looked up at the hypervisor (H_GET_TCE), and unmapped at once. Flags
 * that are read wrongly, or mean something else on a kernel that nobody has seen yet, show up here
 * and not in somebody's data.
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/gfp.h>

#include "core.h"
#include "flags.h"
#include "judge.h"
#include "proof.h"
#include "routing.h"
#include "window_map.h"

static const char why_no_page[] =
	"out of memory when its way was to be proved; that is tried again";
static const char why_kernel_direct[] =
	"the kernel goes direct, and nothing that this version of dma_bypass knows says so";
static const char why_kernel_translates[] =
	"the kernel translates, although it notes that it goes direct";
static const char why_kernel_elsewhere[] =
	"the kernel's DMA addresses lead to the buffer neither directly nor by the TCE table";
static const char why_not_translated[] =
	"a buffer that was to be translated was not: how this kernel goes direct is not known";
static const char why_unanswered[] =
	"the hypervisor did not say where a buffer of its own leads; it is asked again";
static const char why_not_direct[] =
	"a buffer that was to go direct did not";

/*
 * enum place - where a handle leads
 * @PLACE_NONE: there is none, the map has failed
 * @PLACE_DIRECT: it is the buffer's address in the direct window; no entry there maps it, or there
 *	is no window
 * @PLACE_UNSURE: the same, and the hypervisor did not say what its entry is
 * @PLACE_PROVED: the same, and its entry is right
 * @PLACE_TABLE: by an entry of the TCE table to the buffer
 * @PLACE_ELSEWHERE: none of these
 * @PLACE_UNKNOWN: it is in the TCE table, and the hypervisor did not say what its entry is
 */
enum place {
	PLACE_NONE,
	PLACE_DIRECT,
	PLACE_UNSURE,
	PLACE_PROVED,
	PLACE_TABLE,
	PLACE_ELSEWHERE,
	PLACE_UNKNOWN,
};

#define PATIENCE 100	/* how often a busy hypervisor is asked, a millisecond apart */

/* Return: 1 when it leads to the buffer, 0 when it does not, or -EIO when nobody says. */
static int leads_to(u32 liobn, u32 shift, dma_addr_t handle, phys_addr_t phys)
{
	unsigned int tries = PATIENCE;
	u64 there;
	int ret;

	while ((ret = bypass_window_entry(liobn, shift, handle, &there)) == -EBUSY && --tries)
		usleep_range(1000, 2000);
	if (ret == -EBUSY || ret == -EIO)
		return -EIO;
	return !ret && there == phys;
}

/*
 * A table may lie in the window, behind the RAM, so it comes first. The hypervisor is asked once
 * for all devices that share the table; what of the window was proved need not be asked again.
 */
static enum place place_of(struct bypass_dev *bd, dma_addr_t handle, phys_addr_t phys)
{
	const struct iommu_table *tbl = bypass_table(bd);
	const struct dbp_window_prop *prop = &bd->window.prop;
	int leads;

	if (dbp_table_holds(tbl, handle)) {
		if (bypass_window_map_table_seen(bd))
			return PLACE_TABLE;
		leads = leads_to(tbl->it_index, tbl->it_page_shift, handle, phys);
		if (leads > 0)
			bypass_window_map_see_table(bd);
		if (leads)
			return leads > 0 ? PLACE_TABLE : PLACE_UNKNOWN;
	}
	if (bd->window.kind == BYPASS_WINDOW_DIRECT && handle == prop->dma_base + phys) {
		if (bypass_window_map_is_proved(bd) && bypass_core_holds(bd, phys, PAGE_SIZE))
			return PLACE_PROVED;
		leads = leads_to(prop->liobn, prop->tce_shift, handle, phys);
		if (leads < 0)
			return PLACE_UNSURE;
		return leads ? PLACE_PROVED : PLACE_DIRECT;
	}
	return handle == bd->pdev->dev.archdata.dma_offset + phys ? PLACE_DIRECT : PLACE_ELSEWHERE;
}

/* The device may read the page for that instant, which holds zeroes, and nobody tells it to. */
static enum place map_once(struct bypass_dev *bd, struct page *page)
{
	struct device *dev = &bd->pdev->dev;
	dma_addr_t handle = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_TO_DEVICE);
	enum place place;

	if (dma_mapping_error(dev, handle))
		return PLACE_NONE;
	place = place_of(bd, handle, page_to_phys(page));
	dma_unmap_page(dev, handle, PAGE_SIZE, DMA_TO_DEVICE);
	return place;
}

/**
 * bypass_proof_page - a page to prove with
 *
 * Context: may sleep. Return: the page, or NULL. It is freed by __free_page().
 */
struct page *bypass_proof_page(void)
{
	return alloc_page(GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN);
}

/**
 * bypass_proof_no_page - why nothing could be proved without one
 *
 * Context: any. Return: a sentence.
 */
const char *bypass_proof_no_page(void)
{
	return why_no_page;
}

/**
 * bypass_proof_may_change - would it help to try again?
 * @why: what came out, or NULL
 *
 * Context: any. Return: true when nothing was disproved, only not proved.
 */
bool bypass_proof_may_change(const char *why)
{
	return why == why_no_page || why == why_unanswered;
}

/* NULL when the kernel's handle leads where its path says. A map that fails says nothing. */
static const char *why_unlike(enum bypass_kernel_path path, enum place place)
{
	switch (place) {
	case PLACE_DIRECT:
	case PLACE_UNSURE:
	case PLACE_PROVED:
		return path == KERNEL_TRANSLATES ? why_kernel_direct : NULL;
	case PLACE_TABLE:
		return path == KERNEL_DIRECT ? why_kernel_translates : NULL;
	case PLACE_ELSEWHERE:
		return why_kernel_elsewhere;
	case PLACE_UNKNOWN:
		return why_unanswered;
	default:
		return NULL;
	}
}

/**
 * bypass_proof_kernel - does the kernel map as its flags say?
 * @bd: the device, neither wrapped nor taken; its driver is bound, its window was looked at
 *
 * Where the kernel decides by a limit both ways are right, and one of them may be a handle that it
 * never releases (docs/upstream.md); so nothing is mapped there. Nor is where the mask does
 * not reach the page, since the kernel would complain of its own doing. The driver may be about to
 * set another mask, after which another path is right: then it is asked again.
 *
 * Context: may sleep; device_lock() and bypass_lock held.
 * Return: NULL when it does, or when nothing can be said; else a sentence.
 */
const char *bypass_proof_kernel(struct bypass_dev *bd)
{
	enum bypass_kernel_path path, was;
	struct page *page = bypass_proof_page();
	const char *why = NULL;
	u64 last;

	if (!page)
		return why_no_page;
	last = bd->pdev->dev.archdata.dma_offset + page_to_phys(page) + PAGE_SIZE - 1;
	path = bypass_judge_path(bd);
	do {
		was = path;
		if (was == KERNEL_DIRECT ? dma_get_mask(&bd->pdev->dev) < last :
					   bd->kernel.limit && dbp_core_mixes())
			break;
		why = why_unlike(was, map_once(bd, page));
		bypass_flags_query(bd);
		path = bypass_judge_path(bd);
	} while (why && path != was);
	__free_page(page);
	return why;
}

/* For that instant nothing goes direct, so the page goes by the kernel's own ops. */
static const char *prove_translated(struct bypass_dev *bd, struct page *page)
{
	enum place place;

	WRITE_ONCE(bd->hold_direct, true);
	bypass_core_route(bd);
	place = map_once(bd, page);
	WRITE_ONCE(bd->hold_direct, false);
	bypass_core_route(bd);
	if (place == PLACE_NONE)
		return NULL;
	if (place != PLACE_TABLE && place != PLACE_UNKNOWN)
		return why_not_translated;
	/* The counters are of what drivers do. */
	bump(&bd->stats->translated, -1);
	bump(&bd->stats->released, -1);
	return place == PLACE_UNKNOWN ? why_unanswered : NULL;
}

static const char *prove_direct(struct bypass_dev *bd, struct page *page)
{
	if (!bypass_core_reaches(bd, &bd->pdev->dev, page_to_phys(page), PAGE_SIZE))
		return NULL;
	switch (map_once(bd, page)) {
	case PLACE_PROVED:
		return NULL;
	case PLACE_UNSURE:
		return why_unanswered;
	default:
		return why_not_direct;
	}
}

/**
 * bypass_proof_ours - do maps of a device come to this module, and go where it sends them?
 * @bd: the device, wrapped and neutralised, given back to nobody yet
 * @page: from bypass_proof_page()
 *
 * Both ways: translated, which shows that the kernel asks our ops and that its own translate once
 * its flag is cleared; and direct. A way that the device does not have is left out, as
 * is one for which there is no room in the TCE table now.
 *
 * Context: may sleep; bypass_lock held; also while the driver asks for a mask.
 * Return: NULL when they do, else a sentence.
 */
const char *bypass_proof_ours(struct bypass_dev *bd, struct page *page)
{
	const char *why = NULL;

	if (bypass_table(bd))
		why = prove_translated(bd, page);
	return why ?: prove_direct(bd, page);
}
