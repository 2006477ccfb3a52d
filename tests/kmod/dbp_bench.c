// SPDX-License-Identifier: GPL-2.0
/*
 * A driver for QEMU's "edu" device that uses the DMA API as drivers do and measures it. No data
 * moves.
 *
 *	echo "page 4096 1000" > /sys/kernel/debug/dbp_bench/run
 *	cat /sys/kernel/debug/dbp_bench/result
 *
 * gives the nanoseconds of the fastest of three rounds of 1000 pairs of map and unmap. In a guest
 * under "-icount shift=0" a nanosecond is an instruction, the same in every run.
 *
 *	page SIZE COUNT [THREADS]	map and unmap one buffer
 *	outpage SIZE COUNT		the same, with a buffer outside RAM
 *	list SEGMENTS OUTSIDE COUNT	a list of buffers of 4 KiB, so many of them outside RAM
 *	coherent SIZE COUNT		allocate and free
 *	floor 0|1			give the device ops that check nothing, or take them back
 *
 * What is outside RAM is never touched: the kernel only computes with the addresses of such pages.
 */
#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/dma-mapping.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/scatterlist.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/uaccess.h>

#include "dev_flags.h"

#define ROUNDS		3
#define SEGMENT		SZ_4K
#define MAX_SEGMENTS	1024
#define MAX_THREADS	64
/* One block serves as every buffer; the segments of a list take its pieces in descending order. */
#define BLOCK		SZ_1M

static unsigned long outside = 1UL << 40;
module_param(outside, ulong, 0444);
MODULE_PARM_DESC(outside, "a physical address behind all RAM and every direct window");

static unsigned int mask = 64;
module_param(mask, uint, 0444);
MODULE_PARM_DESC(mask, "bits of both DMA masks; with 32 of them the kernel uses its TCE tables");

static struct device *dev;
static struct page *block;
static struct dentry *dir;
static DEFINE_MUTEX(lock);	/* one run at a time, and its result */
static u64 result;

/* The floor -------------------------------------------------------------------------- */

/*
 * Any implementation must return a handle, and fill a list. These do that and nothing else: no
 * check, no base, no work at the release.
 */
#if DBP_HAVE_DMA_OPS_MAP_PHYS
static dma_addr_t floor_map(struct device *d, phys_addr_t phys, size_t size,
			    enum dma_data_direction direction, unsigned long attrs)
{
	return phys;
}
#else
static dma_addr_t floor_map(struct device *d, struct page *page, unsigned long offset, size_t size,
			    enum dma_data_direction direction, unsigned long attrs)
{
	return page_to_phys(page) + offset;
}
#endif

static void floor_unmap(struct device *d, dma_addr_t handle, size_t size,
			enum dma_data_direction direction, unsigned long attrs)
{
}

static int floor_map_sg(struct device *d, struct scatterlist *sgl, int nents,
			enum dma_data_direction direction, unsigned long attrs)
{
	struct scatterlist *s;
	int i;

	for_each_sg(sgl, s, nents, i) {
		s->dma_address = sg_phys(s);
		sg_dma_len(s) = s->length;
	}
	return nents;
}

static void floor_unmap_sg(struct device *d, struct scatterlist *sgl, int nents,
			   enum dma_data_direction direction, unsigned long attrs)
{
}

static struct dma_map_ops floor_ops = {
#if DBP_HAVE_DMA_OPS_MAP_PHYS
	.map_phys = floor_map,
	.unmap_phys = floor_unmap,
#else
	.map_page = floor_map,
	.unmap_page = floor_unmap,
#endif
	.map_sg = floor_map_sg,
	.unmap_sg = floor_unmap_sg,
};

static struct {
	bool on;
	const struct dma_map_ops *ops;
	struct dbp_kernel_route route;
} saved;

