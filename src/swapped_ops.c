// SPDX-License-Identifier: GPL-2.0
/*
 * Kernels that have no flag for "may go direct" (up to 4.19, see DBP_OPS_SWAPPED): at each change
 * of a device's streaming mask, ppc_md.dma_set_mask() gives the device one or the other ops.
 *
 * Under a device that has ours nobody may change dev->dma_ops: it is the way from our functions to
 * the device. So the kernel's function is asked about a copy of the device, and what it gives to
 * that is what the kernel wants for the device.
 */
#include <linux/dma-mapping.h>
#include <asm/machdep.h>

#include "core.h"
#include "flags.h"
#include "life.h"
#include "swapped_ops.h"

#if DBP_OPS_SWAPPED

static int (*kernels_set_mask)(struct device *dev, u64 mask);
static struct bypass_dev *(*find)(const struct device *dev);

/**
 * bypass_swapped_install - hear of every change of a streaming mask
 * @instead: what is to be called; it calls bypass_swapped_set_mask()
 * @look_up: finds a device, under bypass_lock
 *
 * A pointer that the platform has set for this purpose is replaced, no code.
 *
 * Context: before the first device is wrapped. Return: 0, or -ENODEV where the platform has no
 * such function.
 */
int bypass_swapped_install(int (*instead)(struct device *dev, u64 mask),
			   struct bypass_dev *(*look_up)(const struct device *dev))
{
	kernels_set_mask = ppc_md.dma_set_mask;
	if (!kernels_set_mask)
		return -ENODEV;
	find = look_up;
	/* Who calls the new one finds the old one. */
	smp_store_release(&ppc_md.dma_set_mask, instead);
	return 0;
}

/**
 * bypass_swapped_remove - the opposite of bypass_swapped_install()
 *
 * Context: may sleep, for seconds; no device is wrapped. When it returns, nobody is in @instead.
 */
void bypass_swapped_remove(void)
{
	WRITE_ONCE(ppc_md.dma_set_mask, kernels_set_mask);
	bypass_core_quiesce();
	bypass_core_wait_tasks();
}

static int set_mask(struct bypass_dev *bd, u64 mask)
{
	struct device *dev = &bd->pdev->dev;
	int ret = bypass_flags_ask_copy(bd, mask, kernels_set_mask);

	bd->asked = true;
	if (!ret)
		*dev->dma_mask = mask;
	if (bd->wrapped) {
		bypass_life_settle(bd, dma_get_mask(dev));
	} else {
		/* It is parked: our struct holds the kernel's functions, which are others now. */
		bypass_core_copy_ops(bd);
	}
	return ret;
}

/**
 * bypass_swapped_set_mask - a driver sets its streaming mask
 * @dev: any device
 * @mask: the mask
 *
 * A device whose ops are not ours, nor a copy of the kernel's in our struct, is none of our
 * business; but it must not become ours while the kernel changes its ops.
 *
 * Context: may sleep; bypass_lock not held. Return: 0, or the errno of the kernel's own function.
 */
int bypass_swapped_set_mask(struct device *dev, u64 mask)
{
	struct bypass_dev *bd;
	int idx, ret;

	idx = bypass_core_enter();
	bypass_mutex_lock(&bypass_lock);
	bd = find(dev);
	if (bd && dev->dma_mask && get_dma_ops(dev) == &bd->ops)
		ret = set_mask(bd, mask);
	else
		ret = kernels_set_mask(dev, mask);
	bypass_mutex_unlock(&bypass_lock);
	bypass_core_leave(idx);
	return ret;
}

/**
 * bypass_swapped_supported - may allocated memory have this mask?
 * @bd: the device, wrapped
 * @mask: the mask
 *
 * As the kernel: directly or translated, which is chosen at each allocation.
 *
 * Context: any. Return: whether it may.
 */
int bypass_swapped_supported(struct bypass_dev *bd, u64 mask)
{
	struct device *dev = &bd->pdev->dev;

	return dbp_kernel_ops(bd->orig, bd->kernel)->dma_supported(dev, mask) ||
	       bd->orig->dma_supported(dev, mask);
}

#endif
