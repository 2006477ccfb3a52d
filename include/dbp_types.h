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
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

#define U64_MAX UINT64_MAX
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define scnprintf snprintf
#endif

#endif /* DBP_TYPES_H */
