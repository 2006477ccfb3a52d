// SPDX-License-Identifier: GPL-2.0
#include "spans.h"
#include "unit.h"

/* Most tests want a set that is soon full. */
#define ROOM 64
/* As much as a set of holes in a large guest needs. */
#define LARGE 1001

static struct dbp_spans *set;

static size_t set_size(unsigned int room)
{
	return sizeof(*set) + room * sizeof(set->s[0]);
}

/* Not a byte more than is needed, so that the address sanitizer sees who writes behind it. */
static struct dbp_spans *new_set(unsigned int room)
{
	struct dbp_spans *new = calloc(1, set_size(room));

	if (!new)
		abort();
	new->room = room;
	return new;
}

static bool same_sets(const struct dbp_spans *a, const struct dbp_spans *b)
{
	return a->nr == b->nr && !memcmp(a->s, b->s, a->nr * sizeof(a->s[0]));
}

/* The set as text: "10-20 30-40". */
static const char *shown(const struct dbp_spans *of)
{
	static char text[ROOM * 44];
	unsigned int i;
	int n = 0;

	text[0] = '\0';
	for (i = 0; i < of->nr; i++)
		n += scnprintf(text + n, sizeof(text) - n, "%s%llu-%llu", i ? " " : "",
			       of->s[i].start, of->s[i].end);
	return text;
}

/* Not with dbp_spans_add(), which is under test. */
static void read_set(const char *text)
{
	char *end;

	set->nr = 0;
	while (*text) {
		set->s[set->nr].start = strtoull(text, &end, 10);
		set->s[set->nr++].end = strtoull(end + 1, &end, 10);
		text = *end ? end + 1 : end;
	}
}

/* 64 ranges: 100-105 110-115 ... 730-735. */
static void fill_set(void)
{
	for (set->nr = 0; set->nr < ROOM; set->nr++) {
		set->s[set->nr].start = 100 + 10 * set->nr;
		set->s[set->nr].end = 105 + 10 * set->nr;
	}
}

static void add_one(void)
{
	static const struct {
		const char *before;
		u64 start, end;
		const char *after;
	} cases[] = {
		{ "", 10, 20, "10-20" },
		{ "", 0, U64_MAX, "0-18446744073709551615" },
		{ "30-40", 10, 20, "10-20 30-40" },
		{ "30-40", 50, 60, "30-40 50-60" },
		{ "10-20 50-60", 30, 40, "10-20 30-40 50-60" },
		{ "30-40", 20, 29, "20-29 30-40" },
		{ "30-40", 20, 30, "20-40" },
		{ "30-40", 20, 31, "20-40" },
		{ "30-40", 39, 50, "30-50" },
		{ "30-40", 40, 50, "30-50" },
		{ "30-40", 41, 50, "30-40 41-50" },
		{ "30-40", 30, 40, "30-40" },
		{ "30-40", 32, 38, "30-40" },
		{ "30-40", 20, 50, "20-50" },
		{ "10-20 30-40", 20, 30, "10-40" },
		{ "10-20 30-40", 15, 35, "10-40" },
		{ "10-20 30-40 50-60", 20, 50, "10-60" },
		{ "10-20 30-40 50-60", 5, 70, "5-70" },
		{ "10-20 30-40 50-60", 25, 45, "10-20 25-45 50-60" },
		{ "10-20 30-40 50-60 70-80", 35, 55, "10-20 30-60 70-80" },
		{ "10-20 30-40 50-60 70-80", 21, 69, "10-20 21-69 70-80" },
		{ "10-20 30-40", 25, 25, "10-20 30-40" },
		{ "10-20 30-40", 35, 15, "10-20 30-40" },
		{ "10-20 30-40", U64_MAX, 0, "10-20 30-40" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		read_set(cases[i].before);
		check(dbp_spans_add(set, cases[i].start, cases[i].end), 0);
		check_text(shown(set), cases[i].after);
	}
}

/* All orders of the ranges in @set from @from on. */
static void permute(const struct dbp_span *ranges, unsigned int nr, unsigned int from,
		    const char *want)
{
	struct dbp_span order[8];
	unsigned int i;

	memcpy(order, ranges, nr * sizeof(*order));
	if (from == nr) {
		set->nr = 0;
		for (i = 0; i < nr; i++)
			check(dbp_spans_add(set, order[i].start, order[i].end), 0);
		check_text(shown(set), want);
		return;
	}
	for (i = from; i < nr; i++) {
		order[from] = ranges[i];
		order[i] = ranges[from];
		permute(order, nr, from + 1, want);
		order[i] = ranges[i];
	}
}

static void add_orders(void)
{
	static const struct dbp_span apart[] = {
		{ 10, 20 }, { 21, 30 }, { 40, 41 }, { 50, 60 }, { 70, 80 }, { 0, 1 },
	};
	static const struct dbp_span mixed[] = {
		{ 10, 20 }, { 20, 30 }, { 25, 35 }, { 50, 60 }, { 52, 55 }, { 70, 80 },
	};
	static const struct dbp_span bridge[] = {
		{ 10, 20 }, { 30, 40 }, { 50, 60 }, { 70, 80 }, { 20, 70 }, { 90, 95 },
	};

	permute(apart, ARRAY_SIZE(apart), 0, "0-1 10-20 21-30 40-41 50-60 70-80");
	permute(mixed, ARRAY_SIZE(mixed), 0, "10-35 50-60 70-80");
	permute(bridge, ARRAY_SIZE(bridge), 0, "10-80 90-95");
}

static void add_full(void)
{
	static const struct dbp_span refused[] = {
		{ 1, 2 }, { 0, 99 }, { 106, 109 }, { 406, 409 }, { 726, 729 }, { 736, U64_MAX },
	};
	struct dbp_spans *before = new_set(ROOM);
	unsigned int i;

	fill_set();
	dbp_spans_copy(before, set);
	check(same_sets(set, before), true);
	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		check(dbp_spans_add(set, refused[i].start, refused[i].end), -ENOSPC);
		check(same_sets(set, before), true);
	}

	/* What needs no further range still goes in. */
	check(dbp_spans_add(set, 101, 104), 0);
	check(dbp_spans_add(set, 300, 300), 0);
	check(same_sets(set, before), true);
	check(dbp_spans_add(set, 735, 740), 0);
	check(dbp_spans_add(set, 90, 100), 0);
	check(set->nr, ROOM);
	check(dbp_spans_bytes(set), 64 * 5 + 15);
	check(dbp_spans_add(set, 105, 110), 0);
	check(set->nr, ROOM - 1);
	check(dbp_spans_add(set, 1, 2), 0);
	check(set->nr, ROOM);
	check(dbp_spans_add(set, 5, 6), -ENOSPC);
	check(dbp_spans_add(set, 0, 1000), 0);
	check_text(shown(set), "0-1000");
	free(before);
}

