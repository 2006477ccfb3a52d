// SPDX-License-Identifier: GPL-2.0
/*
 * What the wrapper compares with: computed when mode, window or memory change, and closed while a
 * mask may.
 */
#include <linux/dma-mapping.h>
#include <asm/iommu.h>

#include "core.h"
#include "ledger.h"
#include "orig_ops.h"
#include "routing.h"

/* Direct maps are counted in the slow part, for which the hot one is closed. */
static bool count_direct;

/* Somebody traces translated buffers, for which the short way to the original ops is closed. */
static bool watched;

static dma_addr_t map_nothing(struct device *dev, DBP_BUFFER, size_t size,
			      enum dma_data_direction dir, unsigned long attrs)
{
	return DMA_MAPPING_ERROR;
}

static int map_no_list(struct device *dev, struct scatterlist *sgl, int nents,
		       enum dma_data_direction dir, unsigned long attrs)
{
	return dbp_map_sg_error(-ENOMEM);
}

/* What was translated before is released as ever. */
static void unmap_only(struct device *dev, dma_addr_t handle, size_t size,
		       enum dma_data_direction dir, unsigned long attrs)
{
	bypass_ledger_ops(bypass_dev_of(dev))->DBP_UNMAP_MEMBER(dev, handle, size, dir, attrs);
}

static void unmap_list_only(struct device *dev, struct scatterlist *sgl, int nents,
			    enum dma_data_direction dir, unsigned long attrs)
{
	bypass_ledger_ops(bypass_dev_of(dev))->unmap_sg(dev, sgl, nents, dir, attrs);
}

/* Stands for the original ops while nothing may be translated. */
static const struct dma_map_ops no_ops = {
	.DBP_MAP_MEMBER = map_nothing,
	.DBP_UNMAP_MEMBER = unmap_only,
	.map_sg = map_no_list,
	.unmap_sg = unmap_list_only,
};

static void compute_route(struct bypass_dev *bd)
{
	struct device *dev = &bd->pdev->dev;
	struct dbp_spans *spans;
	struct iommu_table *table;
	u64 reach = 0, end = 0;
	bool translates;

	rcu_read_lock();
	spans = rcu_dereference(bd->spans);
	if (bd->taken && !bd->hold_direct && bd->mode != BYPASS_TRANSLATE && spans && spans->nr) {
		reach = spans->s[spans->nr - 1].end;
		/* One compare can only serve a range that begins at 0, as RAM does on pseries. */
		if (!spans->s[0].start)
			end = spans->s[0].end;
	}
	/* The kernel's ops would, and only handles that we make ourselves are counted right. */
	if (dbp_ops_choose() && !bd->taken && bd->kernel.bypass && bd->owned_len) {
		reach = U64_MAX;
		end = U64_MAX;
	}
	/*
	 * No TCE table: the default window was given up for the direct one. Some kernels would
	 * dereference it.
	 */
	table = bypass_table(bd);
	translates = table && !bd->hold_translated;
	WRITE_ONCE(bd->table, table);
	/*
	 * The kernel's map_sg takes a whole list at once, merging neighbours. Where its IOMMU pages
	 * are larger than ours it loses the offset inside the page (fixed in 6.4), so such tables
	 * get one segment at a time.
	 */
	WRITE_ONCE(bd->takes_lists, table && table->it_page_shift <= PAGE_SHIFT);
	WRITE_ONCE(bd->translator, translates ? bypass_ledger_ops(bd) : &no_ops);
	WRITE_ONCE(bd->open, bd->taken && bd->mode != BYPASS_TRANSLATE && spans);
	WRITE_ONCE(bd->first_end, end);
	WRITE_ONCE(bd->reach, reach);
	reach = bypass_reach(bd, dev);
	end = min(end, reach);
	WRITE_ONCE(bd->direct_end, bd->closed || READ_ONCE(count_direct) ? 0 : end);
	WRITE_ONCE(bd->translate_above, bd->closed || READ_ONCE(watched) ? U64_MAX : reach);
	rcu_read_unlock();
}

/**
 * bypass_core_route - compute what the hot path compares with
 * @bd: the device; mode, window, spans and taken are set
 *
 * A hot path that is closed stays so.
 *
 * Context: any; takes @bd->route_lock.
 */
void bypass_core_route(struct bypass_dev *bd)
{
	unsigned long flags;

	spin_lock_irqsave(&bd->route_lock, flags);
	compute_route(bd);
	spin_unlock_irqrestore(&bd->route_lock, flags);
}

/**
 * bypass_core_open - mask and window are what they are to be: compute the route anew, and open the
 *	hot path
 * @bd: the device
 *
 * Context: any; takes @bd->route_lock. Nobody may be about to change the mask.
 */
void bypass_core_open(struct bypass_dev *bd)
{
	unsigned long flags;

	spin_lock_irqsave(&bd->route_lock, flags);
	bd->closed = false;
	compute_route(bd);
	spin_unlock_irqrestore(&bd->route_lock, flags);
}

/*
 * The core stores a mask when our answer has come back, and does not sleep in between. So when
 * every task has been waited for that may have had an answer, the mask is there. Whoever closes
 * meanwhile comes here once more.
 */
static void open_later(struct work_struct *work)
{
	struct bypass_dev *bd = container_of(work, struct bypass_dev, opening);
	unsigned long closings = READ_ONCE(bd->closings);
	unsigned long flags;

	bypass_core_wait_tasks();
	spin_lock_irqsave(&bd->route_lock, flags);
	if (bd->closings == closings)
		bd->closed = false;
	compute_route(bd);
	spin_unlock_irqrestore(&bd->route_lock, flags);
}

/**
 * bypass_core_init - get a device ready to be wrapped
 * @bd: the device, new
 *
 * Context: any. Before it is freed, @bd->opening must be cancelled.
 */
void bypass_core_init(struct bypass_dev *bd)
{
	spin_lock_init(&bd->route_lock);
	INIT_WORK(&bd->opening, open_later);
}

/**
 * bypass_core_close - send every buffer to the slow path, which looks at mask and window itself
 * @bd: the device
 *
 * The hot path compares with what was computed from the mask of before, as would whoever computes
 * it anew. It is opened again when every task has been waited for.
 *
 * Context: any; takes @bd->route_lock.
 */
void bypass_core_close(struct bypass_dev *bd)
{
	unsigned long flags;

	spin_lock_irqsave(&bd->route_lock, flags);
	bd->closed = true;
	bd->closings++;
	WRITE_ONCE(bd->direct_end, 0);
	WRITE_ONCE(bd->translate_above, U64_MAX);
	spin_unlock_irqrestore(&bd->route_lock, flags);
	schedule_work(&bd->opening);
}

/**
 * bypass_core_count_direct - count direct maps, or stop
 * @on: which
 *
 * Takes effect for a device with the next bypass_core_route().
 *
 * Context: any.
 */
void bypass_core_count_direct(bool on)
{
	WRITE_ONCE(count_direct, on);
}

/**
 * bypass_core_counts_direct - are direct maps being counted?
 *
 * Context: any. Return: true when they are.
 */
bool bypass_core_counts_direct(void)
{
	return READ_ONCE(count_direct);
}

/**
 * bypass_core_watch - somebody wants to see each translated buffer, or nobody does any more
 * @on: which
 *
 * Takes effect for a device with the next bypass_core_route().
 *
 * Context: any.
 */
void bypass_core_watch(bool on)
{
	WRITE_ONCE(watched, on);
}
