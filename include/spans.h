/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DBP_SPANS_H
#define DBP_SPANS_H

#include "dbp_types.h"

/**
 * struct dbp_span - a range of physical addresses
 * @start: first byte
 * @end: first byte behind the range
 */
struct dbp_span {
	u64 start;
	u64 end;
};

/**
 * struct dbp_spans - a set of physical addresses: sorted, disjoint, merged ranges
 * @nr: ranges in use
 * @room: ranges that there is room for; whoever allocates the set says so
 * @s: the ranges, ascending; neighbours never touch
 *
 * Adding one range, or cutting one out, needs room for one range more at most.
 */
struct dbp_spans {
	unsigned int nr;
	unsigned int room;
	struct dbp_span s[];
};

int dbp_spans_add(struct dbp_spans *set, u64 start, u64 end);
int dbp_spans_cut(struct dbp_spans *set, u64 start, u64 end);
void dbp_spans_copy(struct dbp_spans *to, const struct dbp_spans *from);
u64 dbp_spans_bytes(const struct dbp_spans *set);

/**
 * dbp_spans_up_to - how many ranges of a set begin at or below an address?
 * @set: the set
 * @addr: the address
 *
 * Context: any; reads only, and looks at the logarithm of their number.
 * Return: their number; only the last of them can hold @addr.
 */
static inline unsigned int dbp_spans_up_to(const struct dbp_spans *set, u64 addr)
{
	unsigned int low = 0, high = set->nr;

	while (low < high) {
		unsigned int middle = low + (high - low) / 2;

		if (set->s[middle].start <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/**
 * dbp_spans_hold - does one range of the set hold a whole buffer?
 * @set: the set
 * @phys: first byte of the buffer
 * @size: its length in bytes
 *
 * Context: any; reads only. Return: true when [@phys, @phys + @size) lies in one range.
 * A buffer whose end wraps around is in none.
 */
static inline bool dbp_spans_hold(const struct dbp_spans *set, u64 phys, u64 size)
{
	unsigned int i = dbp_spans_up_to(set, phys);

	return i && phys < set->s[i - 1].end && size <= set->s[i - 1].end - phys;
}

#endif /* DBP_SPANS_H */
