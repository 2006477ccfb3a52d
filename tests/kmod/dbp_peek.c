// SPDX-License-Identifier: GPL-2.0
/*
 * Shows the DMA state of a PCI device as the kernel sees it:
 *
 *	echo 0000:00:01.0 > /sys/kernel/debug/dbp_peek/device
 *	cat /sys/kernel/debug/dbp_peek/state
 *
 * The lines have a fixed order, so that two states can be compared with cmp. Beside it, need_unmap
 * says what a driver is told that asks whether it needs to unmap at all (6.16 and later).
 */
#include <linux/bitmap.h>
#include <linux/debugfs.h>
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>

#include "dev_flags.h"
#include "tce_table.h"

static char device[32];
module_param_string(device, device, sizeof(device), 0444);
MODULE_PARM_DESC(device, "PCI address of the device to look at first");

static DEFINE_MUTEX(name_lock);
static struct dentry *dir;

static struct pci_dev *find_device(void)
{
	unsigned int domain, bus, slot, func;
	int n;

	mutex_lock(&name_lock);
	n = sscanf(device, "%x:%x:%x.%x", &domain, &bus, &slot, &func);
	mutex_unlock(&name_lock);
	if (n != 4)
		return NULL;
	return pci_get_domain_bus_and_slot(domain, bus, PCI_DEVFN(slot, func));
}

static void show_table(struct seq_file *m, const struct iommu_table *tbl)
{
	if (!tbl) {
		seq_puts(m, "table=none\n");
		return;
	}
	seq_printf(m, "table=0x%lx\n", (unsigned long)tbl);
	seq_printf(m, "it_index=0x%lx\n", tbl->it_index);
	seq_printf(m, "it_offset=0x%lx\n", tbl->it_offset);
	seq_printf(m, "it_size=0x%lx\n", tbl->it_size);
	seq_printf(m, "it_page_shift=%lu\n", tbl->it_page_shift);
	if (tbl->it_map)
		seq_printf(m, "used=%d\n", bitmap_weight(tbl->it_map, tbl->it_size));
	else
		seq_puts(m, "used=none\n");
}

static void show_device(struct seq_file *m, struct device *dev)
{
	const struct dma_map_ops *ops = dev->dma_ops;
	struct dbp_kernel_route route = dbp_route_get(dev);

	seq_printf(m, "device=%s\n", dev_name(dev));
	seq_printf(m, "driver=%s\n", dev->driver ? dev->driver->name : "none");
	seq_printf(m, "ops=%ps\n", ops);
	seq_printf(m, "ops_at=0x%lx\n", (unsigned long)ops);
	seq_printf(m, "dma_supported=%ps\n", ops ? ops->dma_supported : NULL);
	seq_printf(m, "bypass=%d\n", route.bypass);
	seq_printf(m, "limit=0x%llx\n", route.limit);
	seq_printf(m, "dma_offset=0x%llx\n", (u64)dev->archdata.dma_offset);
	seq_printf(m, "mask=0x%llx\n", dev->dma_mask ? *dev->dma_mask : 0);
	seq_printf(m, "coherent_mask=0x%llx\n", dev->coherent_dma_mask);
	show_table(m, dbp_table_of(dev));
}

static int state_show(struct seq_file *m, void *unused)
{
	struct pci_dev *pdev = find_device();

	if (!pdev)
		return -ENODEV;
	/* Keeps the driver and its masks in place while they are read. */
	device_lock(&pdev->dev);
	show_device(m, &pdev->dev);
	device_unlock(&pdev->dev);
	pci_dev_put(pdev);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(state);

static int need_unmap_show(struct seq_file *m, void *unused)
{
	struct pci_dev *pdev = find_device();

	if (!pdev)
		return -ENODEV;
#if DBP_HAVE_DMA_NEED_UNMAP
	seq_printf(m, "%d\n", dma_need_unmap(&pdev->dev));
#else
	seq_puts(m, "always\n");
#endif
	pci_dev_put(pdev);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(need_unmap);

static ssize_t device_write(struct file *file, const char __user *user, size_t len, loff_t *pos)
{
	char text[sizeof(device)] = "";

	if (len >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, user, len))
		return -EFAULT;
	mutex_lock(&name_lock);
	strscpy(device, strim(text), sizeof(device));
	mutex_unlock(&name_lock);
	return len;
}

static const struct file_operations device_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = device_write,
};

static int __init dbp_peek_init(void)
{
	dir = debugfs_create_dir("dbp_peek", NULL);
	debugfs_create_file("device", 0200, dir, NULL, &device_fops);
	debugfs_create_file("state", 0400, dir, NULL, &state_fops);
	debugfs_create_file("need_unmap", 0400, dir, NULL, &need_unmap_fops);
	return 0;
}
module_init(dbp_peek_init);

static void __exit dbp_peek_exit(void)
{
	debugfs_remove_recursive(dir);
}
module_exit(dbp_peek_exit);

MODULE_DESCRIPTION("Shows the DMA state of a PCI device for tests");
MODULE_LICENSE("GPL");
