/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_OWN_WINDOW_H
#define BYPASS_OWN_WINDOW_H

#include <linux/pci.h>

#include "window.h"

struct bypass_own_window;

/**
 * struct bypass_own - a device's share in a window that this module made
 * @window: the window, shared by the devices of a partitionable endpoint; NULL: none
 * @failed: why none could be made the last time; NULL: not tried since the last
 *	bypass_own_put()
 */
struct bypass_own {
	struct bypass_own_window *window;
	const char *failed;
};

void bypass_own_allow(bool on);
bool bypass_own_is_allowed(void);
void bypass_own_find(struct bypass_own *own, struct pci_dev *pdev, u64 mask, bool make,
		     struct bypass_window *w);
bool bypass_own_put(struct bypass_own *own);
void bypass_own_memory(u64 start, u64 end, bool add);

#endif /* BYPASS_OWN_WINDOW_H */
