/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_TCE_H
#define BYPASS_TCE_H

#include "window_prop.h"

/**
 * struct bypass_tce_work - writing many entries of a window
 * @prop: the window
 * @name: whose it is, for the log
 * @done: entries written
 * @total: entries to be written, if known, for the log
 * @calls: hypercalls made
 * @started: when, in jiffies
 * @reported: when the log was told of it last, in jiffies
 */
struct bypass_tce_work {
	const struct dbp_window_prop *prop;
	const char *name;
	u64 done;
	u64 total;
	unsigned long calls;
	unsigned long started;
	unsigned long reported;
};

void bypass_tce_begin(struct bypass_tce_work *work, const struct dbp_window_prop *prop,
		      const char *name);
int bypass_tce_fill(struct bypass_tce_work *work, u64 start, u64 end);
int bypass_tce_clear(struct bypass_tce_work *work, u64 start, u64 end);

#endif /* BYPASS_TCE_H */
