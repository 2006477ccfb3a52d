// SPDX-License-Identifier: GPL-2.0
/*
 * Obeying what user space asks for. See docs/life.md for what it does to a device.
 */
#include <linux/dma-mapping.h>

#include "life.h"
#include "trace.h"

/**
 * bypass_life_set_mode - obey a toggle
 * @bd: the device
 * @mode: the mode wanted
 *
 * It takes effect with the next mapping. A device without a driver keeps the mode for the next
 * one.
 *
 * Context: may sleep for some seconds; device_lock() and bypass_lock held.
 * Return: 0; -EOPNOTSUPP when the device cannot do that; -EBUSY when it cannot be given back
 * now. After an error nothing has changed, and the log says why.
 */
int bypass_life_set_mode(struct bypass_dev *bd, enum bypass_mode mode)
{
	enum bypass_mode was = bd->mode;
	int ret;

	if (!bd->pdev->dev.driver) {
		/* What its last driver has left may keep it. */
		ret = mode == BYPASS_OFF ? bypass_life_leave(bd) : 0;
		if (ret) {
			pr_warn("%s: mode off is refused: %s; bind a driver, or remove the device\n",
				bd->name, bd->reason);
			return ret;
		}
		bd->mode = mode;
		if (!bd->wrapped)
			bd->reason = "no driver is bound";
		trace_dma_bypass_mode(bd->name, bypass_mode_name(was), bypass_mode_name(mode), 0);
		return 0;
	}
	bd->mode = mode;
	/* Asked again, try again. */
	bd->own.failed = NULL;
	bd->misrouted = NULL;
	ret = bypass_life_settle(bd, dma_get_mask(&bd->pdev->dev));
	if (ret < 0)
		pr_warn("%s: mode %s is refused: %s\n", bd->name, bypass_mode_name(mode),
			bd->reason);
	else if (!ret)
		ret = bypass_life_leave(bd);
	trace_dma_bypass_mode(bd->name, bypass_mode_name(was), bypass_mode_name(mode),
			      min(ret, 0));
	if (ret < 0) {
		bd->mode = was;
		bypass_life_settle(bd, dma_get_mask(&bd->pdev->dev));
		return ret;
	}
	return 0;
}

/**
 * bypass_life_set_policy - the policy for all devices changes
 * @bd: a device without a mode of its own
 * @mode: the new policy
 *
 * Other than a mode that was asked for by name, a policy is no promise: a device that cannot
 * have it is left to the kernel, and its reason says why.
 *
 * Context: may sleep for some seconds; device_lock() and bypass_lock held.
 * Return: 0, or -EBUSY when the device cannot be given back now; then nothing has changed.
 */
int bypass_life_set_policy(struct bypass_dev *bd, enum bypass_mode mode)
{
	enum bypass_mode was = bd->mode;
	int ret = 0;

	bd->mode = mode;
	bd->own.failed = NULL;
	bd->misrouted = NULL;
	if (bd->pdev->dev.driver && bypass_life_settle(bd, dma_get_mask(&bd->pdev->dev)) <= 0)
		ret = bypass_life_leave(bd);
	trace_dma_bypass_mode(bd->name, bypass_mode_name(was), bypass_mode_name(mode), ret);
	if (ret) {
		bd->mode = was;
		bypass_life_settle(bd, dma_get_mask(&bd->pdev->dev));
	}
	return ret;
}
