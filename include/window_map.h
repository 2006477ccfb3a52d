/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_WINDOW_MAP_H
#define BYPASS_WINDOW_MAP_H

#include "bypass_dev.h"

void bypass_window_map_join(struct bypass_dev *bd, const struct bypass_window *w);
void bypass_window_map_leave(struct bypass_dev *bd);
void bypass_window_map_prove(struct bypass_dev *bd);
u64 bypass_window_map_direct(const struct bypass_dev *bd);
u64 bypass_window_map_uncovered(const struct bypass_dev *bd);
bool bypass_window_map_table_gone(struct bypass_dev *bd);
bool bypass_window_map_table_seen(const struct bypass_dev *bd);
void bypass_window_map_see_table(struct bypass_dev *bd);
void bypass_window_map_distrust(const struct bypass_dev *bd);
void bypass_window_map_changed(const void *pe);
void bypass_window_map_nobody_tells(void);
bool bypass_window_map_is_proved(const struct bypass_dev *bd);
void bypass_window_map_cut(u64 start, u64 end);
void bypass_window_map_came(u64 start, u64 end);
void bypass_window_map_stop(void);

#endif /* BYPASS_WINDOW_MAP_H */
