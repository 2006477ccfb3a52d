/* SPDX-License-Identifier: GPL-2.0 */
/* Files under /sys/module/<name>: their attribute became const. */
#ifndef DBP_COMPAT_MODULE_ATTR_H
#define DBP_COMPAT_MODULE_ATTR_H

#include <linux/module.h>

#if DBP_HAVE_MODULE_ATTRIBUTE_CONST
#define DBP_MODULE_ATTR_ARG	const struct module_attribute *attr
#else
#define DBP_MODULE_ATTR_ARG	struct module_attribute *attr
#endif

/* Each begins the definition of a function: DBP_MODULE_ATTR_SHOW(name) { body }. */
#define DBP_MODULE_ATTR_SHOW(name)						\
	static ssize_t name(DBP_MODULE_ATTR_ARG, struct module_kobject *mk, char *buf)

#define DBP_MODULE_ATTR_STORE(name)						\
	static ssize_t name(DBP_MODULE_ATTR_ARG, struct module_kobject *mk,	\
			    const char *buf, size_t count)

#endif
