// SPDX-License-Identifier: GPL-2.0
/*
 * Functions of the kernel whose calls the module hears of.
 *
 * Two mechanisms can do that. ftrace is asked first, for a hook that is permanent, since one that
 * is not ends without a word when somebody writes 0 to kernel.ftrace_enabled. Where ftrace does not
 * work, or cannot be permanent, it is a kprobe. Both only look: nothing is redirected. Each proves
 * itself on a function of our own before it is relied upon, and again whenever somebody wants to
 * know whether it still works.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "modes.h"
#include "watch.h"

/* What the parameter allows; the first word that fits the mechanism is also its name. */
static const char *const words[] = {
	[BYPASS_WATCH_NOT] = "none",
	[BYPASS_WATCH_FTRACE] = "ftrace",
	[BYPASS_WATCH_KPROBE] = "kprobe",
	[BYPASS_NR_WATCH_HOWS] = "auto",
};

static unsigned int allowed = BYPASS_NR_WATCH_HOWS;

static int hooks_set(const char *val, const struct kernel_param *kp)
{
	unsigned int i;

	for (i = 0; val && i < ARRAY_SIZE(words); i++) {
		if (!strcmp(val, words[i])) {
			allowed = i;
			return 0;
		}
	}
	pr_err("hooks \"%*pE\" is none of auto, ftrace, kprobe, none\n",
	       val ? bypass_word_shown(val, strlen(val)) : 0, val ?: "");
	return -EINVAL;
}

static int hooks_get(char *buf, const struct kernel_param *kp)
{
	return scnprintf(buf, PAGE_SIZE, "%s\n", words[allowed]);
}

static const struct kernel_param_ops hooks_ops = {
	.set = hooks_set,
	.get = hooks_get,
};

module_param_cb(hooks, &hooks_ops, NULL, 0444);
MODULE_PARM_DESC(hooks,
		 "how functions of the kernel are watched: auto (default; ftrace, else a kprobe), ftrace, kprobe or none");

/* ---- ftrace ---- */

DBP_FTRACE_CALLBACK(ftrace_entered)
{
	struct bypass_watch *w = container_of(op, struct bypass_watch, fops);

	w->entered(w, regs);
}

/* Gives back what the filter took; ftrace_free_filter() is not for modules before 5.17. */
static void forget(struct ftrace_ops *fops)
{
	ftrace_set_filter(fops, NULL, 0, 1);
}

/*
 * By its name, a function is looked for among the names of all functions there are, which takes
 * long. Kernels from 5.18 on find it by the address of its entry.
 */
static int filter(struct ftrace_ops *fops, const struct bypass_watched *fn)
{
	unsigned char name[KSYM_NAME_LEN];

	if (fn->entry && !ftrace_set_filter_ip(fops, (unsigned long)fn->entry, 0, 0))
		return 0;
	strscpy(name, fn->name, sizeof(name));
	return ftrace_set_filter(fops, name, strlen(name), 0);
}

static int ftrace_install(struct bypass_watch *w)
{
	unsigned int i;
	int ret = 0;

	if (!DBP_FTRACE_SAFE)
		return -EOPNOTSUPP;
	/* Who asks for ftrace, and for nothing else, gets what there is. */
	if (!DBP_FTRACE_PERMANENT && allowed != BYPASS_WATCH_FTRACE)
		return -EOPNOTSUPP;
	w->fops.func = ftrace_entered;
	w->fops.flags |= DBP_FTRACE_FLAGS | DBP_FTRACE_PERMANENT;
	for (i = 0; !ret && i < BYPASS_WATCH_MAX && w->fn[i].name; i++)
		ret = filter(&w->fops, &w->fn[i]);
	if (!ret)
		ret = register_ftrace_function(&w->fops);
	if (ret)
		forget(&w->fops);
	return ret;
}

static void ftrace_remove(struct bypass_watch *w)
{
	unregister_ftrace_function(&w->fops);
	forget(&w->fops);
}

/* ---- kprobes ---- */

DBP_KPROBE_HANDLER(kprobe_entered)
{
	struct bypass_watch *w = container_of(p, struct bypass_watched, probe)->watch;

	w->entered(w, regs);
}

static void kprobe_remove_some(struct bypass_watch *w, unsigned int nr)
{
	while (nr--)
		dbp_kprobe_remove(&w->fn[nr].probe);
}

static unsigned int count(const struct bypass_watch *w)
{
	unsigned int nr = 0;

	while (nr < BYPASS_WATCH_MAX && w->fn[nr].name)
		nr++;
	return nr;
}

static int kprobe_install(struct bypass_watch *w)
{
	unsigned int i;
	int ret;

	for (i = 0; i < count(w); i++) {
		w->fn[i].watch = w;
		ret = dbp_kprobe_install(&w->fn[i].probe, w->fn[i].name, w->fn[i].entry,
					 kprobe_entered);
		if (ret) {
			kprobe_remove_some(w, i);
			return ret;
		}
	}
	return 0;
}

static bool kprobe_armed(const struct bypass_watch *w)
{
	unsigned int i;

	for (i = 0; i < count(w); i++)
		if (!dbp_kprobe_armed(&w->fn[i].probe))
			return false;
	return true;
}

/* ---- does each mechanism work here? ---- */

/* An argument that nobody else gives to int_sqrt(). */
#define QUESTION 0x5eed41dbUL

/* Not static, so that no compiler clones it or drops it. */
noinline unsigned long bypass_hook_target(unsigned long arg)
{
	/* Keeps the call from being folded. */
	barrier();
	return arg + 1;
}

