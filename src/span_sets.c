// SPDX-License-Identifier: GPL-2.0
/*
 * Sets of ranges that grow where they must. What is done to a set that has room is in spans.c.
 */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "span_sets.h"

/* Ranges in a set to begin with. Most guests have one. */
#define FIRST_ROOM 16

/**
 * bypass_spans_alloc - an empty set of ranges
 * @room: how many ranges it has room for
 *
 * Context: may sleep. Return: the set, for kvfree(); NULL when there is no memory.
 */
struct dbp_spans *bypass_spans_alloc(unsigned int room)
{
	struct dbp_spans *set = kvmalloc(struct_size(set, s, room), GFP_KERNEL);

	if (set) {
		set->nr = 0;
		set->room = room;
	}
	return set;
}

/* A set with room for more. */
static int enlarge(struct dbp_spans **set)
{
	struct dbp_spans *old = *set, *larger;

	larger = bypass_spans_alloc(old ? 2 * old->room : FIRST_ROOM);
	if (!larger)
		return -ENOMEM;
	if (old)
		dbp_spans_copy(larger, old);
	kvfree(old);
	*set = larger;
	return 0;
}

/**
 * bypass_spans_add - put a range into a set, which grows where it must
 * @set: the set, from bypass_spans_alloc(); NULL: none yet
 * @start: first byte
 * @end: first byte behind the range
 *
 * Context: may sleep. Return: 0, or -ENOMEM with the set as it was.
 */
int bypass_spans_add(struct dbp_spans **set, u64 start, u64 end)
{
	if (*set && !dbp_spans_add(*set, start, end))
		return 0;
	return enlarge(set) ?: dbp_spans_add(*set, start, end);
}

/**
 * bypass_spans_cut - take a range out of a set, which grows where it must
 * @set: the set, from bypass_spans_alloc(); NULL: none yet
 * @start: first byte to go
 * @end: first byte behind what goes
 *
 * Context: may sleep. Return: 0, or -ENOMEM with the set as it was.
 */
int bypass_spans_cut(struct dbp_spans **set, u64 start, u64 end)
{
	if (!*set || !dbp_spans_cut(*set, start, end))
		return 0;
	return enlarge(set) ?: dbp_spans_cut(*set, start, end);
}

/**
 * bypass_spans_copy - a copy of a set, with room for one range more
 * @set: the set; NULL: an empty one
 *
 * Context: may sleep. Return: the copy, for kvfree(); NULL when there is no memory.
 */
struct dbp_spans *bypass_spans_copy(const struct dbp_spans *set)
{
	struct dbp_spans *copy = bypass_spans_alloc(set ? set->nr + 1 : 1);

	if (copy && set)
		dbp_spans_copy(copy, set);
	return copy;
}

/**
 * bypass_spans_add_all - put all ranges of a set into another one, which grows where it must
 * @to: the set, as for bypass_spans_add()
 * @from: what is put into it; NULL: nothing
 *
 * Context: may sleep. Return: 0, or -ENOMEM with some of them put into it.
 */
int bypass_spans_add_all(struct dbp_spans **to, const struct dbp_spans *from)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; from && i < from->nr && !ret; i++)
		ret = bypass_spans_add(to, from->s[i].start, from->s[i].end);
	return ret;
}

/**
 * bypass_spans_cut_all - take all ranges of a set out of another one, which grows where it must
 * @from: the set, as for bypass_spans_cut()
 * @what: what is taken out of it; NULL: nothing
 *
 * Context: may sleep. Return: 0, or -ENOMEM with some of them taken out.
 */
int bypass_spans_cut_all(struct dbp_spans **from, const struct dbp_spans *what)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; what && i < what->nr && !ret; i++)
		ret = bypass_spans_cut(from, what->s[i].start, what->s[i].end);
	return ret;
}
