/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SWAPPED_OPS_H
#define SWAPPED_OPS_H

#include "bypass_dev.h"

#if DBP_OPS_SWAPPED

int bypass_swapped_install(int (*instead)(struct device *dev, u64 mask),
			   struct bypass_dev *(*look_up)(const struct device *dev));
void bypass_swapped_remove(void);
int bypass_swapped_set_mask(struct device *dev, u64 mask);
int bypass_swapped_supported(struct bypass_dev *bd, u64 mask);

#else

static inline int bypass_swapped_supported(struct bypass_dev *bd, u64 mask)
{
	return 0;
}

#endif
#endif /* SWAPPED_OPS_H */
