// SPDX-License-Identifier: GPL-2.0
/* {"answers":"the binary attributes of struct attribute_group are const","commit":"","release":"@@"} */
#include <linux/sysfs.h>

_Static_assert(__builtin_types_compatible_p(typeof(((struct attribute_group *)0)->bin_attrs),
					    const struct bin_attribute *const *), "const");
