// SPDX-License-Identifier: GPL-2.0
#include "unit.h"
#include "window_plan.h"

#define K 1024ULL
#define M (1024 * K)
#define G (1024 * M)
#define T (1024 * G)

static void page_size(void)
{
	static const struct {
		u32 sizes, migratable;
		u64 borders;
		unsigned int below, want;
	} cases[] = {
		{ 0x000, 0, 2 * G, 64, 0 },
		{ 0x001, 0, 2 * G, 64, 12 },
		{ 0x003, 0, 2 * G, 64, 16 },
		{ 0x107, 0, 2 * G, 64, 24 },	/* 2M has the highest bit and is not the largest */
		{ 0x103, 0, 2 * G, 64, 21 },
		{ 0x1ff, 0, 32 * G, 64, 34 },
		{ 0x1ff, 0, 2 * G, 64, 28 },	/* 16G would reach behind the RAM */
		{ 0x07f, 0, 2 * G, 64, 28 },
		{ 0x107, 0, 2 * G, 24, 21 },
		{ 0x107, 0, 2 * G, 21, 16 },
		{ 0x107, 0, 2 * G, 16, 12 },
		{ 0x107, 0, 2 * G, 12, 0 },
		{ 0x107, 0x003, 2 * G, 64, 16 },
		{ 0x107, 0x200, 2 * G, 64, 24 },	/* nothing in common: it says nothing */
		{ 0x107, 0, 2 * G + 2 * M, 64, 21 },
		{ 0x107, 0, 2 * G | 64 * K, 64, 16 },
		{ 0x107, 0, 2 * G | 4 * K, 64, 12 },
		{ 0x107, 0, 2 * G | 1 * K, 64, 0 },
		{ 0xfffffe00, 0, 2 * G, 64, 0 },	/* sizes that PAPR does not know yet */
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		check(dbp_plan_page_shift(cases[i].sizes, cases[i].migratable, cases[i].borders,
					  cases[i].below), cases[i].want);
}

static void window_size(void)
{
	static const struct {
		u64 ram, may, largest;
		unsigned int page;
		int ret;
		u32 want;
	} cases[] = {
		{ 2 * G, 0, 0x80000000, 24, 0, 31 },
		{ 2 * G, 2 * G, 0x80000000, 24, 0, 31 },
		{ 2 * G, 8 * G, 0x80000000, 24, 0, 33 },
		{ 2 * G + 16 * M, 0, 0x80000000, 24, 0, 32 },
		{ 3 * G, 5 * G, 0x80000000, 16, 0, 33 },
		{ 2 * G, 8 * G, 512, 24, 0, 33 },
		{ 2 * G, 8 * G, 511, 24, 0, 31 },	/* only what is there */
		{ 2 * G, 0, 128, 24, 0, 31 },
		{ 2 * G, 0, 127, 24, -ENOSPC, 7 },
		{ 2 * G, 0, 0, 24, -ENOSPC, 7 },
		{ 0, 2 * G, 0x80000000, 24, -ENOSPC, 7 },
		{ 16 * M, 0, 0x80000000, 24, 0, 25 },
		{ 16 * M, 0, 1, 24, -ENOSPC, 7 },
		{ 1 * T, 0, 1 << 24, 16, 0, 40 },
		{ 2 * G, U64_MAX, U64_MAX, 12, 0, 31 },
		{ U64_MAX, 0, U64_MAX, 12, -ENOSPC, 7 },
		{ 1ULL << 62, 0, U64_MAX, 34, 0, 62 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		u32 got = 7;

		check(dbp_plan_window_shift(cases[i].ram, cases[i].may, cases[i].largest,
					    cases[i].page, &got), cases[i].ret);
		check(got, cases[i].want);
	}
}

static void entries(void)
{
	static const struct {
		u64 start, end;
		unsigned int page;
		u64 first, nr;
	} cases[] = {
		{ 0, 2 * G, 24, 0, 128 },
		{ 0, 2 * G, 16, 0, 32768 },
		{ 0, 2 * G, 12, 0, 524288 },
		{ 0, 16 * G, 16, 0, 262144 },
		{ 1 * G, 2 * G, 24, 1 * G, 64 },
		{ 1, 32 * M, 24, 16 * M, 1 },
		{ 0, 32 * M - 1, 24, 0, 1 },
		{ 1, 32 * M - 1, 24, 16 * M, 0 },
		{ 0, 0, 12, 0, 0 },
		{ 4 * K, 4 * K, 12, 4 * K, 0 },
		{ U64_MAX, U64_MAX, 12, 0, 0 },
		{ U64_MAX - 4 * K + 1, U64_MAX, 12, U64_MAX - 4 * K + 1, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct dbp_tces t = dbp_plan_tces(cases[i].start, cases[i].end, cases[i].page);

		check(t.first, cases[i].first);
		check(t.nr, cases[i].nr);
	}
}

/* A span takes ceil(entries / 512) hypercalls. */
static void blocks(void)
{
	static const u64 entries[][2] = {
		{ 0, 0 }, { 1, 1 }, { 511, 1 }, { 512, 1 }, { 513, 2 }, { 1024, 2 },
		{ 32768, 64 }, { 262144, 512 }, { 16777216, 32768 },
	};
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(entries); i++) {
		u64 left = entries[i][0], calls = 0;

		for (; (n = dbp_plan_block(left)); left -= n)
			calls++;
		check(calls, entries[i][1]);
	}
}

static u8 lmbs[4 + 3 * DBP_LMB_ENTRY_LEN];

static void put(u8 *to, u64 value, unsigned int bytes)
{
	while (bytes--) {
		to[bytes] = value & 0xff;
		value >>= 8;
	}
}

static u64 lmbs_end(size_t len, bool sets, u64 lmb_size)
{
	void *copy = unit_copy(lmbs, len);
	u64 end = dbp_plan_lmbs_end(copy, len, sets, lmb_size);

	free(copy);
	return end;
}

static void lmb_list(void)
{
	memset(lmbs, 0, sizeof(lmbs));
	put(lmbs, 3, 4);
	put(lmbs + 4, 512 * M, 8);
	put(lmbs + 4 + DBP_LMB_ENTRY_LEN, 4 * G, 8);
	put(lmbs + 4 + 2 * DBP_LMB_ENTRY_LEN, 1 * G, 8);
	check(lmbs_end(sizeof(lmbs), false, 256 * M), 4 * G + 256 * M);
	check(lmbs_end(sizeof(lmbs) - 1, false, 256 * M), 0);
	check(lmbs_end(4, false, 256 * M), 0);
	check(lmbs_end(3, false, 256 * M), 0);
	check(dbp_plan_lmbs_end(NULL, 0, false, 256 * M), 0);
	put(lmbs, 2, 4);
	check(lmbs_end(sizeof(lmbs), false, 256 * M), 0);
	put(lmbs, 0, 4);
	check(lmbs_end(4, false, 256 * M), 0);
}

static void lmb_sets(void)
{
	memset(lmbs, 0, sizeof(lmbs));
	put(lmbs, 2, 4);
	put(lmbs + 4, 8, 4);
	put(lmbs + 8, 2 * G, 8);
	put(lmbs + 4 + DBP_LMB_ENTRY_LEN, 8, 4);
	check(lmbs_end(4 + 2 * DBP_LMB_ENTRY_LEN, true, 256 * M), 4 * G);
	put(lmbs + 8, U64_MAX - M, 8);
	check(lmbs_end(4 + 2 * DBP_LMB_ENTRY_LEN, true, 256 * M), 0);
	check(lmbs_end(4 + 2 * DBP_LMB_ENTRY_LEN, true, U64_MAX), 0);
}

int main(void)
{
	static const struct unit_test tests[] = {
		{ "window plan: page size", page_size },
		{ "window plan: size", window_size },
		{ "window plan: entries of a range", entries },
		{ "window plan: hypercalls of a span", blocks },
		{ "window plan: LMBs one by one", lmb_list },
		{ "window plan: LMBs in sets", lmb_sets },
	};

	return unit_run(tests, ARRAY_SIZE(tests));
}