static void witness_entered(struct bypass_watch *w, const struct pt_regs *regs)
{
	if (dbp_regs_arg(regs, 0) == QUESTION)
		atomic_long_inc(&w->hits);
}

/*
 * Some compilers leave the module's own functions without a place for ftrace; then one of the
 * kernel's must do.
 */
static struct bypass_watch witnesses[BYPASS_NR_WATCH_HOWS] = {
	[BYPASS_WATCH_FTRACE] = {
		.fn = { {
			DBP_HAVE_FTRACE_SITES ? "bypass_hook_target" : "int_sqrt",
			DBP_HAVE_FTRACE_SITES ? bypass_hook_target : int_sqrt
		} },
		.entered = witness_entered,
	},
	[BYPASS_WATCH_KPROBE] = {
		.fn = { { KBUILD_MODNAME ":bypass_hook_target", bypass_hook_target } },
		.entered = witness_entered,
	},
};

static bool answers(struct bypass_watch *witness)
{
	long before = atomic_long_read(&witness->hits);

	bypass_hook_target(QUESTION);
	int_sqrt(QUESTION);
	return atomic_long_read(&witness->hits) != before;
}

static int install(struct bypass_watch *w, enum bypass_watch_how how)
{
	int ret = how == BYPASS_WATCH_FTRACE ? ftrace_install(w) : kprobe_install(w);

	if (!ret)
		w->how = how;
	return ret;
}

/* The witness of a mechanism stays as long as the module, and is asked again. */
static int prove(enum bypass_watch_how how)
{
	struct bypass_watch *witness = &witnesses[how];

	if (witness->how == BYPASS_WATCH_NOT && !witness->error) {
		witness->error = install(witness, how);
		if (!witness->error && !answers(witness)) {
			bypass_watch_remove(witness);
			witness->error = -EIO;
		}
	}
	return witness->error;
}

static int try(struct bypass_watch *w, enum bypass_watch_how how)
{
	int ret;

	if (allowed != how && allowed != BYPASS_NR_WATCH_HOWS)
		return -EOPNOTSUPP;
	ret = prove(how);
	return ret ?: install(w, how);
}

/**
 * bypass_watch_install - hear of calls of functions, by the first mechanism that can be had
 * @w: the functions, and whom to tell
 *
 * That ftrace cannot be had is said in the log, unless it was not wanted.
 *
 * Context: may sleep; when the module is loaded. Return: 0, or an errno when no mechanism can be
 * had: -EOPNOTSUPP when the kernel has none that is safe, or the parameter allows none; -EIO when a
 * mechanism does not hear of a call that was made. Nothing is left installed then.
 */
int bypass_watch_install(struct bypass_watch *w)
{
	int ret = try(w, BYPASS_WATCH_FTRACE);

	w->error = ret;
	if (!ret || allowed == BYPASS_WATCH_FTRACE)
		return ret;
	w->error = try(w, BYPASS_WATCH_KPROBE);
	if (!w->error && allowed == BYPASS_NR_WATCH_HOWS)
		pr_warn("ftrace cannot watch %s: error %d; a kprobe does\n", w->fn[0].name, ret);
	return w->error;
}

/**
 * bypass_watch_remove - hear of no call any more
 * @w: what bypass_watch_install() was given; nothing happens when that has failed
 *
 * Context: may sleep. When it returns, nobody is in @w->entered.
 */
void bypass_watch_remove(struct bypass_watch *w)
{
	if (w->how == BYPASS_WATCH_FTRACE)
		ftrace_remove(w);
	else if (w->how == BYPASS_WATCH_KPROBE)
		kprobe_remove_some(w, count(w));
	w->how = BYPASS_WATCH_NOT;
}

/**
 * bypass_watch_works - is a call heard of, now?
 * @w: functions that are watched
 *
 * Asks the mechanism: the function of our own is called. A kprobe's trap is looked at as well.
 *
 * Context: any. Return: false when the mechanism was switched off, or never there.
 */
bool bypass_watch_works(struct bypass_watch *w)
{
	if (w->how == BYPASS_WATCH_NOT || !answers(&witnesses[w->how]))
		return false;
	return w->how != BYPASS_WATCH_KPROBE || kprobe_armed(w);
}

/**
 * bypass_watch_how - a word for the mechanism
 * @w: functions that are watched, or were to be
 *
 * Context: any. Return: a static string; what was tried, where no mechanism could be had.
 */
const char *bypass_watch_how(const struct bypass_watch *w)
{
	if (w->how != BYPASS_WATCH_NOT)
		return words[w->how];
	return allowed == BYPASS_NR_WATCH_HOWS || allowed == BYPASS_WATCH_NOT ?
		"ftrace or kprobe" : words[allowed];
}

/**
 * bypass_watch_weakness - what would switch it off
 * @w: functions that are watched
 *
 * Context: any. Return: a static string, or NULL.
 */
const char *bypass_watch_weakness(const struct bypass_watch *w)
{
	if (w->how == BYPASS_WATCH_KPROBE)
		return "writing 0 to kprobes/enabled in debugfs";
	if (w->how == BYPASS_WATCH_FTRACE && !DBP_FTRACE_PERMANENT)
		return "writing 0 to kernel.ftrace_enabled";
	return NULL;
}

/**
 * bypass_watch_stop - the last one to watch anything has been removed
 *
 * Context: may sleep.
 */
void bypass_watch_stop(void)
{
	unsigned int how;

	for (how = 0; how < BYPASS_NR_WATCH_HOWS; how++)
		bypass_watch_remove(&witnesses[how]);
}
