// SPDX-License-Identifier: GPL-2.0
/*
 * Drivers' questions about masks, which may make the kernel change its mind about a device.
 */
#include <linux/dma-mapping.h>
#include <asm/iommu.h>

#include "core.h"
#include "flags.h"
#include "judge.h"
#include "life.h"
#include "masks.h"
#include "swapped_ops.h"

/* What the kernel says to a mask; @bd->kernel is what it wants from then on. */
static int ask_kernel(struct bypass_dev *bd, u64 mask)
{
	struct dbp_kernel_route was = bd->kernel;
	int ret;

	if (!bd->taken) {
		ret = bd->orig->dma_supported(&bd->pdev->dev, mask);
		bypass_flags_query(bd);
		return ret;
	}
	ret = bypass_flags_ask_copy(bd, mask, bd->orig->dma_supported);
	/* The kernel may not know that nothing translates for the device any more. */
	if (ret && !(mask <= bd->dma_base && bd->table_gone))
		return ret;
	/* The driver keeps the mask that it has, and what that brought. */
	bd->kernel = was;
	return 0;
}

/*
 * A driver asks for a mask.
 * @bd: the device; it was wrapped when the driver asked
 * @mask: the mask; whether for streaming or for coherent buffers is not told
 *
 * The kernel's own answer may make a window, and change what it wants for the device. The mask
 * itself is stored by the caller afterwards: until then the hot path is closed.
 *
 * Context: may sleep. Return: the kernel's answer.
 */
static int supported(struct bypass_dev *bd, u64 mask)
{
	struct device *dev = &bd->pdev->dev;
	int ret;

	/* There only a streaming mask changes anything, and it is not asked about here. */
	if (DBP_OPS_SWAPPED)
		return bypass_swapped_supported(bd, mask);
	bypass_mutex_lock(&bypass_lock);
	bypass_flags_settle(bd);
	if (!bd->wrapped) {
		ret = bd->orig->dma_supported(dev, mask);
		goto unlock;
	}
	bypass_core_close(bd);
	bd->asked = true;
	ret = ask_kernel(bd, mask);
	if (ret)
		bd->least_mask = min(bd->least_mask, mask);
	bypass_life_settle(bd, max(mask, dma_get_mask(dev)));
	bypass_core_close(bd);
unlock:
	bypass_mutex_unlock(&bypass_lock);
	return ret;
}

/*
 * A driver asks how large a mask it needs.
 * @bd: the device; it was wrapped when the driver asked
 *
 * The kernel's own function would toggle the bypass state on the way, so it is asked only where
 * the core would ask it: for a device that was not taken over, unless the flag says direct (it
 * may have been restored since the core looked). Otherwise the answer is computed: the mask that
 * reaches all of the window's RAM, or else the end of the TCE table.
 *
 * Context: may sleep. Return: the mask.
 */
static u64 required(struct bypass_dev *bd)
{
	struct device *dev = &bd->pdev->dev;
	struct iommu_table *tbl;
	u64 ret;

	bypass_mutex_lock(&bypass_lock);
	bypass_flags_settle(bd);
	tbl = bypass_table(bd);
	if (!bd->taken)
		bypass_flags_query(bd);
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

/**
 * bypass_masks_start - answer drivers' questions about masks
 *
 * Context: before the first device is wrapped.
 */
void bypass_masks_start(void)
{
	static const struct bypass_mask_questions answers = {
		.supported = supported,
		.required = required,
	};

	bypass_core_answer_masks(&answers);
}
