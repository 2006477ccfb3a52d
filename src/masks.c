// SPDX-License-Identifier: GPL-2.0
/*
 * Drivers' questions about masks, which may make the kernel change its mind about a device.
 */
#include <linux/dma-mapping.h>
#include <asm/iommu.h>

#include "core.h"
#include "judge.h"
#include "life.h"
#include "masks.h"
#include "swapped_ops.h"

/**
 * bypass_masks_forget - forget what the kernel said: the device or its window is another
 * @bd: the device
 *
 * Context: any; bypass_lock held.
 */
void bypass_masks_forget(struct bypass_dev *bd)
{
	memset(bd->answers, 0, sizeof(bd->answers));
}

/**
 * bypass_masks_remember - remember that the kernel said yes to a mask
 * @bd: the device; @bd->kernel is what the kernel wanted then
 * @mask: the mask
 *
 * Context: any; bypass_lock held.
 */
void bypass_masks_remember(struct bypass_dev *bd, u64 mask)
{
	struct bypass_answer *a = &bd->answers[bd->next_answer++ % BYPASS_ANSWERS];

	*a = (struct bypass_answer) { .mask = mask, .ret = 1, .route = bd->kernel };
}

/*
 * The kernel cannot answer without setting its flag for an instant, in which a buffer that is
 * outside the window would go direct. So a driver that asks again for what it had before, as
 * drivers do when they reset a device under load, is answered from memory.
 */
static const struct bypass_answer *remembered(const struct bypass_dev *bd, u64 mask)
{
	unsigned int i;

	for (i = 0; bd->taken && bd->bound && i < BYPASS_ANSWERS; i++)
		if (bd->answers[i].ret && bd->answers[i].mask == mask)
			return &bd->answers[i];
	return NULL;
}

/**
 * bypass_masks_supported - a driver asks for a mask
 * @bd: the device; it was wrapped when the driver asked
 * @mask: the mask; whether for streaming or for coherent buffers is not told
 *
 * The kernel's own answer may make a window and set the bypass state anew, so that is captured,
 * and neutralised again. The mask itself is stored by the caller afterwards: until then the hot
 * path is closed.
 *
 * Context: may sleep. Return: the kernel's answer.
 */
int bypass_masks_supported(struct bypass_dev *bd, u64 mask)
{
	const struct bypass_answer *known;
	struct device *dev = &bd->pdev->dev;
	int ret;

	/* There only a streaming mask changes anything, and it is not asked about here. */
	if (DBP_OPS_SWAPPED)
		return bypass_swapped_supported(bd, mask);
	bypass_mutex_lock(&bypass_lock);
	known = remembered(bd, mask);
	if (!bd->wrapped) {
		ret = bd->orig->dma_supported(dev, mask);
		goto unlock;
	}
	bypass_core_close(bd);
	if (known) {
		ret = known->ret;
		bd->kernel = known->route;
	} else if (bd->taken) {
		/* The flag will be set for an instant. */
		if (bypass_judge_path(bd) == KERNEL_DIRECT)
			dbp_always_unmap(dev);
		/* Some kernels derive the flag from the limit, so let them find their own. */
		dbp_limit_set(dev, bd->kernel.limit);
		ret = bd->orig->dma_supported(dev, mask);
		/* The kernel may not know that nothing translates for the device any more. */
		if (mask <= bd->dma_base && bd->table_gone)
			ret = 0;
		if (ret)
			bd->kernel = dbp_route_get(dev);
		bypass_life_neutralise(bd);
	} else {
		ret = bd->orig->dma_supported(dev, mask);
		bypass_life_ask(bd);
	}
	if (ret && !known)
		bypass_masks_remember(bd, mask);
	if (ret)
		bd->least_mask = min(bd->least_mask, mask);
	bypass_life_settle(bd, max(mask, dma_get_mask(dev)));
	bypass_core_close(bd);
unlock:
	bypass_mutex_unlock(&bypass_lock);
	return ret;
}

/**
 * bypass_masks_required - a driver asks how large a mask it needs
 * @bd: the device; it was wrapped when the driver asked
 *
 * The kernel's own function would toggle the bypass state on the way, so it is asked only where
 * the core would ask it: for a device that was not taken over, unless the flag says direct (it
 * may have been restored since the core looked). Otherwise the answer is computed: the mask that
 * reaches all of the window's RAM, or else the end of the TCE table.
 *
 * Context: may sleep. Return: the mask.
 */
u64 bypass_masks_required(struct bypass_dev *bd)
{
	struct device *dev = &bd->pdev->dev;
	struct iommu_table *tbl;
	u64 ret;

	bypass_mutex_lock(&bypass_lock);
	tbl = bypass_table(bd);
	if (!bd->taken)
		bypass_life_ask(bd);
	if (!bd->taken && bypass_judge_paths(bd).pages != KERNEL_DIRECT) {
		ret = bd->orig->get_required_mask(dev);
		if (bd->wrapped)
			bypass_life_settle(bd, dma_get_mask(dev));
	} else if (!bd->taken || rcu_access_pointer(bd->spans) || !tbl) {
		ret = bypass_judge_required_mask(bd);
	} else {
		ret = U64_MAX >> (64 - fls64(((u64)(tbl->it_offset + tbl->it_size) <<
					      tbl->it_page_shift) - 1));
	}
	bypass_mutex_unlock(&bypass_lock);
	return ret;
}
