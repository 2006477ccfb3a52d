/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_SWEEP_H
#define BYPASS_SWEEP_H

#include <linux/types.h>

bool bypass_sweep_review(unsigned int wait_ms);
void bypass_sweep_give_back(void);
void bypass_sweep_end_own_windows(void);

#endif /* BYPASS_SWEEP_H */
