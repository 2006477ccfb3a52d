/* SPDX-License-Identifier: GPL-2.0 */
/* What the unit tests share: checks that say what they saw, and a list of tests run as KTAP. */
#ifndef UNIT_H
#define UNIT_H

#include <stdlib.h>
#include "dbp_types.h"

struct unit_test {
	const char *name;
	void (*run)(void);
};

static int unit_failed;

/* One broken loop is not to bury the other results. */
#define UNIT_MAX_SHOWN 10

static inline void unit_number(const char *file, int line, const char *what, long long got,
			       long long want)
{
	if (got != want && unit_failed++ < UNIT_MAX_SHOWN)
		printf("# %s:%d: %s is %lld (%#llx), wanted %lld (%#llx)\n", file, line, what, got,
		       got, want, want);
}

static inline void unit_text(const char *file, int line, const char *what, const char *got,
			     const char *want)
{
	if (strcmp(got, want) && unit_failed++ < UNIT_MAX_SHOWN)
		printf("# %s:%d: %s is \"%s\", wanted \"%s\"\n", file, line, what, got, want);
}

#define check(got, want) unit_number(__FILE__, __LINE__, #got, got, want)
#define check_text(got, want) unit_text(__FILE__, __LINE__, #got, got, want)

/* A copy with no byte to spare, so that the address sanitizer sees a read or write behind it. */
static inline void *unit_copy(const void *data, size_t len)
{
	void *copy = calloc(1, len);

	if (!copy)
		abort();
	if (len)
		memcpy(copy, data, len);
	return copy;
}

static inline u64 unit_seed(void)
{
	const char *text = getenv("UNIT_SEED");
	u64 seed = text ? strtoull(text, NULL, 0) : 1;

	printf("# UNIT_SEED=%llu\n", seed);
	return seed;
}

/* A number below @below, which is not 0. */
static inline u64 unit_random(u64 *state, u64 below)
{
	u64 z = *state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return (z ^ (z >> 31)) % below;
}

static inline int unit_run(const struct unit_test *tests, unsigned int nr)
{
	unsigned int i;
	int bad = 0;

	/* What was printed before a crash is to be seen. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("KTAP version 1\n1..%u\n", nr);
	for (i = 0; i < nr; i++) {
		unit_failed = 0;
		tests[i].run();
		if (unit_failed > UNIT_MAX_SHOWN)
			printf("# %d more like these\n", unit_failed - UNIT_MAX_SHOWN);
		printf("%s %u - %s\n", unit_failed ? "not ok" : "ok", i + 1, tests[i].name);
		bad |= unit_failed;
	}
	return bad ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif /* UNIT_H */
