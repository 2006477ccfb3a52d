/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_HOOKS_H
#define BYPASS_HOOKS_H

int bypass_hooks_install(void);
void bypass_hooks_remove(void);
void bypass_hooks_review_later(void);

/* The self-test of the mechanisms hooks this one. */
unsigned long bypass_hook_target(unsigned long arg);

#endif /* BYPASS_HOOKS_H */
