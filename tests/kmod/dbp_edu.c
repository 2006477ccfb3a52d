// SPDX-License-Identifier: GPL-2.0
/*
 * A driver for QEMU's "edu" device that checks the DMA API with data that
 * really moved. The device copies between its own 4 KiB and any DMA address:
 *
 *	echo run > /sys/kernel/debug/dbp_edu/<pci address>/run
 *	cat /sys/kernel/debug/dbp_edu/<pci address>/result
 *
 * "run" does all cases that must succeed in every mode. Writing the name of a case
 * runs that case alone. One transfer takes the device 100 ms, whatever its length.
 */
#include <linux/debugfs.h>
#include <linux/ktime.h>
#include <linux/seq_file.h>

#include "edu_full.h"
#include "edu_hold.h"
#include "edu_mmio.h"
#include "edu_page.h"

#define RESULT_SIZE	16384

static unsigned int mask = 64;
module_param(mask, uint, 0444);
MODULE_PARM_DESC(mask, "bits of the streaming DMA mask");

static unsigned int coherent_mask = 64;
module_param(coherent_mask, uint, 0444);
MODULE_PARM_DESC(coherent_mask, "bits of the coherent DMA mask");

static bool ask_first;
module_param(ask_first, bool, 0444);
MODULE_PARM_DESC(ask_first, "ask for the required mask before any mask is set");

static unsigned long long seed;
module_param(seed, ullong, 0644);
MODULE_PARM_DESC(seed, "of the random lists; 0: a new one for each run, shown in the result");

static const struct {
	const char *name;
	int (*run)(struct edu *e);
	bool alone;	/* not part of "run" */
} cases[] = {
	{ "map_page", case_map_page },
	{ "map_single", case_map_single },
	{ "map_attrs", case_map_attrs },
	{ "map_sg", case_map_sg },
	{ "max_size", case_max_size },
	{ "coherent", case_coherent },
	{ "no_kernel_mapping", case_no_kernel_mapping },
	{ "alloc_pages", case_alloc_pages },
	{ "noncoherent", case_noncoherent },
	{ "noncontiguous", case_noncontiguous },
	{ "pool", case_pool },
	{ "mmap", case_mmap },
	{ "get_sgtable", case_get_sgtable },
	{ "masks", case_masks },
	{ "coherent32_first", case_coherent32_first },
	{ "coherent32_last", case_coherent32_last },
	{ "streaming32", case_streaming32 },
	{ "required_mask", case_required_mask },
	{ "bound_ram", case_bound_ram },
	{ "bound_hole", case_bound_hole },
	{ "given_page", case_given_page },
	{ "given_sg", case_given_sg },
	{ "mixed_sg", case_mixed_sg },
	{ "lists", case_lists },
	{ "list_1024", case_list_1024 },
	{ "exhaust", case_exhaust, true },
	{ "undo", case_undo, true },
	{ "undo_mixed", case_undo_mixed, true },
	{ "no_table", case_no_table, true },
	{ "refused", case_refused, true },
	{ "resource", case_resource, true },
	{ "far_resource", case_far_resource, true },
	{ "map_phys_mmio", case_map_phys_mmio, true },
	{ "mmio_pages", case_mmio_pages, true },
};

/* Running and reporting ------------------------------------------------------------ */

static __printf(2, 3) void report(struct edu *e, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	e->used += vscnprintf(e->result + e->used, RESULT_SIZE - e->used, fmt, args);
	va_end(args);
}

static void plan(struct edu *e, int number)
{
	e->used = 0;
	report(e, "KTAP version 1\n1..%d\n", number);
}

static void begin(struct edu *e)
{
	e->bytes = 0;
	e->wrong = 0;
	e->low = U64_MAX;
	e->high = 0;
	e->why[0] = 0;
	e->random = seed ?: ktime_get_ns() | 1;
	e->first_random = e->random;
	e->tces = tces_used(e);
}

static void verdict(struct edu *e, int ret, int number, const char *name)
{
	long left = tces_used(e) - e->tces;

	if (left && ret != SKIPPED) {
		scnprintf(e->why, sizeof(e->why), "%ld TCEs more in use than before", left);
		ret = -EBUSY;
	}
	if (ret == SKIPPED) {
		report(e, "ok %d - %s # SKIP %s\n", number, name, e->why);
		return;
	}
	report(e, "# %s: bytes=%llu wrong=%llu low=0x%llx high=0x%llx", name, e->bytes, e->wrong,
	       e->low, e->high);
	if (e->random != e->first_random)
		report(e, " seed=0x%llx", e->first_random);
	report(e, "\n");
	if (e->why[0])
		report(e, "# %s: %s\n", name, e->why);
	report(e, "%s %d - %s\n", ret || e->wrong ? "not ok" : "ok", number, name);
}

static bool chosen(int i, const char *which)
{
	if (!strcmp(which, "run"))
		return !cases[i].alone;
	return !strcmp(which, cases[i].name);
}

static bool run_cases(struct edu *e, const char *which)
{
	int i, number = 0;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		number += chosen(i, which);
	if (!number)
		return false;
	plan(e, number);
	number = 0;
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		if (chosen(i, which)) {
			begin(e);
			verdict(e, cases[i].run(e), ++number, cases[i].name);
		}
	return true;
}

