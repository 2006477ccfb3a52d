/* SPDX-License-Identifier: GPL-2.0 */
/* Functions of the kernel whose calls the module hears of, by ftrace or by a kprobe. */
#ifndef BYPASS_WATCH_H
#define BYPASS_WATCH_H

#include <linux/atomic.h>

#include "ftrace.h"
#include "kprobe.h"

/**
 * enum bypass_watch_how - the mechanism by which a function is watched
 * @BYPASS_WATCH_NOT: it is not
 * @BYPASS_WATCH_FTRACE: a callback of ftrace, permanent where the kernel can
 * @BYPASS_WATCH_KPROBE: a trap behind the place of ftrace
 */
enum bypass_watch_how {
	BYPASS_WATCH_NOT,
	BYPASS_WATCH_FTRACE,
	BYPASS_WATCH_KPROBE,
	BYPASS_NR_WATCH_HOWS,
};

struct bypass_watch;

/**
 * struct bypass_watched - one function
 * @name: its name in kallsyms; an empty one ends the list
 * @entry: its address, or NULL where it is not exported
 * @probe: the trap, with BYPASS_WATCH_KPROBE
 * @watch: whom it belongs to
 */
struct bypass_watched {
	const char *name;
	void *entry;
	struct dbp_kprobe probe;
	struct bypass_watch *watch;
};

#define BYPASS_WATCH_MAX 2

/**
 * struct bypass_watch - functions that are watched for one purpose, all by one mechanism
 * @fn: the functions
 * @entered: called at each entry, with the arguments in @regs as dbp_regs_arg() reads them; in any
 *	context, without preemption, not again inside itself
 * @hits: how often that concerned the module; @entered counts it
 * @how: the mechanism in use; only watch.c writes it
 * @error: why no mechanism could be had, or 0
 * @fops: what ftrace knows, with BYPASS_WATCH_FTRACE
 */
struct bypass_watch {
	struct bypass_watched fn[BYPASS_WATCH_MAX];
	void (*entered)(struct bypass_watch *w, const struct pt_regs *regs);
	atomic_long_t hits;
	enum bypass_watch_how how;
	int error;
	struct ftrace_ops fops;
};

int bypass_watch_install(struct bypass_watch *w);
void bypass_watch_remove(struct bypass_watch *w);
bool bypass_watch_works(struct bypass_watch *w);
const char *bypass_watch_how(const struct bypass_watch *w);
const char *bypass_watch_weakness(const struct bypass_watch *w);
void bypass_watch_stop(void);

/* What the mechanisms prove themselves on. */
unsigned long bypass_hook_target(unsigned long arg);

#endif /* BYPASS_WATCH_H */