static int set_floor(bool on)
{
	if (on == saved.on)
		return 0;
	device_lock(dev);
	if (on) {
		saved.ops = get_dma_ops(dev);
		saved.route = dbp_route_get(dev);
		dbp_set_ops(dev, &floor_ops);
		dbp_bypass_set(dev, false);
		dbp_limit_set(dev, 0);
	} else {
		dbp_limit_set(dev, saved.route.limit);
		dbp_bypass_set(dev, saved.route.bypass);
		dbp_set_ops(dev, saved.ops);
	}
	saved.on = on;
	device_unlock(dev);
	return 0;
}

/* What is measured ------------------------------------------------------------------- */

static noinline int pages(struct page *page, size_t size, unsigned int count)
{
	while (count--) {
		dma_addr_t handle = dma_map_page(dev, page, 0, size, DMA_BIDIRECTIONAL);

		if (dma_mapping_error(dev, handle))
			return -ENOMEM;
		dma_unmap_page(dev, handle, size, DMA_BIDIRECTIONAL);
	}
	return 0;
}

static noinline int lists(struct sg_table *table, unsigned int count)
{
	while (count--) {
		int n = dma_map_sg(dev, table->sgl, table->orig_nents, DMA_BIDIRECTIONAL);

		if (n <= 0)
			return -ENOMEM;
		dma_unmap_sg(dev, table->sgl, table->orig_nents, DMA_BIDIRECTIONAL);
	}
	return 0;
}

static noinline int coherents(size_t size, unsigned int count)
{
	while (count--) {
		dma_addr_t handle;
		void *p = dma_alloc_coherent(dev, size, &handle, GFP_KERNEL);

		if (!p)
			return -ENOMEM;
		dma_free_coherent(dev, size, p, handle);
	}
	return 0;
}

enum what { PAGES, LISTS, COHERENTS };

static int measure(enum what what, struct page *page, struct sg_table *table, size_t size,
		   unsigned int count)
{
	int i, ret = 0;

	result = U64_MAX;
	for (i = 0; i < ROUNDS && !ret; i++) {
		unsigned long flags;
		u64 start;

		if (what == COHERENTS) {
			start = ktime_get_ns();
			ret = coherents(size, count);
			result = min(result, ktime_get_ns() - start);
			continue;
		}
		/* No timer in between. */
		local_irq_save(flags);
		start = ktime_get_ns();
		ret = what == PAGES ? pages(page, size, count) : lists(table, count);
		result = min(result, ktime_get_ns() - start);
		local_irq_restore(flags);
	}
	return ret;
}

static struct page *outside_page(unsigned long pos)
{
	return pfn_to_page(PHYS_PFN(outside + pos));
}

/* Where the kernel alone sends everything direct, it reads the page structs of a list. */
static bool may_be_outside(void)
{
	struct dbp_kernel_route route = dbp_route_get(dev);

	return !route.bypass || route.limit;
}

static int run_list(unsigned int segments, unsigned int out, unsigned int count)
{
	struct sg_table table;
	struct scatterlist *s;
	int i, ret;

	if (!segments || segments > MAX_SEGMENTS || out > segments)
		return -EINVAL;
	if (out && !may_be_outside())
		return -EOPNOTSUPP;
	ret = sg_alloc_table(&table, segments, GFP_KERNEL);
	if (ret)
		return ret;
	for_each_sg(table.sgl, s, table.orig_nents, i) {
		unsigned long pos = BLOCK - SEGMENT * (1 + i % (BLOCK / SEGMENT));
		bool is_out = out == segments || (i >= segments / 2 && i < segments / 2 + out);
		struct page *page = is_out ? outside_page(pos) : block + PHYS_PFN(pos);

		sg_set_page(s, page, SEGMENT, offset_in_page(pos));
	}
	ret = measure(LISTS, NULL, &table, 0, count);
	sg_free_table(&table);
	return ret;
}

struct worker {
	struct task_struct *task;
	struct completion *go;
	struct completion done;
	size_t size;
	unsigned int count;
	int ret;
};

