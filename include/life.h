/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_LIFE_H
#define BYPASS_LIFE_H

#include "bypass_dev.h"
#include "lock.h"

void bypass_life_bind(struct bypass_dev *bd);
bool bypass_life_bound(struct bypass_dev *bd);
bool bypass_life_unbound(struct bypass_dev *bd, bool last);
void bypass_life_unpark(struct bypass_dev *bd, unsigned long before);
void bypass_life_settled(struct bypass_dev *bd, unsigned long before);
int bypass_life_settle(struct bypass_dev *bd, u64 mask);
int bypass_life_set_mode(struct bypass_dev *bd, enum bypass_mode mode);
int bypass_life_set_policy(struct bypass_dev *bd, enum bypass_mode mode);
bool bypass_life_review(struct bypass_dev *bd);
int bypass_life_leave(struct bypass_dev *bd);
bool bypass_life_is_for_vfio(const struct bypass_dev *bd);
struct iommu_table *bypass_life_table(const struct bypass_dev *bd);
const char *bypass_life_state(const struct bypass_dev *bd);

#endif /* BYPASS_LIFE_H */
