/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_SYSFS_FILES_H
#define BYPASS_SYSFS_FILES_H

#include "bypass_dev.h"

int bypass_sysfs_add(struct bypass_dev *bd);
void bypass_sysfs_del_toggle(struct bypass_dev *bd);
void bypass_sysfs_del(struct bypass_dev *bd);

#endif /* BYPASS_SYSFS_FILES_H */
