/* SPDX-License-Identifier: GPL-2.0 */
/* What the guest programs share: giving up, and the data that they move. */
#ifndef GUEST_COMMON_H
#define GUEST_COMMON_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned long long u64;

#define die(...) (fprintf(stderr, PROGRAM ": " __VA_ARGS__), fputc('\n', stderr), exit(2))

/*
 * The data is a function of seed and position alone, so that a byte in the
 * wrong place is as visible as a lost one.
 */
static inline u64 pattern_word(u64 seed, u64 index)
{
	u64 z = seed * 0x9e3779b97f4a7c15ULL + index;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/* Both functions below want @pos and @len in multiples of 8. */
static inline void pattern_fill(void *buf, size_t len, u64 seed, u64 pos)
{
	unsigned char *p = buf;

	for (size_t i = 0; i < len; i += 8) {
		u64 w = pattern_word(seed, (pos + i) / 8);

		memcpy(p + i, &w, 8);
	}
}

/* Returns the offset of the first byte that differs, or @len. */
static inline size_t pattern_check(const void *buf, size_t len, u64 seed, u64 pos)
{
	const unsigned char *p = buf;

	for (size_t i = 0; i < len; i += 8) {
		u64 w = pattern_word(seed, (pos + i) / 8);

		if (!memcmp(p + i, &w, 8))
			continue;
		for (size_t k = 0; k < 8; k++)
			if (p[i + k] != ((unsigned char *)&w)[k])
				return i + k;
	}
	return len;
}

#endif
