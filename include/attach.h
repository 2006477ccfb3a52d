/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_ATTACH_H
#define BYPASS_ATTACH_H

#include "bypass_dev.h"

void bypass_attach_pin(bool on);
bool bypass_attach_changes_answer(const struct bypass_dev *bd);
const char *bypass_attach(struct bypass_dev *bd);
bool bypass_attach_undo(struct bypass_dev *bd, bool was_wrapped);
int bypass_detach(struct bypass_dev *bd);
void bypass_wrap(struct bypass_dev *bd, bool counted);
void bypass_restore(struct bypass_dev *bd, bool let_go);
void bypass_park(struct bypass_dev *bd);
void bypass_unpark(struct bypass_dev *bd);
unsigned long bypass_parked(void);

#endif /* BYPASS_ATTACH_H */
