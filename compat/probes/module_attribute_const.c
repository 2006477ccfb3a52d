// SPDX-License-Identifier: GPL-2.0
/* {"answers":"show and store of a module attribute take a const attribute","commit":"","release":"@@"} */
#include <linux/module.h>

_Static_assert(__builtin_types_compatible_p(typeof(((struct module_attribute *)0)->show),
					    ssize_t (*)(const struct module_attribute *,
							struct module_kobject *, char *)),
	       "const");
