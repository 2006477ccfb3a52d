// SPDX-License-Identifier: GPL-2.0
/*
 * Maps another device's memory for somebody else's device, over and over, and looks whether each
 * handle lies in the TCE table: nothing else leads there, whoever routes. And sets the kernel's
 * bypass flag late, as the kernel does when its answer to a mask slept.
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/pci.h>

#include "dev_flags.h"
#include "tce_table.h"

static char *device;
module_param(device, charp, 0400);
MODULE_PARM_DESC(device, "PCI address of the device to map for");

static unsigned long phys;
module_param(phys, ulong, 0400);
MODULE_PARM_DESC(phys, "address of the other device's memory; 0: map nothing");

static unsigned int late_ms;
module_param(late_ms, uint, 0400);
MODULE_PARM_DESC(late_ms, "ask for the mask that it has, and set the flag so long after that");

static ulong maps;
module_param(maps, ulong, 0444);
MODULE_PARM_DESC(maps, "how often it was mapped");

static ulong failed;
module_param(failed, ulong, 0444);
MODULE_PARM_DESC(failed, "how often it could not be mapped");

static ulong wrong;
module_param(wrong, ulong, 0444);
MODULE_PARM_DESC(wrong, "how often the handle was in no table");

static struct device *dev;
static struct task_struct *task;

static void late(struct work_struct *work)
{
	device_lock(dev);
	dbp_bypass_set(dev, true);
	device_unlock(dev);
}

static DECLARE_DELAYED_WORK(late_work, late);

static bool in_table(dma_addr_t handle)
{
	return dbp_table_holds(dbp_table_of(dev), handle);
}

static int map_all_the_time(void *unused)
{
	while (!kthread_should_stop()) {
		dma_addr_t handle = dma_map_resource(dev, phys, PAGE_SIZE, DMA_BIDIRECTIONAL, 0);

		maps++;
		if (dma_mapping_error(dev, handle)) {
			failed++;
		} else {
			wrong += !in_table(handle);
			dma_unmap_resource(dev, handle, PAGE_SIZE, DMA_BIDIRECTIONAL, 0);
		}
		usleep_range(20, 40);
	}
	return 0;
}

static int __init flags_init(void)
{
	int ret = 0;

	if (!device)
		return -EINVAL;
	dev = bus_find_device_by_name(&pci_bus_type, NULL, device);
	if (!dev)
		return -ENODEV;
	if (late_ms) {
		ret = dma_set_mask(dev, dma_get_mask(dev));
		schedule_delayed_work(&late_work, msecs_to_jiffies(late_ms));
	}
	if (!ret && phys) {
		task = kthread_run(map_all_the_time, NULL, "dbp_flags");
		ret = PTR_ERR_OR_ZERO(task);
	}
	if (ret) {
		cancel_delayed_work_sync(&late_work);
		put_device(dev);
	}
	return ret;
}
module_init(flags_init);

static void __exit flags_exit(void)
{
	if (task)
		kthread_stop(task);
	cancel_delayed_work_sync(&late_work);
	put_device(dev);
}
module_exit(flags_exit);

MODULE_DESCRIPTION("Looks whether what must be translated is, while flags change");
MODULE_LICENSE("GPL");
