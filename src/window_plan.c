// SPDX-License-Identifier: GPL-2.0
/*
 * The arithmetic of a window that is to be made: page size, size, entries. No kernel service is
 * used here: the unit tests compile this file in user space.
 */
#include "window_plan.h"

/*
 * PAPR, ibm,query-pe-dma-window, "IO Page Sizes": bit n stands for the page size of this order;
 * 2 MiB came last, out of order.
 */
static const u8 papr_shift[] = { 12, 16, 24, 25, 26, 27, 28, 34, 21 };

/**
 * dbp_plan_page_shift - the largest page size for a window
 * @sizes: the sizes that the hypervisor offers, as in PAPR
 * @migratable: those of them that a migration can keep; 0: the hypervisor does not say
 * @borders: the addresses at which RAM begins and ends, or'ed together
 * @below: only orders below this one, for who has tried a larger one in vain
 *
 * A page that RAM fills only in part is never mapped, so the borders bound the size.
 *
 * Context: any. Return: the order, or 0 when no size will do.
 */
unsigned int dbp_plan_page_shift(u32 sizes, u32 migratable, u64 borders, unsigned int below)
{
	unsigned int i, best = 0;

	if (sizes & migratable)
		sizes &= migratable;
	for (i = 0; i < ARRAY_SIZE(papr_shift); i++)
		if (sizes & (1U << i) && papr_shift[i] < below && papr_shift[i] > best &&
		    !(borders & ((1ULL << papr_shift[i]) - 1)))
			best = papr_shift[i];
	return best;
}

static unsigned int order_of(u64 size)
{
	unsigned int order = 0;

	while (order < 63 && (1ULL << order) < size)
		order++;
	return order;
}

/**
 * dbp_plan_window_shift - how large a window should be
 * @ram_end: end of the RAM that is there
 * @may_end: where RAM may end one day; 0: not known
 * @largest: the largest block of entries that the hypervisor would give
 * @page_shift: order of the page size
 * @window_shift: the result: order of the size in bytes
 *
 * A window for the RAM that is there is better than none; what is added behind its end goes
 * through TCEs.
 *
 * Context: any. Return: 0, or -ENOSPC when not even the RAM that is there fits.
 */
int dbp_plan_window_shift(u64 ram_end, u64 may_end, u64 largest, unsigned int page_shift,
			  u32 *window_shift)
{
	unsigned int now = order_of(ram_end);
	unsigned int then = order_of(may_end > ram_end ? may_end : ram_end);
	unsigned int max = page_shift;

	/* A window of one page is none. */
	if (now <= page_shift)
		now = page_shift + 1;
	if (then < now)
		then = now;
	while (max < 63 && largest >> (max + 1 - page_shift))
		max++;
	if (!ram_end || !largest || now > max || now > 62)
		return -ENOSPC;
	*window_shift = then > max || then > 62 ? now : then;
	return 0;
}

/**
 * dbp_plan_tces - the entries of the pages that lie wholly in a range
 * @start: first byte
 * @end: first byte behind the range
 * @page_shift: order of the page size
 *
 * Context: any. Return: the entries; none when the range holds no whole page.
 */
struct dbp_tces dbp_plan_tces(u64 start, u64 end, unsigned int page_shift)
{
	u64 page = 1ULL << page_shift;
	struct dbp_tces t = { .first = 0, .nr = 0 };

	if (start > U64_MAX - (page - 1))
		return t;
	t.first = (start + page - 1) & ~(page - 1);
	if (end > t.first)
		t.nr = (end - t.first) >> page_shift;
	return t;
}

/**
 * dbp_plan_block - how many entries the next hypercall takes
 * @left: how many are left
 *
 * Context: any. Return: the number, 0 when none is left.
 */
unsigned int dbp_plan_block(u64 left)
{
	return left < DBP_TCE_BLOCK ? left : DBP_TCE_BLOCK;
}

static u64 be_read(const u8 *p, unsigned int bytes)
{
	u64 v = 0;

	while (bytes--)
		v = v << 8 | *p++;
	return v;
}

/**
 * dbp_plan_lmbs_end - where the memory ends that the device tree knows of, plugged or not
 * @data: the bytes of ibm,dynamic-memory or ibm,dynamic-memory-v2
 * @len: how many there are
 * @sets: it is the second form, whose entries stand for several LMBs each
 * @lmb_size: size of an LMB
 *
 * PAPR, "ibm,dynamic-reconfiguration-memory": a count, and as many entries of 24 bytes. In the
 * first form the base is at offset 0 of an entry, in the second behind a number of LMBs.
 *
 * Context: any. Return: the end of the last LMB; 0 when the property is not believed.
 */
u64 dbp_plan_lmbs_end(const void *data, size_t len, bool sets, u64 lmb_size)
{
	const u8 *p = data;
	u64 end = 0;
	u32 nr;

	if (!data || len < 4)
		return 0;
	nr = be_read(p, 4);
	if (nr != (len - 4) / DBP_LMB_ENTRY_LEN || (len - 4) % DBP_LMB_ENTRY_LEN)
		return 0;
	for (p += 4; nr--; p += DBP_LMB_ENTRY_LEN) {
		u64 lmbs = sets ? be_read(p, 4) : 1;
		u64 base = be_read(sets ? p + 4 : p, 8);

		if (lmbs && lmb_size > (U64_MAX - base) / lmbs)
			return 0;
		if (base + lmbs * lmb_size > end)
			end = base + lmbs * lmb_size;
	}
	return end;
}
