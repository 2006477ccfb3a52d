// SPDX-License-Identifier: GPL-2.0
#include "unit.h"
#include "window_prop.h"

#define LENGTH "its length is not 24 bytes"
#define LIOBN "its bus number (LIOBN) is zero"
#define PAGE "its page size is none that PAPR knows"
#define SIZE "its size is impossible"
#define ALIGN "its base is not aligned to its page size"
#define END "it ends behind the last bus address"

static const u8 good[DBP_WINDOW_PROP_LEN] = {
	0x12, 0x34, 0x56, 0x78, 0, 0, 0, 0,
	0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0, 0,
	0, 0, 0, 16, 0, 0, 0, 40,
};

static struct dbp_window_prop w;
static const char *why;

/* Parses a copy that starts at an odd address; @w holds 0xa5 before. */
static int parse(const u8 *data, size_t len)
{
	u8 shifted[1 + 64];
	u8 *copy;
	int ret;

	memcpy(shifted + 1, data, len);
	copy = unit_copy(shifted, 1 + len);
	memset(&w, 0xa5, sizeof(w));
	why = "unset";
	ret = dbp_window_prop_parse(copy + 1, len, &w, &why);
	free(copy);
	return ret;
}

static bool untouched(void)
{
	const u8 *p = (const u8 *)&w;
	unsigned int i;

	for (i = 0; i < sizeof(w); i++)
		if (p[i] != 0xa5)
			return false;
	return true;
}

static void put(u8 *to, u64 value, unsigned int bytes)
{
	while (bytes--) {
		to[bytes] = value & 0xff;
		value >>= 8;
	}
}

static void layout(void)
{
	u8 padded[DBP_WINDOW_PROP_LEN];

	check(parse(good, sizeof(good)), 0);
	check_text(why, "");
	check(w.liobn, 0x12345678);
	check(w.dma_base, 0x0123456789ab0000);
	check(w.tce_shift, 16);
	check(w.window_shift, 40);

	/* The padding holds whatever was in memory. */
	memcpy(padded, good, sizeof(good));
	memset(padded + 4, 0xff, 4);
	check(parse(padded, sizeof(padded)), 0);
	check_text(why, "");
	check(w.liobn, 0x12345678);
	check(w.dma_base, 0x0123456789ab0000);
	check(w.tce_shift, 16);
	check(w.window_shift, 40);
}

static void lengths(void)
{
	u8 data[64] = { 0 };
	size_t len;

	memcpy(data, good, sizeof(good));
	for (len = 0; len <= sizeof(data); len++) {
		if (len == DBP_WINDOW_PROP_LEN)
			continue;
		check(parse(data, len), -EINVAL);
		check_text(why, LENGTH);
		check(untouched(), true);
	}
	for (len = 0; len <= DBP_WINDOW_PROP_LEN; len += DBP_WINDOW_PROP_LEN) {
		why = "unset";
		check(dbp_window_prop_parse(NULL, len, &w, &why), -EINVAL);
		check_text(why, LENGTH);
		check(untouched(), true);
	}
}

static void values(void)
{
	static const struct {
		u32 liobn;
		u64 dma_base;
		u32 tce_shift, window_shift;
		const char *why;
	} cases[] = {
		{ 1, 0, 12, 13, "" },
		{ 0xffffffff, 0, 12, 13, "" },
		{ 0x80000000, 1ULL << 59, 24, 48, "" },
		{ 0, 0, 12, 13, LIOBN },
		{ 0, 1ULL << 59, 16, 40, LIOBN },

		{ 1, 0, 11, 40, PAGE },
		{ 1, 0, 0, 40, PAGE },
		{ 1, 0, 34, 40, "" },
		{ 1, 0, 35, 40, PAGE },
		{ 1, 0, 63, 64, PAGE },
		{ 1, 0, 64, 65, PAGE },
		{ 1, 0, 0x100 + 16, 40, PAGE },
		{ 1, 0, 0x80000000 + 16, 40, PAGE },
		{ 1, 0, 0xffffffff, 40, PAGE },

		{ 1, 0, 12, 12, SIZE },
		{ 1, 0, 12, 11, SIZE },
		{ 1, 0, 12, 0, SIZE },
		{ 1, 0, 34, 34, SIZE },
		{ 1, 0, 34, 35, "" },
		{ 1, 0, 16, 63, "" },
		{ 1, 0, 16, 64, SIZE },
		{ 1, 0, 16, 0x100 + 40, SIZE },
		{ 1, 0, 16, 0xffffffff, SIZE },

		{ 1, 1, 12, 13, ALIGN },
		{ 1, 2048, 12, 13, ALIGN },
		{ 1, 4095, 12, 13, ALIGN },
		{ 1, 4096, 12, 13, "" },
		{ 1, 4096, 16, 17, ALIGN },
		{ 1, (1ULL << 34) - 4096, 34, 40, ALIGN },
		{ 1, 1ULL << 33, 34, 40, ALIGN },
		{ 1, 1ULL << 34, 34, 40, "" },
		{ 1, 1ULL << 34, 34, 63, "" },

		/* The last byte may be the last address there is, and no further. */
		{ 1, 1ULL << 63, 12, 63, "" },
		{ 1, (1ULL << 63) + 4096, 12, 63, END },
		{ 1, U64_MAX - 8191, 12, 13, "" },
		{ 1, U64_MAX - 4095, 12, 13, END },
		{ 1, U64_MAX - 65535, 12, 16, "" },
		{ 1, U64_MAX - 65535 + 4096, 12, 16, END },
		{ 1, 0xfffffffc00000000ULL, 34, 35, END },
		{ 1, 0xfffffff800000000ULL, 34, 35, "" },
		{ 1, 3ULL << 62, 12, 63, END },
	};
	u8 data[DBP_WINDOW_PROP_LEN];
	unsigned int i;
	bool fits;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		fits = !strcmp(cases[i].why, "");
		put(data, cases[i].liobn, 4);
		put(data + 4, 0xdeadbeef, 4);
		put(data + 8, cases[i].dma_base, 8);
		put(data + 16, cases[i].tce_shift, 4);
		put(data + 20, cases[i].window_shift, 4);
		check(parse(data, sizeof(data)), fits ? 0 : -EINVAL);
		check_text(why, cases[i].why);
		if (!fits) {
			check(untouched(), true);
			continue;
		}
		check(w.liobn, cases[i].liobn);
		check(w.dma_base, cases[i].dma_base);
		check(w.tce_shift, cases[i].tce_shift);
		check(w.window_shift, cases[i].window_shift);
	}
}

int main(void)
{
	static const struct unit_test tests[] = {
		{ "window_prop: layout", layout },
		{ "window_prop: lengths", lengths },
		{ "window_prop: values", values },
	};

	return unit_run(tests, ARRAY_SIZE(tests));
}
