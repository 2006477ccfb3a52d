// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/dma_bypass: what a person who debugs wants to see. No program should depend
 * on its form, other than on that of the files in sysfs.
 *
 * hooks           what the module hears of events (made by hooks.c)
 * compat          what the kernel had when the module was built for it
 * <address>/state everything that decides about the device
 * <address>/tces  the window's entries, read again from the hypervisor, and what that took
 * <address>/tce   write a bus address, read where it leads
 */
#include <linux/debugfs.h>
#include <linux/dma-mapping.h>
#include <linux/ktime.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>

#include "core.h"
#include "coverage.h"
#include "debugfs_files.h"
#include "judge.h"
#include "life.h"
#include "window_map.h"

static struct dentry *top;

static int compat_show(struct seq_file *m, void *unused)
{
	const char *word = DBP_ANSWERS, *end;

	for (; *word; word = *end ? end + 1 : end) {
		end = strchrnul(word, ' ');
		seq_printf(m, "%.*s\n", (int)(end - word), word);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(compat);

static void show_spans(struct seq_file *m, const struct dbp_spans *spans)
{
	unsigned int i;

	for (i = 0; spans && i < spans->nr; i++)
		seq_printf(m, "span             0x%llx-0x%llx\n", spans->s[i].start,
			   spans->s[i].end - 1);
}

static int state_show(struct seq_file *m, void *unused)
{
	struct bypass_dev *bd = m->private;
	struct device *dev = &bd->pdev->dev;
	struct bypass_stats sum;
	struct iommu_table *tbl;

	bypass_mutex_lock(&bypass_lock);
	bypass_core_sum(bd, &sum);
	tbl = bypass_life_table(bd);
	seq_printf(m, "state            %s\n", bypass_life_state(bd));
	seq_printf(m, "reason           %s\n", bd->reason);
	seq_printf(m, "wrapped          %d\ntaken            %d\nparked           %d\n",
		   bd->wrapped, bd->taken, bypass_is_parked(bd));
	seq_printf(m, "mask             0x%llx\n", dma_get_mask(dev));
	seq_printf(m, "coherent_mask    0x%llx\n", dev->coherent_dma_mask);
	seq_printf(m, "kernel_bypass    %d\nkernel_limit     0x%llx\n", bd->kernel.bypass,
		   bd->kernel.limit);
	seq_printf(m, "dma_base         0x%llx\nowned_len        0x%llx\n", bd->dma_base,
		   bd->owned_len);
	seq_printf(m, "direct_end       0x%llx\nreach            0x%llx\nclosed           %d\n",
		   bd->direct_end, bypass_reach(bd, dev), bd->closed);
	show_spans(m, rcu_dereference_protected(bd->spans, bypass_mutex_is_held(&bypass_lock)));
	if (tbl)
		seq_printf(m, "table            liobn 0x%lx, from 0x%llx, %lu entries of %lu\n",
			   tbl->it_index, (u64)tbl->it_offset << tbl->it_page_shift,
			   tbl->it_size, 1UL << tbl->it_page_shift);
	else
		seq_puts(m, "table            none\n");
	seq_printf(m, "live             %ld translated, %ld mixed, %ld coherent direct, %ld coherent translated\n",
		   sum.live_translated, sum.live_mixed, sum.live_coherent_direct,
		   sum.live_coherent_translated);
	bypass_mutex_unlock(&bypass_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(state);

static int tces_show(struct seq_file *m, void *unused)
{
	struct bypass_dev *bd = m->private;
	struct bypass_reread seen = {};
	struct dbp_spans *spans;
	u64 ns;

	bypass_mutex_lock(&bypass_lock);
	spans = rcu_dereference_protected(bd->spans, bypass_mutex_is_held(&bypass_lock));
	ns = ktime_get_ns();
	if (spans)
		bypass_window_reread(&bd->window, spans, &seen);
	/* What was found out here is acted upon. */
	if (seen.right < seen.read) {
		bypass_window_map_distrust(bd);
		bypass_coverage_look_again(bd);
	}
	ns = ktime_get_ns() - ns;
	bypass_mutex_unlock(&bypass_lock);
	seq_printf(m, "read %llu right %llu ns %llu unanswered %llu\n", seen.read, seen.right, ns,
		   seen.unanswered);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(tces);

/* An address within the TCE table is the table's; any other one must be in the window. */
static int entry_of(const struct bypass_dev *bd, u64 bus, u64 *phys)
{
	struct iommu_table *tbl = bypass_life_table(bd);
	const struct dbp_window_prop *prop = &bd->window.prop;

	if (dbp_table_holds(tbl, bus))
		return bypass_window_entry(tbl->it_index, tbl->it_page_shift, bus, phys);
	if (bd->window.kind != BYPASS_WINDOW_NONE &&
	    bus - prop->dma_base < 1ULL << prop->window_shift)
		return bypass_window_entry(prop->liobn, prop->tce_shift, bus, phys);
	return -ENXIO;
}

static int tce_show(struct seq_file *m, void *unused)
{
	struct bypass_dev *bd = m->private;
	u64 phys;
	int ret;

	bypass_mutex_lock(&bypass_lock);
	ret = entry_of(bd, bd->debug_bus, &phys);
	if (ret == -EBUSY || ret == -EIO)
		seq_printf(m, "0x%llx unanswered\n", bd->debug_bus);
	else if (ret)
		seq_printf(m, "0x%llx none\n", bd->debug_bus);
	else
		seq_printf(m, "0x%llx 0x%llx\n", bd->debug_bus, phys);
	bypass_mutex_unlock(&bypass_lock);
	return 0;
}

static int tce_open(struct inode *inode, struct file *file)
{
	return single_open(file, tce_show, inode->i_private);
}

static ssize_t tce_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	struct seq_file *m = file->private_data;
	struct bypass_dev *bd = m->private;
	u64 bus;
	int ret = kstrtou64_from_user(buf, count, 0, &bus);

	if (ret)
		return ret;
	bypass_mutex_lock(&bypass_lock);
	bd->debug_bus = bus;
	bypass_mutex_unlock(&bypass_lock);
	return count;
}

static const struct file_operations tce_fops = {
	.owner = THIS_MODULE,
	.open = tce_open,
	.read = seq_read,
	.write = tce_write,
	.llseek = seq_lseek,
	.release = single_release,
};

/**
 * bypass_debugfs_start - make the directory
 *
 * Without debugfs nothing is lost but the view, so nobody asks whether it worked.
 *
 * Context: may sleep.
 */
void bypass_debugfs_start(void)
{
	top = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("compat", 0400, top, NULL, &compat_fops);
}

/**
 * bypass_debugfs_stop - remove the directory with all that is in it
 *
 * Context: may sleep; waits for readers.
 */
void bypass_debugfs_stop(void)
{
	debugfs_remove_recursive(top);
}

/**
 * bypass_debugfs_dir - the directory, for those who put files there
 *
 * Context: between bypass_debugfs_start() and bypass_debugfs_stop(). Return: the directory.
 */
struct dentry *bypass_debugfs_dir(void)
{
	return top;
}

/**
 * bypass_debugfs_add - make the files of a device
 * @bd: the device
 *
 * Context: may sleep; bypass_lock not held.
 */
void bypass_debugfs_add(struct bypass_dev *bd)
{
	bd->debug_dir = debugfs_create_dir(bd->name, top);
	debugfs_create_file("state", 0400, bd->debug_dir, bd, &state_fops);
	debugfs_create_file("tces", 0400, bd->debug_dir, bd, &tces_fops);
	debugfs_create_file("tce", 0600, bd->debug_dir, bd, &tce_fops);
}

/**
 * bypass_debugfs_del - remove the files of a device
 * @bd: the device
 *
 * Context: may sleep; waits for readers, so bypass_lock must not be held.
 */
void bypass_debugfs_del(struct bypass_dev *bd)
{
	debugfs_remove_recursive(bd->debug_dir);
	bd->debug_dir = NULL;
}
