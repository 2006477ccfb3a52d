/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_POLICY_H
#define BYPASS_POLICY_H

#include "bypass_dev.h"

void bypass_policy_start(bool on);
enum bypass_mode bypass_policy_mode(const struct bypass_dev *bd, bool *own);
void bypass_policy_apply(struct bypass_dev *bd);
int bypass_policy_check_selectors(void);

#endif /* BYPASS_POLICY_H */
