/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_MASKS_H
#define BYPASS_MASKS_H

#include "bypass_dev.h"

int bypass_masks_supported(struct bypass_dev *bd, u64 mask);
u64 bypass_masks_required(struct bypass_dev *bd);

#endif /* BYPASS_MASKS_H */
