// SPDX-License-Identifier: GPL-2.0
/*
 * A driver for QEMU's "edu" device that checks the DMA API with data that
 * really moved. The device copies between its own 4 KiB and any DMA address:
 *
 *	echo run > /sys/kernel/debug/dbp_edu/<pci address>/run
 *	cat /sys/kernel/debug/dbp_edu/<pci address>/result
 *
 * Writing the name of a case instead of "run" runs that case alone. One
 * transfer takes the device 100 ms, whatever its length.
 */
#include <linux/debugfs.h>
#include <linux/dmapool.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "edu.h"
#include "edu_hold.h"
#include "edu_range.h"
#include "edu_sg.h"

#define RESULT_SIZE	8192

static unsigned int mask = 64;
module_param(mask, uint, 0444);
MODULE_PARM_DESC(mask, "bits of the streaming DMA mask");

static unsigned int coherent_mask = 64;
module_param(coherent_mask, uint, 0444);
MODULE_PARM_DESC(coherent_mask, "bits of the coherent DMA mask");

static unsigned long long mmio;
module_param(mmio, ullong, 0644);
MODULE_PARM_DESC(mmio, "address of 4 KiB of another device's memory for dma_map_resource");

/* Cases ------------------------------------------------------------------------- */

static int case_map_page(struct edu *e)
{
	static const struct { size_t off, n; } at[] = {
		{ 0, EDU_SIZE }, { 1, 4095 }, { 7, 64 }, { 512, 512 }, { 2048, EDU_SIZE },
		{ 4095, 2 }, { PAGE_SIZE - 1, 1 }, { PAGE_SIZE - 1000, 2000 },
		{ PAGE_SIZE, EDU_SIZE },
	};
	struct page *page = alloc_pages(GFP_KERNEL, 1);
	int i, ret = 0;

	if (!page)
		return fail(e, -ENOMEM, "no pages");
	for (i = 0; i < ARRAY_SIZE(at) && !ret; i++)
		ret = stream(e, page, 2 * PAGE_SIZE, at[i].off, at[i].n);
	__free_pages(page, 1);
	return ret;
}

static int case_map_single(struct edu *e)
{
	static const size_t sizes[] = { 1, 64, 1500, EDU_SIZE };
	int i, ret = 0;

	for (i = 0; i < ARRAY_SIZE(sizes) && !ret; i++) {
		size_t n = sizes[i];
		dma_addr_t handle;
		u8 *p = kmalloc(n, GFP_KERNEL);

		if (!p)
			return fail(e, -ENOMEM, "no memory");
		handle = dma_map_single(e->dev, p, n, DMA_BIDIRECTIONAL);
		ret = use_streaming(e, handle, n);
		if (!ret) {
			dma_sync_single_for_cpu(e->dev, handle, n, DMA_BIDIRECTIONAL);
			ret = there_and_back(e, p, handle, n, "map_single");
			dma_sync_single_for_device(e->dev, handle, n, DMA_BIDIRECTIONAL);
		}
		if (!dma_mapping_error(e->dev, handle))
			dma_unmap_single(e->dev, handle, n, DMA_BIDIRECTIONAL);
		kfree(p);
	}
	return ret;
}

static int case_given_page(struct edu *e)
{
	int ret = given_range(e, SEGMENTS);
	struct page *last;

	if (ret)
		return ret;
	last = given_page(PHYS_PFN(len) - 2);
	ret = stream(e, given_page(0), 2 * PAGE_SIZE, 0, EDU_SIZE);
	if (!ret)
		ret = stream(e, given_page(0), 2 * PAGE_SIZE, PAGE_SIZE - 1000, 2000);
	if (!ret)
		ret = stream(e, given_page(2), 2 * PAGE_SIZE, 4095, 512);
	if (!ret)
		ret = stream(e, last, 2 * PAGE_SIZE, 2 * PAGE_SIZE - EDU_SIZE, EDU_SIZE);
	return ret;
}

