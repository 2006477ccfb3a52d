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
#include <stdarg.h>
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

/* Unlike snprintf(), the kernel's function returns what was written, not what was wanted. */
static inline int scnprintf(char *buf, size_t size, const char *format, ...)
{
	va_list args;
	int n;

	if (!size)
		return 0;
	va_start(args, format);
	n = vsnprintf(buf, size, format, args);
	va_end(args);
	return (size_t)n < size ? n : (int)size - 1;
}
#endif

#endif /* DBP_TYPES_H */