static int work(void *data)
{
	struct worker *w = data;

	wait_for_completion(w->go);
	w->ret = pages(block, w->size, w->count);
	complete(&w->done);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static int run_threads(size_t size, unsigned int count, unsigned int threads)
{
	static struct worker workers[MAX_THREADS];
	DECLARE_COMPLETION_ONSTACK(go);
	unsigned int i, made, cpu = cpumask_first(cpu_online_mask);
	int ret = 0;
	u64 start;

	if (threads > MAX_THREADS || threads > num_online_cpus())
		return -EINVAL;
	for (made = 0; made < threads; made++) {
		struct worker *w = &workers[made];

		*w = (struct worker){ .go = &go, .size = size, .count = count };
		init_completion(&w->done);
		w->task = kthread_create(work, w, "dbp_bench/%u", made);
		if (IS_ERR(w->task)) {
			ret = PTR_ERR(w->task);
			break;
		}
		kthread_bind(w->task, cpu);
		cpu = cpumask_next(cpu, cpu_online_mask);
		wake_up_process(w->task);
	}
	start = ktime_get_ns();
	complete_all(&go);
	for (i = 0; i < made; i++) {
		wait_for_completion(&workers[i].done);
		ret = ret ?: workers[i].ret;
	}
	result = ktime_get_ns() - start;
	for (i = 0; i < made; i++)
		kthread_stop(workers[i].task);
	return ret;
}

/* Files ------------------------------------------------------------------------------ */

static int run(const char *text)
{
	unsigned int a, b, c;
	int words;

	result = 0;
	words = sscanf(text, "page %u %u %u", &a, &b, &c);
	if (words >= 2 && a <= BLOCK)
		return words == 3 ? run_threads(a, b, c) : measure(PAGES, block, NULL, a, b);
	if (sscanf(text, "outpage %u %u", &a, &b) == 2)
		return may_be_outside() ? measure(PAGES, outside_page(0), NULL, a, b) : -EOPNOTSUPP;
	if (sscanf(text, "list %u %u %u", &a, &b, &c) == 3)
		return run_list(a, b, c);
	if (sscanf(text, "coherent %u %u", &a, &b) == 2)
		return measure(COHERENTS, NULL, NULL, a, b);
	if (sscanf(text, "floor %u", &a) == 1)
		return set_floor(a);
	return -EINVAL;
}

static ssize_t run_write(struct file *file, const char __user *user, size_t n, loff_t *pos)
{
	char text[48] = "";
	int ret;

	if (n >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, user, n))
		return -EFAULT;
	mutex_lock(&lock);
	ret = run(text);
	mutex_unlock(&lock);
	return ret ?: n;
}

static const struct file_operations run_fops = {
	.owner = THIS_MODULE,
	.write = run_write,
};

static int result_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "%llu\n", result);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(result);

/* Binding ---------------------------------------------------------------------------- */

static int bench_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	int ret;

	if (dev)
		return -EBUSY;
	if (mask - 1 >= 64)
		return -EINVAL;
	ret = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(mask));
	if (ret)
		return ret;
	block = alloc_pages(GFP_KERNEL, get_order(BLOCK));
	if (!block)
		return -ENOMEM;
	dev = &pdev->dev;
	dir = debugfs_create_dir("dbp_bench", NULL);
	debugfs_create_file("run", 0200, dir, NULL, &run_fops);
	debugfs_create_file("result", 0400, dir, NULL, &result_fops);
	return 0;
}

static void bench_remove(struct pci_dev *pdev)
{
	debugfs_remove_recursive(dir);
	/* The device lock is held here. */
	if (saved.on) {
		dbp_limit_set(dev, saved.route.limit);
		dbp_bypass_set(dev, saved.route.bypass);
		dbp_set_ops(dev, saved.ops);
		saved.on = false;
	}
	__free_pages(block, get_order(BLOCK));
	dev = NULL;
}

static const struct pci_device_id bench_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{ }
};
MODULE_DEVICE_TABLE(pci, bench_ids);

static struct pci_driver bench_driver = {
	.name = "dbp_bench",
	.id_table = bench_ids,
	.probe = bench_probe,
	.remove = bench_remove,
};
module_pci_driver(bench_driver);

MODULE_DESCRIPTION("Measures the DMA API");
MODULE_LICENSE("GPL");
