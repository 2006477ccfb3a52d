// SPDX-License-Identifier: GPL-2.0
/*
 * src/window_plan.c, for all values (property bytes: up to three LMBs).
 *
 * proof: h_page_shift --unwind 70: the page size is the largest that is offered, below the bound, migratable where any is, and divides every border of RAM
 * proof: h_window_shift --unwind 70 -DPS=16: a window holds the RAM, and what RAM may become where it can; is no larger than needed, nor than the hypervisor has; it is refused only where nothing fits (64 KiB pages)
 * proof: h_window_shift --unwind 70 -DPS=24: the same (16 MiB pages)
 * proof: h_tces --unwind 70 -DPS=12: each entry's page lies wholly in the range, and no whole page is left out (4 KiB pages)
 * proof: h_tces --unwind 70 -DPS=24: the same (16 MiB pages)
 * proof: h_block --unwind 70: a hypercall takes at most a block, and at least one while any is left
 * proof: h_lmbs --unwind 80 -DSETS=0: memory is believed to end nowhere but behind the last LMB of a property that is whole
 * control: h_page_shift: src/window_plan.c: s/ && papr_shift.i. < below//
 * control: h_page_shift: src/window_plan.c: s/ && papr_shift.i. > best//
 * control: h_window_shift -DPS=24: src/window_plan.c: s/while (order < 63 \&\& (1ULL << order) < size)/while (order < 63 \&\& (2ULL << order) < size)/
 * control: h_tces -DPS=24: src/window_plan.c: s/(start + page - 1) & ~(page - 1)/start \& ~(page - 1)/
 * control: h_tces -DPS=12: src/window_plan.c: s/if (start > U64_MAX - (page - 1))/if (0)/
 * control: h_block: src/window_plan.c: s/left < DBP_TCE_BLOCK ? left : DBP_TCE_BLOCK/DBP_TCE_BLOCK/
 * control: h_lmbs: src/window_plan.c: s/if (lmbs \&\& lmb_size > (U64_MAX - base) . lmbs)/if (0)/
 */
#include "src/window_plan.c"
#include "prove.h"

void *malloc(size_t size);

void h_page_shift(void)
{
	u32 sizes = nondet_u32(), migratable = nondet_u32();
	u64 borders = nondet_u64();
	unsigned int below = nondet_u32(), i = nondet_u32(), k, bit = 32;
	unsigned int shift = dbp_plan_page_shift(sizes, migratable, borders, below);
	u32 usable = sizes & migratable ?: sizes;

	assume(i < ARRAY_SIZE(papr_shift));
	for (k = 0; k < ARRAY_SIZE(papr_shift); k++)
		if (papr_shift[k] == shift)
			bit = k;
	claim(!shift || (bit < 32 && usable & (1U << bit)), "offered, and migratable where any is");
	claim(!shift || shift < below, "below the bound, so whoever tries one after the other ends");
	claim(!shift || !(borders & ((1UL << shift) - 1)), "it divides each border of RAM");
	claim(implies(usable & (1U << i) && papr_shift[i] < below &&
		      !(borders & ((1UL << papr_shift[i]) - 1)), shift >= papr_shift[i]),
	      "the largest");
}

#ifdef PS
static bool fits(unsigned int order, u64 want, u64 largest)
{
	return (1UL << order) >= want && (1UL << (order - PS)) <= largest;
}

void h_window_shift(void)
{
	u64 ram = nondet_u64(), may = nondet_u64(), largest = nondet_u64(), want;
	unsigned int order, least = 0;
	u32 shift = 0;
	int ret;
	want = max(ram, may);
	ret = dbp_plan_window_shift(ram, may, largest, PS, &shift);

	for (order = 62; order > PS; order--)
		if (fits(order, want, largest))
			least = order;
	claim(!ret || ret == -ENOSPC, "errno");
	if (ret) {
		for (order = PS + 1; order <= 62; order++)
			claim(!ram || !fits(order, ram, largest), "refused: nothing fits");
		return;
	}
	claim(shift > PS && shift <= 62, "more than a page, and an order that there is");
	claim(fits(shift, ram, largest), "it holds the RAM, and the hypervisor has that much");
	claim(implies(least, (1UL << shift) >= want && shift <= least),
	      "it holds what RAM may become where it can, and is no larger");
}

void h_tces(void)
{
	u64 start = nondet_u64(), end = nondet_u64(), k = nondet_u64(), page = 1UL << PS, at;
	u64 whole = nondet_u64();
	struct dbp_tces t = dbp_plan_tces(start, end, PS);

	if (k < t.nr) {
		at = t.first + (k << PS);
		claim(k <= U64_MAX >> PS && at >= t.first, "its number makes an address");
		claim(at >= start && at < end && end - at >= page, "its page is in the range");
		claim(!(at & (page - 1)), "it is aligned");
	}
	assume(!(whole & (page - 1)) && whole >= start && whole < end && end - whole >= page);
	claim(whole >= t.first && (whole - t.first) >> PS < t.nr, "no whole page is left out");
}
#endif

void h_block(void)
{
	u64 left = nondet_u64();
	unsigned int n = dbp_plan_block(left);

	claim(n <= DBP_TCE_BLOCK && n <= left && (n || !left), "a block");
}

#ifdef SETS
void h_lmbs(void)
{
	size_t len = nondet_size();
	u8 *data = malloc(len);
	bool sets = SETS;
	u64 lmb = nondet_u64(), i = nondet_u64(), n, base, end;
	const u8 *entry;

	assume(data && len <= 4 + 24 * 3 + 1);
	end = dbp_plan_lmbs_end(data, len, sets, lmb);
	if (!end)
		return;
	claim(len >= 28 && (len - 4) % 24 == 0, "it has whole entries");
	claim(be_read(data, 4) == (len - 4) / 24, "and as many as it says");
	assume(i < (len - 4) / 24);
	entry = data + 4 + 24 * i;
	n = sets ? be_read(entry, 4) : 1;
	base = be_read(sets ? entry + 4 : entry, 8);
	claim(!n || lmb <= (U64_MAX - base) / n, "no end wraps around");
	claim(base + n * lmb <= end, "no LMB ends behind it");
}
#endif
