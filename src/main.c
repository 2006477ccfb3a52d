// SPDX-License-Identifier: GPL-2.0
/*
 * dma_bypass: on POWER guests, DMA buffers that the direct window maps go direct, all others
 * through TCEs.
 */
#include <linux/module.h>

#include "core.h"
#include "coverage.h"
#include "debugfs_files.h"
#include "fleet.h"
#include "hooks.h"
#include "masks.h"
#include "policy.h"
#include "registry.h"
#include "trace.h"
#include "window.h"

static int __init bypass_init(void)
{
	const char *why = bypass_platform_refusal();
	bool again;
	int ret;

	if (why) {
		pr_err("not loaded: %s\n", why);
		return -ENODEV;
	}
	ret = bypass_core_start();
	if (ret)
		return ret;
	bypass_masks_start();
	bypass_trace_init(bypass_registry_route);
	bypass_coverage_start(bypass_hooks_review);
	bypass_debugfs_start();
	ret = bypass_hooks_install();
	if (ret)
		goto stop;
	/* Whoever writes it now finds the devices that are known, and the others find it. */
	bypass_policy_start(true);
	ret = bypass_fleet_start(&again);
	if (ret)
		goto remove;
	if (again)
		bypass_hooks_review_later();
	return 0;

remove:
	bypass_policy_start(false);
	bypass_coverage_stop();
	bypass_hooks_remove();
stop:
	bypass_coverage_stop();
	bypass_debugfs_stop();
	bypass_core_stop();
	return ret;
}

/* The hook on unloading must be gone first: it is this very call that it guards. */
static void __exit bypass_exit(void)
{
	bypass_policy_start(false);
	bypass_fleet_stop();
	bypass_debugfs_stop();
	bypass_coverage_stop();
	bypass_hooks_remove();
	bypass_core_stop();
}

module_init(bypass_init);
module_exit(bypass_exit);

MODULE_DESCRIPTION("Per-device, per-buffer direct DMA on POWER guests");
MODULE_VERSION(DBP_VERSION);
MODULE_LICENSE("GPL");
