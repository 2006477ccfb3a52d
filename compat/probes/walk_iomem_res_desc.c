// SPDX-License-Identifier: GPL-2.0
/* {"answers":"walk_iomem_res_desc() hands each range to the callback as struct resource","commit":"","release":"@@"} */
#include <linux/ioport.h>

_Static_assert(__builtin_types_compatible_p(typeof(&walk_iomem_res_desc),
					    int (*)(unsigned long, unsigned long, u64, u64,
						    void *,
						    int (*)(struct resource *, void *))),
	       "signature");
