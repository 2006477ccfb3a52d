/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_COVERAGE_H
#define BYPASS_COVERAGE_H

#include "bypass_dev.h"

void bypass_coverage_start(void (*review)(void));
void bypass_coverage_stop(void);
void bypass_coverage_look_soon(void);
void bypass_coverage_look_again(struct bypass_dev *bd);
u64 bypass_coverage_look(struct bypass_dev *bd, u64 mask);
void bypass_coverage_drop_own(struct bypass_dev *bd);
void bypass_coverage_memory(u64 start, u64 end, bool came);

#endif /* BYPASS_COVERAGE_H */
