// SPDX-License-Identifier: GPL-2.0
/*
 * The memory in which a buffer can lie: System RAM that is online.
 */
#include <linux/ioport.h>
#include <linux/sched.h>

#include "memory.h"
#include "ram.h"

/* The smallest piece that can be offline by itself: a section, of which a memory block has some. */
#define STEP (16ULL << 20)

struct walk {
	int (*fn)(u64 start, u64 end, void *arg);
	void *arg;
	int ret;
};

/* One range of System RAM, in as few pieces as may be. */
static int each_range(struct resource *res, void *arg)
{
	u64 end = (u64)res->end + 1, at = res->start;
	struct walk *walk = arg;

	while (at < end && !walk->ret) {
		bool online = dbp_is_online(at);
		u64 from = at;

		do {
			at = min(end, (at & ~(STEP - 1)) + STEP);
			cond_resched();
		} while (at < end && dbp_is_online(at) == online);
		if (online)
			walk->ret = walk->fn(from, at, walk->arg);
	}
	return walk->ret;
}

/**
 * bypass_ram_walk - call a function for each range of RAM that is online
 * @start: physical address of the first byte to look at
 * @end: first byte behind what is looked at; U64_MAX: all RAM there is
 * @fn: gets the first byte, the first byte behind the range, and @arg; any answer but 0 ends the
 *	walk
 * @arg: what it gets
 *
 * Memory that comes online or goes offline meanwhile may be seen or not: whoever keeps something
 * of it hears of that by the memory notifier, too.
 *
 * Context: may sleep. Return: 0, or what @fn ended the walk with.
 */
int bypass_ram_walk(u64 start, u64 end, int (*fn)(u64 start, u64 end, void *arg), void *arg)
{
	struct walk walk = { .fn = fn, .arg = arg };

	/* Its own answer is an error when there is no such memory. */
	walk_iomem_res_desc(IORES_DESC_NONE, IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY, start,
			    end - 1, &walk, each_range);
	return walk.ret;
}
