/* SPDX-License-Identifier: GPL-2.0 */
/* Are all streaming buffers of a device bounced, whether they need it or not? */
#ifndef DBP_COMPAT_BOUNCE_H
#define DBP_COMPAT_BOUNCE_H

#include <linux/device.h>
#include <linux/of.h>
#include <linux/string.h>
#include <linux/swiotlb.h>

/* swiotlb=force, or swiotlb=SLABS,force */
static inline bool dbp_args_force_bounce(const char *args)
{
	const char *word, *end, *force;

	for (word = args; (word = strstr(word, "swiotlb=")); word++) {
		if (word != args && word[-1] != ' ')
			continue;
		end = word + strcspn(word, " ");
		force = strstr(word, "force");
		if (force && force + strlen("force") == end)
			return true;
	}
	return false;
}

/*
 * Since 5.15 the device tells (probe is_swiotlb_force_bounce). Before that the kernel's note of
 * swiotlb=force is not for modules, so its command line is looked at.
 */
static inline bool dbp_bounces(struct device *dev)
{
#if DBP_HAVE_IS_SWIOTLB_FORCE_BOUNCE
	return is_swiotlb_force_bounce(dev);
#else
	struct device_node *chosen;
	bool force = false;
	const char *args;

	if (!IS_ENABLED(CONFIG_SWIOTLB))
		return false;
	chosen = of_find_node_by_path("/chosen");
	if (chosen && !of_property_read_string(chosen, "bootargs", &args))
		force = dbp_args_force_bounce(args);
	of_node_put(chosen);
	return force;
#endif
}

#endif
