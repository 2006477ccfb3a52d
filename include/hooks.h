/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_HOOKS_H
#define BYPASS_HOOKS_H

#include "watch.h"

int bypass_hooks_install(void);
void bypass_hooks_remove(void);
void bypass_hooks_review(void);
void bypass_hooks_review_later(void);

/* The row of the table that guards unloading: hook_unload.c. */
extern struct bypass_watch bypass_unload_watch;
void bypass_unload_stop(void);

#endif /* BYPASS_HOOKS_H */
