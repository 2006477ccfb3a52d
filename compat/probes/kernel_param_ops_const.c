// SPDX-License-Identifier: GPL-2.0
/* {"answers":"set and get of a module parameter take a const parameter","commit":"","release":"@@"} */
#include <linux/moduleparam.h>

_Static_assert(__builtin_types_compatible_p(typeof(((struct kernel_param_ops *)0)->get),
					    int (*)(char *, const struct kernel_param *)),
	       "const");
