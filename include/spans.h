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

/* A guest has one range of RAM, or a few where memory was taken away. */
#define DBP_MAX_SPANS 64

/**
 * struct dbp_spans - a set of physical addresses: sorted, disjoint, merged ranges
 * @nr: ranges in use
 * @s: the ranges, ascending; neighbours never touch
 */
struct dbp_spans {
	unsigned int nr;
	struct dbp_span s[DBP_MAX_SPANS];
};

int dbp_spans_add(struct dbp_spans *set, u64 start, u64 end);
int dbp_spans_cut(struct dbp_spans *set, u64 start, u64 end);
u64 dbp_spans_bytes(const struct dbp_spans *set);

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
	unsigned int i;

	for (i = 0; i < set->nr && phys >= set->s[i].start; i++)
		if (phys < set->s[i].end && size <= set->s[i].end - phys)
			return true;
	return false;
}

#endif /* DBP_SPANS_H */