static void cut_one(void)
{
	static const struct {
		const char *before;
		u64 start, end;
		const char *after;
	} cases[] = {
		{ "", 10, 20, "" },
		{ "10-40", 20, 30, "10-20 30-40" },
		{ "10-40", 10, 11, "11-40" },
		{ "10-40", 39, 40, "10-39" },
		{ "10-40", 5, 20, "20-40" },
		{ "10-40", 30, 50, "10-30" },
		{ "10-40", 10, 40, "" },
		{ "10-40", 0, U64_MAX, "" },
		{ "10-40", 0, 10, "10-40" },
		{ "10-40", 40, 50, "10-40" },
		{ "10-40", 20, 20, "10-40" },
		{ "10-40", 30, 20, "10-40" },
		{ "10-40", U64_MAX, 0, "10-40" },
		{ "10-20 30-40 50-60", 20, 50, "10-20 50-60" },
		{ "10-20 30-40 50-60", 15, 55, "10-15 55-60" },
		{ "10-20 30-40 50-60", 0, 45, "50-60" },
		{ "10-20 30-40 50-60", 35, 70, "10-20 30-35" },
		{ "10-20 30-40 50-60", 20, 30, "10-20 30-40 50-60" },
		{ "10-20 30-40 50-60", 33, 35, "10-20 30-33 35-40 50-60" },
		{ "10-20 30-40 50-60", 0, 100, "" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		read_set(cases[i].before);
		check(dbp_spans_cut(set, cases[i].start, cases[i].end), 0);
		check_text(shown(set), cases[i].after);
	}
}

static void cut_full(void)
{
	static const struct dbp_span refused[] = { { 102, 103 }, { 101, 104 }, { 732, 733 } };
	struct dbp_spans *before = new_set(ROOM);
	unsigned int i;

	/* A split needs room, and loses nothing where there is none. */
	fill_set();
	dbp_spans_copy(before, set);
	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		check(dbp_spans_cut(set, refused[i].start, refused[i].end), -ENOSPC);
		check(same_sets(set, before), true);
	}

	/* What splits nothing needs no room. */
	check(dbp_spans_cut(set, 732, 735), 0);
	check(dbp_spans_cut(set, 100, 103), 0);
	check(dbp_spans_cut(set, 203, 212), 0);
	check(set->nr, ROOM);
	check(dbp_spans_cut(set, 205, 233), 0);
	check(set->nr, ROOM - 2);
	check(dbp_spans_bytes(set), 64 * 5 - 21);
	check(dbp_spans_cut(set, 302, 303), 0);
	check(set->nr, ROOM - 1);
	free(before);
}

