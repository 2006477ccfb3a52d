// SPDX-License-Identifier: GPL-2.0
/*
 * Somebody asks to unload the module, while that would strand DMA buffers.
 *
 * The kernel lets a module say no only by its use count, and asks nobody once it has found that to
 * be 0. A count held all the time would make the module impossible to unload. So delete_module()
 * is watched, and the count is taken when somebody asks and something is stranded. It is held until
 * nothing is, and for a second at least. That second must not be all: between our hook and the
 * kernel's look at the count lies a mutex that others may hold for long. Who asks again when
 * nothing is stranded any more need not wait.
 */
#include <linux/cred.h>
#include <linux/module.h>
#include <linux/ratelimit.h>
#include <linux/user_namespace.h>
#include <linux/workqueue.h>

#include "hooks.h"
#include "registry.h"
#include "syscall.h"
#include "uaccess.h"

/* Raw: the hook runs where nobody may sleep, whatever the kernel. */
static DEFINE_RAW_SPINLOCK(hold_lock);
static bool held;
static unsigned long asked;	/* how often it was found that the module must stay */

static unsigned long times_asked(void)
{
	unsigned long flags, n;

	raw_spin_lock_irqsave(&hold_lock, flags);
	n = asked;
	raw_spin_unlock_irqrestore(&hold_lock, flags);
	return n;
}

/* Somebody has looked at more counters than the hook may, and nothing was stranded then. */
static unsigned long clean_until;

#define CLEAN_MS 5000	/* for how long that is good enough: who unloads waits for the rest */

/* Nothing was stranded after @before was read. Who has found otherwise since keeps the count. */
static void let_go(unsigned long before)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&hold_lock, flags);
	if (held && asked == before) {
		held = false;
		module_put(THIS_MODULE);
	}
	raw_spin_unlock_irqrestore(&hold_lock, flags);
}

static void look_again(struct work_struct *work);

static DECLARE_DELAYED_WORK(look_work, look_again);

static void look_again(struct work_struct *work)
{
	unsigned long before = times_asked();
	long n;

	if (bypass_registry_stranded(&n)) {
		WRITE_ONCE(clean_until, jiffies);
		queue_delayed_work(system_long_wq, &look_work, HZ);
		return;
	}
	WRITE_ONCE(clean_until, jiffies + msecs_to_jiffies(CLEAN_MS));
	let_go(before);
}

static void hold(void)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&hold_lock, flags);
	asked++;
	if (!held) {
		held = true;
		__module_get(THIS_MODULE);
	}
	raw_spin_unlock_irqrestore(&hold_lock, flags);
	/* A second from now on, also when an earlier one is about to end. */
	mod_delayed_work(system_long_wq, &look_work, HZ);
}

/*
 * The kernel asks for this right behind the hook, which anybody can run into. Its own question
 * would leave traces of those who have it not, in the audit log; root of another namespace has it
 * not.
 */
static bool may_unload(void)
{
	const struct cred *cred = current_cred();

	return cred->user_ns == &init_user_ns && cap_raised(cred->cap_effective, CAP_SYS_MODULE);
}

/*
 * Is it about us? Sleeping is not allowed here, so a name in memory that is not there cannot be
 * read, other than by the kernel in a moment. It may be ours.
 */
static bool names_us(const char __user *where)
{
	char name[MODULE_NAME_LEN];
	long len = dbp_strncpy_from_user_nofault(name, where, sizeof(name));

	return len == -EFAULT || (len >= 0 && !strcmp(name, KBUILD_MODNAME));
}

static void unload_entered(struct bypass_watch *w, const struct pt_regs *regs)
{
	unsigned long before;
	const char *device;
	long n;

	if (!may_unload() || !names_us((const char __user *)dbp_syscall_arg(regs, 0)))
		return;
	/* The kernel says no itself while the module is being loaded, or unloaded by somebody. */
	if (READ_ONCE(THIS_MODULE->state) != MODULE_STATE_LIVE)
		return;
	atomic_long_inc(&w->hits);
	before = times_asked();
	device = bypass_registry_stranded_now(&n);
	if (!device || (n < 0 && time_before(jiffies, READ_ONCE(clean_until)))) {
		let_go(before);
		return;
	}
	hold();
	if (n < 0) {
		pr_warn_ratelimited("not unloaded: that many CPUs and devices are looked at first; try again in two seconds\n");
		return;
	}
	pr_warn_ratelimited("not unloaded: the driver of %s holds %ld DMA buffers that the kernel's own path could not release; try again, or write off to parameters/%s first\n",
			    device, n, device);
}

/* How the table installs and removes it. */
struct bypass_watch bypass_unload_watch = {
	.fn = { { "sys_delete_module" } },
	.entered = unload_entered,
};

/**
 * bypass_unload_stop - look for nothing any more, when the hook has been removed
 *
 * Context: may sleep; while the module is being unloaded, so that nothing is held.
 */
void bypass_unload_stop(void)
{
	cancel_delayed_work_sync(&look_work);
}
