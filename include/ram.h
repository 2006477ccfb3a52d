/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_RAM_H
#define BYPASS_RAM_H

#include <linux/types.h>

int bypass_ram_walk(u64 start, u64 end, int (*fn)(u64 start, u64 end, void *arg), void *arg);

#endif /* BYPASS_RAM_H */
