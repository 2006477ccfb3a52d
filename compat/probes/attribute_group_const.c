// SPDX-License-Identifier: GPL-2.0
/* {"answers":"struct attribute_group takes an array of const attributes","commit":"","release":"@@"} */
#include <linux/sysfs.h>

_Static_assert(__builtin_types_compatible_p(typeof(((struct attribute_group *)0)->attrs_const),
					    const struct attribute *const *), "const");
