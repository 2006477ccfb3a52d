/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_MASKS_H
#define BYPASS_MASKS_H

void bypass_masks_start(void);

#endif /* BYPASS_MASKS_H */
