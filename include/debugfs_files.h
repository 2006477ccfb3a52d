/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_DEBUGFS_FILES_H
#define BYPASS_DEBUGFS_FILES_H

#include "bypass_dev.h"

struct dentry;

void bypass_debugfs_start(void);
void bypass_debugfs_stop(void);
struct dentry *bypass_debugfs_dir(void);
void bypass_debugfs_add(struct bypass_dev *bd);
void bypass_debugfs_del(struct bypass_dev *bd);

#endif /* BYPASS_DEBUGFS_FILES_H */