static int case_map_sg(struct edu *e)
{
	static const int counts[] = { 1, 2, 3, SEGMENTS };
	int i, ret = 0;

	for (i = 0; i < ARRAY_SIZE(counts) && !ret; i++)
		ret = run_list(e, counts[i], 0);
	return ret;
}

static int case_given_sg(struct edu *e)
{
	return given_range(e, SEGMENTS) ?: run_list(e, 3, ~0UL);
}

static int case_mixed_sg(struct edu *e)
{
	return given_range(e, SEGMENTS) ?: run_list(e, SEGMENTS, 0x5a36);
}

/* The first and the last part of memory that the DMA API allocated. */
static int check_ends(struct edu *e, u8 *p, dma_addr_t handle, size_t size, const char *what)
{
	size_t part = min_t(size_t, size, EDU_SIZE);
	int ret = there_and_back(e, p, handle, part, what);

	if (!ret && size > part)
		ret = there_and_back(e, p + size - part, handle + size - part, part, what);
	return ret;
}

static int one_coherent(struct edu *e, size_t size)
{
	dma_addr_t handle;
	u8 *p = dma_alloc_coherent(e->dev, size, &handle, GFP_KERNEL);
	int ret;

	if (!p)
		return fail(e, -ENOMEM, "no coherent memory");
	ret = use_handle(e, handle, size, e->dev->coherent_dma_mask);
	if (!ret && handle & ((PAGE_SIZE << get_order(size)) - 1))
		ret = fail(e, -EINVAL, "coherent memory is not aligned");
	if (!ret && memchr_inv(p, 0, size))
		ret = fail(e, -EINVAL, "coherent memory is not zeroed");
	if (!ret)
		ret = check_ends(e, p, handle, size, "coherent");
	dma_free_coherent(e->dev, size, p, handle);
	return ret;
}

static int case_coherent(struct edu *e)
{
	static const size_t sizes[] = { 64, 4096, PAGE_SIZE, SZ_256K };
	int i, ret = 0;

	for (i = 0; i < ARRAY_SIZE(sizes) && !ret; i++)
		ret = one_coherent(e, sizes[i]);
	return ret;
}

/* A coherent mask of 32 bits must bind coherent memory and nothing else. */
static int case_coherent32(struct edu *e)
{
	u64 before = e->dev->coherent_dma_mask;
	struct page *page = alloc_page(GFP_KERNEL);
	int ret;

	if (!page)
		return fail(e, -ENOMEM, "no pages");
	ret = dma_set_coherent_mask(e->dev, DMA_BIT_MASK(32));
	if (ret) {
		fail(e, ret, "the 32-bit coherent mask is refused");
	} else {
		ret = one_coherent(e, PAGE_SIZE);
		if (!ret)
			ret = stream(e, page, PAGE_SIZE, 0, EDU_SIZE);
		if (dma_set_coherent_mask(e->dev, before))
			ret = fail(e, -EIO, "the former coherent mask is refused");
	}
	__free_page(page);
	return ret;
}

static int case_alloc_pages(struct edu *e)
{
	dma_addr_t handle;
	struct page *page = dma_alloc_pages(e->dev, SZ_128K, &handle, DMA_BIDIRECTIONAL,
					    GFP_KERNEL);
	int ret;

	if (!page)
		return fail(e, -ENOMEM, "no pages");
	ret = use_handle(e, handle, SZ_128K, *e->dev->dma_mask) ?:
	      check_ends(e, page_address(page), handle, SZ_128K, "pages");
	dma_free_pages(e->dev, SZ_128K, page, handle, DMA_BIDIRECTIONAL);
	return ret;
}

static int case_noncoherent(struct edu *e)
{
	dma_addr_t handle;
	u8 *p = dma_alloc_noncoherent(e->dev, SZ_8K, &handle, DMA_BIDIRECTIONAL, GFP_KERNEL);
	int ret;

	if (!p)
		return fail(e, -ENOMEM, "no memory");
	ret = use_handle(e, handle, SZ_8K, *e->dev->dma_mask) ?:
	      check_ends(e, p, handle, SZ_8K, "noncoherent");
	dma_free_noncoherent(e->dev, SZ_8K, p, handle, DMA_BIDIRECTIONAL);
	return ret;
}

