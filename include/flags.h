/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_FLAGS_H
#define BYPASS_FLAGS_H

#include "bypass_dev.h"

void bypass_flags_query(struct bypass_dev *bd);
void bypass_flags_settle(struct bypass_dev *bd);
void bypass_flags_clear(struct bypass_dev *bd, bool let_go);
void bypass_flags_clear_stopped(struct bypass_dev *bd);
void bypass_flags_restore(struct bypass_dev *bd, bool let_go);
void bypass_flags_mend(struct bypass_dev *bd);
int bypass_flags_ask_copy(struct bypass_dev *bd, u64 mask,
			  int (*ask)(struct device *dev, u64 mask));

#endif /* BYPASS_FLAGS_H */
