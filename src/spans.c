// SPDX-License-Identifier: GPL-2.0
/*
 * Sets of physical address ranges. No kernel service is used here: the unit tests
 * compile this file in user space. Whoever has a set allocates it, with room enough.
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
	unsigned int first, last, i;

	if (start >= end)
		return 0;
	first = dbp_spans_up_to(set, start);
	if (first && set->s[first - 1].end >= start)
		first--;
	for (last = first; last < set->nr && set->s[last].start <= end; last++) {
		if (set->s[last].start < start)
			start = set->s[last].start;
		if (set->s[last].end > end)
			end = set->s[last].end;
	}

	/* Ranges first..last-1 merge into the new one. */
	if (first == last) {
		if (set->nr >= set->room)
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
 * Return: 0, or -ENOSPC with @set unchanged when a range must be split and there is no room
 * for one more.
 */
int dbp_spans_cut(struct dbp_spans *set, u64 start, u64 end)
{
	unsigned int first, last, i;

	if (start >= end)
		return 0;
	/* Ranges first..last-1 lose something. */
	first = dbp_spans_up_to(set, start);
	if (first && set->s[first - 1].end > start)
		first--;
	for (last = first; last < set->nr && set->s[last].start < end; last++)
		;
	if (first == last)
		return 0;

	if (set->s[first].start < start && set->s[first].end > end) {
		if (set->nr >= set->room)
			return -ENOSPC;
		for (i = set->nr++; i > first; i--)
			set->s[i] = set->s[i - 1];
		set->s[first].end = start;
		set->s[first + 1].start = end;
		return 0;
	}
	if (set->s[first].start < start)
		set->s[first++].end = start;
	if (set->s[last - 1].end > end)
		set->s[--last].start = end;
	for (i = last; i < set->nr; i++)
		set->s[first + i - last] = set->s[i];
	set->nr -= last - first;
	return 0;
}

/**
 * dbp_spans_copy - make a set the same as another one
 * @to: the set, with room for all ranges of @from; its room stays what it is
 * @from: what it becomes the same as
 *
 * Context: any; the caller owns @to, and @from does not change.
 */
void dbp_spans_copy(struct dbp_spans *to, const struct dbp_spans *from)
{
	unsigned int i;

	for (i = 0; i < from->nr; i++)
		to->s[i] = from->s[i];
	to->nr = from->nr;
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