static int case_pool(struct edu *e)
{
	struct dma_pool *pool = dma_pool_create("dbp_edu", e->dev, 96, 32, 4096);
	dma_addr_t handle[3];
	int i, got, ret = 0;
	u8 *p[3];

	if (!pool)
		return fail(e, -ENOMEM, "no pool");
	for (got = 0; got < 3; got++) {
		p[got] = dma_pool_alloc(pool, GFP_KERNEL, &handle[got]);
		if (!p[got]) {
			ret = fail(e, -ENOMEM, "no memory in the pool");
			break;
		}
	}
	for (i = 0; i < got; i++) {
		if (!ret)
			ret = use_handle(e, handle[i], 96, e->dev->coherent_dma_mask);
		if (!ret)
			ret = there_and_back(e, p[i], handle[i], 96, "pool");
		dma_pool_free(pool, p[i], handle[i]);
	}
	dma_pool_destroy(pool);
	return ret;
}

static int case_resource(struct edu *e)
{
	void __iomem *there;
	dma_addr_t handle;
	int ret;
	u8 *p;

	if (!mmio) {
		scnprintf(e->why, sizeof(e->why), "mmio= is not set");
		return SKIPPED;
	}
	there = ioremap(mmio, EDU_SIZE);
	p = kmalloc(EDU_SIZE, GFP_KERNEL);
	handle = dma_map_resource(e->dev, mmio, EDU_SIZE, DMA_BIDIRECTIONAL, 0);
	ret = use_streaming(e, handle, EDU_SIZE);
	if (!there || !p)
		ret = fail(e, -ENOMEM, "no memory");
	if (!ret) {
		fill(e, p, EDU_SIZE);
		memcpy_toio(there, p, EDU_SIZE);
		ret = edu_move(e, handle, EDU_SIZE, false);
		memset_io(there, POISON, EDU_SIZE);
		if (!ret)
			ret = edu_move(e, handle, EDU_SIZE, true);
		if (ret)
			fail(e, ret, "resource");
		memcpy_fromio(p, there, EDU_SIZE);
		compare(e, p, EDU_SIZE, "resource");
	}
	if (!dma_mapping_error(e->dev, handle))
		dma_unmap_resource(e->dev, handle, EDU_SIZE, DMA_BIDIRECTIONAL, 0);
	kfree(p);
	if (there)
		iounmap(there);
	return ret;
}

static const struct {
	const char *name;
	int (*run)(struct edu *e);
} cases[] = {
	{ "map_page", case_map_page },
	{ "map_single", case_map_single },
	{ "map_sg", case_map_sg },
	{ "coherent", case_coherent },
	{ "coherent32", case_coherent32 },
	{ "alloc_pages", case_alloc_pages },
	{ "noncoherent", case_noncoherent },
	{ "pool", case_pool },
	{ "given_page", case_given_page },
	{ "given_sg", case_given_sg },
	{ "mixed_sg", case_mixed_sg },
	{ "resource", case_resource },
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
}

static void verdict(struct edu *e, int ret, int number, const char *name)
{
	if (ret == SKIPPED) {
		report(e, "ok %d - %s # SKIP %s\n", number, name, e->why);
		return;
	}
	report(e, "# %s: bytes=%llu wrong=%llu low=0x%llx high=0x%llx\n", name, e->bytes,
	       e->wrong, e->low, e->high);
	if (e->why[0])
		report(e, "# %s: %s\n", name, e->why);
	report(e, "%s %d - %s\n", ret || e->wrong ? "not ok" : "ok", number, name);
}

static bool run_cases(struct edu *e, const char *which)
{
	bool all = !strcmp(which, "run");
	int i, number = 0;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		number += all || !strcmp(which, cases[i].name);
	if (!number)
		return false;
	plan(e, number);
	number = 0;
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		if (all || !strcmp(which, cases[i].name)) {
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