/* 250 GiB with each second piece of 128 MiB taken away, one after the other, and given back. */
static void holes(void)
{
	static const u64 piece = 1ULL << 27;
	unsigned int i, step;

	free(set);
	set = new_set(LARGE);
	check(dbp_spans_add(set, 0, (2 * LARGE - 1) * piece), 0);
	/* In an order that is neither upwards nor downwards; 389 and 1000 have no common factor. */
	for (i = 0, step = 0; i < LARGE - 1; i++, step = (step + 389) % (LARGE - 1))
		check(dbp_spans_cut(set, (2 * step + 1) * piece, (2 * step + 2) * piece), 0);
	check(set->nr, LARGE);
	check(dbp_spans_bytes(set), LARGE * piece);
	for (i = 0; i < 2 * LARGE - 1; i++) {
		check(dbp_spans_hold(set, i * piece, piece), !(i % 2));
		check(dbp_spans_hold(set, i * piece + 1, piece), false);
		check(dbp_spans_hold(set, (i + 1) * piece - 1, 1), !(i % 2));
	}
	check(dbp_spans_cut(set, 1, 2), -ENOSPC);
	for (i = 0, step = 0; i < LARGE - 1; i++, step = (step + 389) % (LARGE - 1))
		check(dbp_spans_add(set, (2 * step + 1) * piece, (2 * step + 2) * piece), 0);
	check(set->nr, 1);
	check(dbp_spans_bytes(set), (2 * LARGE - 1) * piece);
	free(set);
	set = new_set(ROOM);
}

static void bytes(void)
{
	read_set("");
	check(dbp_spans_bytes(set), 0);
	read_set("10-20");
	check(dbp_spans_bytes(set), 10);
	read_set("0-1 10-20 30-33");
	check(dbp_spans_bytes(set), 14);
	read_set("0-4294967296 8589934592-18446744073709551615");
	check(dbp_spans_bytes(set), U64_MAX - (1ULL << 32));
	fill_set();
	check(dbp_spans_bytes(set), 64 * 5);
}

static void hold(void)
{
	static const struct {
		u64 phys, size;
		bool held;
	} cases[] = {
		{ 10, 1, true }, { 10, 10, true }, { 10, 11, false }, { 9, 1, false },
		{ 9, 2, false }, { 9, 11, false }, { 19, 1, true }, { 19, 2, false },
		{ 20, 1, false }, { 15, 5, true }, { 15, 6, false }, { 15, 20, false },
		/* between two ranges, and from one into the next */
		{ 25, 1, false }, { 20, 10, false }, { 29, 1, false }, { 29, 2, false },
		{ 19, 12, false }, { 10, 30, false },
		{ 30, 1, true }, { 30, 10, true }, { 30, 11, false }, { 39, 1, true },
		{ 40, 1, false }, { 41, 1, false }, { 0, 1, false }, { 0, 100, false },
		/* a buffer of no bytes is where its address is */
		{ 9, 0, false }, { 10, 0, true }, { 19, 0, true }, { 20, 0, false },
		{ 40, 0, false },
		/* an end that wraps around */
		{ 10, U64_MAX, false }, { 10, U64_MAX - 9, false }, { 10, U64_MAX - 4, false },
		{ 15, U64_MAX, false }, { 31, U64_MAX - 20, false },
		{ U64_MAX, 0, false }, { U64_MAX, 1, false }, { U64_MAX, 21, false },
		{ U64_MAX, U64_MAX, false }, { U64_MAX - 1, 17, false },
	};
	unsigned int i;

	read_set("10-20 30-40");
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		check(dbp_spans_hold(set, cases[i].phys, cases[i].size), cases[i].held);

	read_set("");
	check(dbp_spans_hold(set, 0, 0), false);
	check(dbp_spans_hold(set, 0, 1), false);
	read_set("0-18446744073709551615");
	check(dbp_spans_hold(set, 0, U64_MAX), true);
	check(dbp_spans_hold(set, 1, U64_MAX), false);
	check(dbp_spans_hold(set, U64_MAX - 1, 1), true);
	check(dbp_spans_hold(set, U64_MAX - 1, 2), false);
	fill_set();
	check(dbp_spans_hold(set, 730, 5), true);
	check(dbp_spans_hold(set, 730, 6), false);
}

