/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The few types and helpers that the pure files (spans, window property, mode words,
 * selectors) need, in the kernel and in a user-space unit test alike.
 */
#ifndef DBP_TYPES_H
#define DBP_TYPES_H

#ifdef __KERNEL__
#include <linux/types.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/ctype.h>
#else
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

#define U64_MAX (~0ULL)
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define scnprintf snprintf
#endif

#endif /* DBP_TYPES_H */