static ssize_t run_write(struct file *file, const char __user *user, size_t n, loff_t *pos)
{
	struct edu *e = file->private_data;
	char which[24] = "";
	bool known;

	if (n >= sizeof(which))
		return -EINVAL;
	if (copy_from_user(which, user, n))
		return -EFAULT;
	mutex_lock(&e->lock);
	known = run_cases(e, strim(which));
	mutex_unlock(&e->lock);
	return known ? n : -EINVAL;
}

static const struct file_operations run_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = run_write,
};

static ssize_t hold_write(struct file *file, const char __user *user, size_t n, loff_t *pos)
{
	struct edu *e = file->private_data;
	unsigned int pages;
	int ret = kstrtouint_from_user(user, n, 0, &pages);

	if (ret || pages > HOLD_MAX)
		return ret ?: -EINVAL;
	mutex_lock(&e->lock);
	if (pages && e->hold->coherent) {
		ret = -EBUSY;
	} else if (pages) {
		begin(e);
		ret = hold_take(e, e->hold, pages, given_range(e, HOLD_MAX) ? 0 : HOLD_MAX);
	} else if (e->hold->coherent) {
		plan(e, 1);
		begin(e);
		verdict(e, hold_check(e, e->hold), 1, "held");
		hold_drop(e, e->hold);
	}
	mutex_unlock(&e->lock);
	return ret ?: n;
}

static const struct file_operations hold_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = hold_write,
};

static int result_show(struct seq_file *m, void *unused)
{
	struct edu *e = m->private;

	mutex_lock(&e->lock);
	seq_write(m, e->result, e->used);
	mutex_unlock(&e->lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(result);

/* Binding --------------------------------------------------------------------------- */

static struct dentry *top;

static int edu_set_masks(struct edu *e)
{
	int ret;

	if (mask - 1 >= 64 || coherent_mask - 1 >= 64) {
		dev_err(e->dev, "mask= and coherent_mask= must be from 1 to 64.\n");
		return -EINVAL;
	}
	if (ask_first)
		dev_info(e->dev, "required mask: %llx\n", dma_get_required_mask(e->dev));
	if (mask == coherent_mask)
		return dma_set_mask_and_coherent(e->dev, DMA_BIT_MASK(mask));
	ret = dma_set_mask(e->dev, DMA_BIT_MASK(mask));
	return ret ?: dma_set_coherent_mask(e->dev, DMA_BIT_MASK(coherent_mask));
}

static int edu_identify(struct edu *e)
{
	u32 id = readl(e->bar + EDU_ID);

	e->swap = (id & 0xff) != 0xed;
	if (e->swap)
		id = swab32(id);
	return (id & 0xff) == 0xed ? 0 : -ENODEV;
}

static int edu_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct edu *e = devm_kzalloc(&pdev->dev, sizeof(*e), GFP_KERNEL);
	int ret;

	if (!e)
		return -ENOMEM;
	e->pdev = pdev;
	e->dev = &pdev->dev;
	mutex_init(&e->lock);
	e->result = devm_kzalloc(e->dev, RESULT_SIZE, GFP_KERNEL);
	e->hold = devm_kzalloc(e->dev, sizeof(*e->hold), GFP_KERNEL);
	if (!e->result || !e->hold)
		return -ENOMEM;
	ret = pci_enable_device_mem(pdev);
	if (ret)
		return ret;
	ret = pci_request_regions(pdev, "dbp_edu");
	if (ret)
		goto disable;
	e->bar = pci_iomap(pdev, 0, 0);
	ret = e->bar ? edu_identify(e) : -ENOMEM;
	if (!ret)
		ret = edu_set_masks(e);
	if (ret)
		goto unmap;
	/* Longer than any segment here; without a word from the driver it is 64 KiB. */
	dma_set_max_seg_size(e->dev, SZ_256K);
	pci_set_master(pdev);
	pci_set_drvdata(pdev, e);
	e->dir = debugfs_create_dir(pci_name(pdev), top);
	debugfs_create_file("run", 0200, e->dir, e, &run_fops);
	debugfs_create_file("hold", 0200, e->dir, e, &hold_fops);
	debugfs_create_file("result", 0400, e->dir, e, &result_fops);
	return 0;

unmap:
	if (e->bar)
		pci_iounmap(pdev, e->bar);
	pci_release_regions(pdev);
disable:
	pci_disable_device(pdev);
	return ret;
}

static void edu_remove(struct pci_dev *pdev)
{
	struct edu *e = pci_get_drvdata(pdev);

	debugfs_remove_recursive(e->dir);
	hold_drop(e, e->hold);
	pci_clear_master(pdev);
	pci_iounmap(pdev, e->bar);
	pci_release_regions(pdev);
	pci_disable_device(pdev);
}

static const struct pci_device_id edu_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{ }
};
MODULE_DEVICE_TABLE(pci, edu_ids);

static struct pci_driver edu_driver = {
	.name = "dbp_edu",
	.id_table = edu_ids,
	.probe = edu_probe,
	.remove = edu_remove,
};

static int __init dbp_edu_init(void)
{
	int ret;

	top = debugfs_create_dir("dbp_edu", NULL);
	ret = pci_register_driver(&edu_driver);
	if (ret)
		debugfs_remove_recursive(top);
	return ret;
}
module_init(dbp_edu_init);

static void __exit dbp_edu_exit(void)
{
	pci_unregister_driver(&edu_driver);
	debugfs_remove_recursive(top);
}
module_exit(dbp_edu_exit);

MODULE_DESCRIPTION("Checks the DMA API with the data that QEMU's edu device moves");
MODULE_LICENSE("GPL");