/* A set once more, as a row of cells of @scale bytes each from @base on. */
#define CELLS 400
#define ROUNDS 20
#define OPERATIONS 10000

static bool cell[CELLS];
static u64 base, scale;

static void model_set(struct dbp_spans *want, unsigned int *runs)
{
	unsigned int i;

	want->nr = 0;
	*runs = 0;
	for (i = 0; i < CELLS; i++) {
		if (cell[i] && (!i || !cell[i - 1]) && ++*runs <= ROOM)
			want->s[want->nr++].start = base + i * scale;
		if (cell[i] && *runs <= ROOM)
			want->s[want->nr - 1].end = base + (i + 1) * scale;
	}
}

static bool model_hold(u64 phys, u64 size)
{
	u64 at = phys - base, i;

	if (phys < base || at >= CELLS * scale || size > CELLS * scale - at)
		return false;
	for (i = at / scale; i <= (at + (size ? size - 1 : 0)) / scale; i++)
		if (!cell[i])
			return false;
	return true;
}

/* Empties or fills cells in the model and in @set; returns whether there was too little room. */
/* Empties or fills cells in the model and in @set; returns whether there was too little room. */
static bool model_change(bool add, unsigned int from, unsigned int to)
{
	static struct dbp_spans *want;
	bool before[CELLS];
	unsigned int runs, i;
	int ret;

	if (!want)
		want = new_set(ROOM);
	memcpy(before, cell, sizeof(cell));
	for (i = from; i < to; i++)
		cell[i] = add;
	model_set(want, &runs);
	if (add)
		ret = dbp_spans_add(set, base + from * scale, base + to * scale);
	else
		ret = dbp_spans_cut(set, base + from * scale, base + to * scale);
	check(ret, runs > ROOM ? -ENOSPC : 0);

	/* What is refused changes nothing. */
	if (runs > ROOM) {
		memcpy(cell, before, sizeof(cell));
		model_set(want, &i);
	}
	check(same_sets(set, want), true);
	return runs > ROOM;
}

static void against_model(void)
{
	static const u64 scales[] = { 1, 3, 4096, 1ULL << 28 };
	unsigned int round, i, k, from, to, full[2] = { 0 }, held[2] = { 0 };
	u64 state = unit_seed(), phys, size, sum;
	bool in;

	for (round = 0; round < ROUNDS; round++) {
		scale = scales[round % ARRAY_SIZE(scales)];
		/* At 0, somewhere, and up to the last address. */
		base = round % 3 == 0 ? 0 : round % 3 == 1 ? unit_random(&state, 1ULL << 50) :
		       U64_MAX - CELLS * scale;
		memset(cell, 0, sizeof(cell));
		set->nr = 0;
		for (i = 0; i < OPERATIONS && !unit_failed; i++) {
			from = unit_random(&state, CELLS);
			to = from + unit_random(&state, unit_random(&state, 1000) ? 3 : CELLS);
			to = to < CELLS ? to : CELLS;
			in = unit_random(&state, 2);
			full[in] += model_change(in, from, to);

			phys = base + unit_random(&state, CELLS * scale + 2) - 1;
			size = unit_random(&state, 4 * scale);
			if (!unit_random(&state, 8))
				size = U64_MAX - size;
			in = model_hold(phys, size);
			held[in]++;
			check(dbp_spans_hold(set, phys, size), in);

			for (sum = 0, k = 0; k < CELLS; k++)
				sum += cell[k] * scale;
			check(dbp_spans_bytes(set), sum);
		}
	}
	/* The comparison is worth something only when it has been everywhere. */
	printf("# %u operations; no room: %u times to add, %u times to cut; held: %u of %u\n",
	       ROUNDS * OPERATIONS, full[true], full[false], held[true], held[true] + held[false]);
	check(full[true] > 100 && full[false] > 100, true);
	check(held[true] > 1000 && held[false] > 1000, true);
}

int main(void)
{
	static const struct unit_test tests[] = {
		{ "spans: add one range", add_one },
		{ "spans: add in all orders", add_orders },
		{ "spans: add to a full set", add_full },
		{ "spans: cut", cut_one },
		{ "spans: cut out of a full set", cut_full },
		{ "spans: a thousand holes", holes },
		{ "spans: bytes", bytes },
		{ "spans: hold a whole buffer", hold },
		{ "spans: the same as a row of cells", against_model },
	};

	set = new_set(ROOM);
	return unit_run(tests, ARRAY_SIZE(tests));
}
