// SPDX-License-Identifier: GPL-2.0
/*
 * Holds the locks of two devices, and under the second one removes a third device, as a driver of
 * SR-IOV functions does when somebody writes to sriov_numvfs. Each step waits to be told:
 *
 *	1	lock the device "later", which holds up whoever goes through all devices
 *	2	lock the device "first"
 *	3	unlock "later"
 *	4	remove the device "gone", and unlock "first"
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/pci.h>

static char *first;
module_param(first, charp, 0400);
static char *later;
module_param(later, charp, 0400);
static char *gone;
module_param(gone, charp, 0400);

static unsigned int step;
module_param(step, uint, 0644);
MODULE_PARM_DESC(step, "how far to go");

static unsigned int done;
module_param(done, uint, 0444);
MODULE_PARM_DESC(done, "how far it has gone");

static struct task_struct *task;

static struct pci_dev *get(const char *name)
{
	struct device *dev = name ? bus_find_device_by_name(&pci_bus_type, NULL, name) : NULL;

	return dev ? to_pci_dev(dev) : NULL;
}

static void wait_for_step(unsigned int n)
{
	while (READ_ONCE(step) < n && !kthread_should_stop())
		msleep(20);
	done = n - 1;
}

static int tangle(void *unused)
{
	struct pci_dev *a = get(first), *c = get(later), *b = get(gone);

	if (a && b && c) {
		wait_for_step(1);
		device_lock(&c->dev);
		wait_for_step(2);
		device_lock(&a->dev);
		wait_for_step(3);
		device_unlock(&c->dev);
		wait_for_step(4);
		pci_stop_and_remove_bus_device_locked(b);
		device_unlock(&a->dev);
		done = 4;
	}
	pci_dev_put(a);
	pci_dev_put(b);
	pci_dev_put(c);
	while (!kthread_should_stop())
		msleep(20);
	return 0;
}

static int __init tangle_init(void)
{
	task = kthread_run(tangle, NULL, "dbp_tangle");
	return PTR_ERR_OR_ZERO(task);
}
module_init(tangle_init);

static void __exit tangle_exit(void)
{
	kthread_stop(task);
}
module_exit(tangle_exit);

MODULE_DESCRIPTION("Removes a device under the lock of another one");
MODULE_LICENSE("GPL");
