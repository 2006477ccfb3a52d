// SPDX-License-Identifier: GPL-2.0
/*
 * What is done to all devices at once: they are looked at again, and given back when the module
 * goes or another kernel is started.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>

#include "life.h"
#include "registry.h"
#include "sweep.h"

#define LEFT_MS 30000	/* how long unloading waits for what a driver has left that has gone */

/**
 * struct review - one review
 * @seq: its number
 * @again: a device should be looked at again
 */
struct review {
	unsigned long seq;
	bool again;
};

static int review_one(struct pci_dev *pdev, void *arg)
{
	struct review *review = arg;
	struct bypass_dev *bd;

	if (!device_trylock(&pdev->dev))
		return 0;
	bypass_mutex_lock(&bypass_lock);
	bd = bypass_registry_find(&pdev->dev);
	if (bd && !bypass_is_leaving()) {
		if (bypass_life_review(bd))
			WRITE_ONCE(review->again, true);
		bd->reviewed = max(bd->reviewed, review->seq);
	}
	bypass_mutex_unlock(&bypass_lock);
	device_unlock(&pdev->dev);
	return 0;
}

static unsigned long next_number(void)
{
	static unsigned long number;
	unsigned long ret;

	bypass_mutex_lock(&bypass_lock);
	ret = ++number;
	bypass_mutex_unlock(&bypass_lock);
	return ret;
}

/*
 * One walk over all devices that are left to be looked at. Return: true when there are still any.
 */
static bool review_walk(struct review *review)
{
	struct bypass_dev *bd;
	bool left = false;

	bypass_registry_each(review->seq, review_one, review);
	bypass_mutex_lock(&bypass_lock);
	list_for_each_entry(bd, &bypass_devs, node)
		left |= bd->reviewed < review->seq;
	bypass_mutex_unlock(&bypass_lock);
	return left;
}

/**
 * bypass_sweep_review - look at every device again
 * @wait_ms: how long to wait for devices that somebody else has locked
 *
 * No device waits for another one: those that are locked, perhaps by a probe that takes its time,
 * are passed over and tried again.
 *
 * Context: may sleep; neither bypass_lock nor a device_lock() that others wait for held.
 * Return: true when it should be done again: a device was locked all the time, or is waiting for
 * something of which nobody tells.
 */
bool bypass_sweep_review(unsigned int wait_ms)
{
	unsigned long end = jiffies + msecs_to_jiffies(wait_ms);
	struct review review = { .seq = next_number() };
	bool left;

	while ((left = review_walk(&review)) && time_before(jiffies, end) && !bypass_is_leaving())
		msleep(20);
	return (review.again || left) && !bypass_is_leaving();
}

/* Return: 0, or why it has to be tried again, of which the log has told. */
static int give_back(struct pci_dev *pdev, void *arg)
{
	bool last = *(bool *)arg;
	struct bypass_dev *bd;
	int ret = 0;

	if (!device_trylock(&pdev->dev)) {
		pr_warn_ratelimited("unloading waits for %s, whose driver is just being bound, unbound or reset\n",
				    pci_name(pdev));
		return -EBUSY;
	}
	bypass_mutex_lock(&bypass_lock);
	bd = bypass_registry_find(&pdev->dev);
	if (bd && last && !pdev->dev.driver)
		bypass_life_unbound(bd, true);
	if (bd)
		ret = bypass_life_leave(bd);
	if (ret)
		pr_warn("unloading waits for %s: it goes on when those buffers are released, which %s\n",
			pci_name(pdev), pdev->dev.driver ? "unbinding the driver does" :
			"binding a driver, or removing the device, ends");
	bypass_mutex_unlock(&bypass_lock);
	device_unlock(&pdev->dev);
	return ret;
}

/**
 * bypass_sweep_give_back - give every device back to the kernel, and take none any more
 *
 * By the time of unloading nothing should be left that the kernel could not release: the hook
 * on unloading has refused before. What was mapped since is waited for, and named in the log
 * each time. What a driver has left behind that has gone is waited for no longer than LEFT_MS:
 * nobody may be left to release it.
 *
 * Context: may sleep, as long as such buffers live; no lock held.
 */
void bypass_sweep_give_back(void)
{
	unsigned long end = jiffies + msecs_to_jiffies(LEFT_MS);
	bool last = false;

	bypass_mutex_lock(&bypass_lock);
	bypass_leave();
	bypass_mutex_unlock(&bypass_lock);
	while (bypass_registry_each(ULONG_MAX, give_back, &last)) {
		msleep(1000);
		last = time_after(jiffies, end);
	}
}

static int end_own_window(struct pci_dev *pdev, void *unused)
{
	struct device *dev = &pdev->dev;
	struct bypass_dev *bd;

	device_lock(dev);
	bypass_mutex_lock(&bypass_lock);
	bd = bypass_registry_find(dev);
	if (bd && bd->own.window)
		bypass_life_leave(bd);
	bypass_mutex_unlock(&bypass_lock);
	device_unlock(dev);
	return 0;
}

/**
 * bypass_sweep_end_own_windows - another kernel is about to be started
 *
 * Devices with a window of our own are given back, and none is taken any more. A device that
 * holds direct buffers keeps its window; the log says which.
 *
 * Context: may sleep for some seconds; no lock held.
 */
void bypass_sweep_end_own_windows(void)
{
	bypass_mutex_lock(&bypass_lock);
	bypass_leave();
	bypass_mutex_unlock(&bypass_lock);
	bypass_registry_each(ULONG_MAX, end_own_window, NULL);
}
