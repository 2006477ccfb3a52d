// SPDX-License-Identifier: GPL-2.0
/*
 * Sets of physical address ranges. No kernel service is used here: the unit tests
 * compile this file in user space.
 */
#include "spans.h"

/**
 * dbp_spans_add - put a range into a set
 * @set: the set
 * @start: first byte
 * @end: first byte behind the range; an empty range changes nothing
 *
 * Ranges that touch or overlap become one.
 *
 * Context: any; the caller owns @set.
 * Return: 0, or -ENOSPC with @set unchanged when it has no room for one more range.
 */
int dbp_spans_add(struct dbp_spans *set, u64 start, u64 end)
{
	unsigned int first = 0, last, i;

	if (start >= end)
		return 0;
	while (first < set->nr && set->s[first].end < start)
		first++;
	for (last = first; last < set->nr && set->s[last].start <= end; last++) {
		if (set->s[last].start < start)
			start = set->s[last].start;
		if (set->s[last].end > end)
			end = set->s[last].end;
	}

	/* Ranges first..last-1 merge into the new one. */
	if (first == last) {
		if (set->nr == DBP_MAX_SPANS)
			return -ENOSPC;
		for (i = set->nr++; i > first; i--)
			set->s[i] = set->s[i - 1];
	} else {
		for (i = last; i < set->nr; i++)
			set->s[first + 1 + i - last] = set->s[i];
		set->nr -= last - first - 1;
	}
	set->s[first].start = start;
	set->s[first].end = end;
	return 0;
}

/**
 * dbp_spans_cut - take a range out of a set
 * @set: the set
 * @start: first byte to go
 * @end: first byte behind what goes
 *
 * Context: any; the caller owns @set.
 * Return: 0, or -ENOSPC when a range must be split and the set is full; then the highest
 * range is dropped as well, which is safe: what is not in the set goes through TCEs.
 */
int dbp_spans_cut(struct dbp_spans *set, u64 start, u64 end)
{
	struct dbp_spans out = { .nr = 0 };
	unsigned int i;
	int ret = 0;

	if (start >= end)
		return 0;
	for (i = 0; i < set->nr; i++) {
		struct dbp_span s = set->s[i];

		if (s.end <= start || s.start >= end) {
			ret = dbp_spans_add(&out, s.start, s.end) ?: ret;
			continue;
		}
		if (s.start < start)
			ret = dbp_spans_add(&out, s.start, start) ?: ret;
		if (s.end > end)
			ret = dbp_spans_add(&out, end, s.end) ?: ret;
	}
	*set = out;
	return ret;
}

/**
 * dbp_spans_bytes - size of a set
 * @set: the set
 *
 * Context: any; reads only. Return: bytes in all ranges together.
 */
u64 dbp_spans_bytes(const struct dbp_spans *set)
{
	unsigned int i;
	u64 sum = 0;

	for (i = 0; i < set->nr; i++)
		sum += set->s[i].end - set->s[i].start;
	return sum;
}
