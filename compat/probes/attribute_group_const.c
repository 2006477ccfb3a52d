// SPDX-License-Identifier: GPL-2.0
/* {"answers":"attribute groups take const attributes","commit":"","release":"7.2.."} */
#include <linux/sysfs.h>

static const struct attribute *const ** __used dbp_probe(struct attribute_group *group)
{
	return &group->attrs_const;
}
