// SPDX-License-Identifier: GPL-2.0
/* {"answers":"module attributes are const","commit":"f3227ffda074","release":"6.14.."} */
#include <linux/module.h>

static ssize_t dbp_show(const struct module_attribute *attr, struct module_kobject *mk, char *buf)
{
	return 0;
}

struct module_attribute dbp_probe = { .show = dbp_show };
