// SPDX-License-Identifier: GPL-2.0
/*
 * Whatever the input: the parsers stay inside it, and what they say of it holds. With
 * -Dfuzz_one=LLVMFuzzerTestOneInput this is a target of libFuzzer; without, a program that makes
 * inputs of its own.
 */
#include "selector.h"
#include "spans.h"
#include "unit.h"
#include "window_plan.h"
#include "window_prop.h"

int fuzz_one(const u8 *data, size_t size);

static const u8 *input;
static size_t input_len;

/* Every word, every refusal of each parser, and that it accepts something. */
#define ANSWERS (5 + 7 + 8)

static struct {
	char parser;
	const char *text;
} answer[2 * ANSWERS];
static unsigned int answers;

/* What the last input did: inputs that do something new are kept. */
static u64 outcome;

static void broken(int line, const char *what)
{
	size_t i;

	fprintf(stderr, "%s:%d: not so: %s; the input is \"", __FILE__, line, what);
	for (i = 0; i < input_len; i++)
		fprintf(stderr, "\\x%02x", input[i]);
	fputs("\"\n", stderr);
	abort();
}

#define must(what) do { if (!(what)) broken(__LINE__, #what); } while (0)

static void seen(char parser, const char *text)
{
	unsigned int i;

	for (i = 0; i < answers; i++)
		if (answer[i].parser == parser && !strcmp(answer[i].text, text))
			break;
	must(i < ARRAY_SIZE(answer));
	if (i == answers) {
		answer[i].parser = parser;
		answer[i].text = text;
		answers++;
	}
	outcome = outcome * ARRAY_SIZE(answer) + i;
}

static void try_mode(const u8 *data, size_t len)
{
	int mode = bypass_mode_parse((const char *)data, len), i;
	int shown = bypass_word_shown((const char *)data, len);

	must(shown >= 0 && shown <= 32 && (size_t)shown <= len);
	if (len && data[len - 1] == '\n')
		len--;
	for (i = 0; i < BYPASS_NR_MODES; i++) {
		const char *name = bypass_mode_name(i);

		must((mode == i) == (len == strlen(name) && !memcmp(name, data, len)));
	}
	must(mode == -EINVAL || (mode >= 0 && mode < BYPASS_NR_MODES));
	seen('m', mode < 0 ? "" : bypass_mode_name(mode));
}

static u64 number(const u8 *data, unsigned int bytes)
{
	return bytes ? number(data, bytes - 1) * 256 + data[bytes - 1] : 0;
}

static void try_window(const u8 *data, size_t len)
{
	struct dbp_window_prop w, before;
	const char *why = NULL;
	bool fits = false;
	int ret;

	memset(&w, 0xa5, sizeof(w));
	memcpy(&before, &w, sizeof(w));
	ret = dbp_window_prop_parse(data, len, &w, &why);
	must(why);
	if (len == DBP_WINDOW_PROP_LEN) {
		u64 liobn = number(data, 4), base = number(data + 8, 8);
		u64 page = number(data + 16, 4), size = number(data + 20, 4);

		fits = liobn && page >= 12 && page <= 34 && size > page && size < 64 &&
		       base >> page << page == base &&
		       (1ULL << size) - 1 <= U64_MAX - base;
		must(!fits || (w.liobn == liobn && w.dma_base == base && w.tce_shift == page &&
			       w.window_shift == size));
	}
	must(ret == (fits ? 0 : -EINVAL));
	must(!*why == fits);
	must(fits || !memcmp(&w, &before, sizeof(w)));
	seen('w', why);
}

static void check_list(const struct dbp_selectors *list)
{
	unsigned int i, k;

	must(list->nr && list->nr <= DBP_MAX_SELECTORS);
	for (i = 0; i < list->nr; i++) {
		const struct dbp_selector *sel = &list->sel[i];
		size_t len = strnlen(sel->name, sizeof(sel->name));

		must(len && len < sizeof(sel->name));
		must(!strpbrk(sel->name, ",= \t\r\n\v\f\x7f"));
		must(sel->mode < BYPASS_NR_MODES);
		must(sel->kind <= DBP_SEL_LOC);
		if (sel->kind == DBP_SEL_PCI)
			must(dbp_pci_address_valid(sel->name) && !strpbrk(sel->name, "ABCDEF"));
		for (k = 0; k < i; k++)
			must(list->sel[k].kind != sel->kind ||
			     strcmp(list->sel[k].name, sel->name));
	}
}

/* The list written out again means the same. */
static void check_again(const struct dbp_selectors *list)
{
	static const char *const prefix[] = { "", "driver:", "loc:" };
	static char text[DBP_MAX_SELECTORS * (DBP_SELECTOR_LEN + 20)];
	static struct dbp_selectors again;
	const char *why, *where;
	unsigned int i;
	int n = 0;

	for (i = 0; i < list->nr; i++)
		n += scnprintf(text + n, sizeof(text) - n, "%s%s%s=%s", i ? "," : "",
			       prefix[list->sel[i].kind], list->sel[i].name,
			       bypass_mode_name(list->sel[i].mode));
	must(!dbp_selectors_parse(text, &again, &why, &where));
	must(again.nr == list->nr);
	for (i = 0; i < list->nr; i++) {
		must(again.sel[i].kind == list->sel[i].kind);
		must(again.sel[i].mode == list->sel[i].mode);
		must(!strcmp(again.sel[i].name, list->sel[i].name));
	}
}

static void try_selectors(const u8 *data, size_t size)
{
	static struct dbp_selectors list;
	const char *why = NULL, *where = NULL, *ignored;
	char *text = unit_copy(data, size + 1);
	unsigned int commas = 0, i;
	int ret;

	memset(&list, 0xa5, sizeof(list));
	ret = dbp_selectors_parse(text, &list, &why, &where);
	must(why);
	seen('s', why);
	outcome = outcome * 4 + (list.nr < 3 ? list.nr : 3);
	for (i = 0; text[i]; i++)
		commas += text[i] == ',';
	if (!ret) {
		must(!*why);
		must(list.nr == commas + 1);
		check_list(&list);
		check_again(&list);
	} else {
		must(ret == -EINVAL || (ret == -E2BIG && commas >= DBP_MAX_SELECTORS));
		must(*why && !list.nr);
		must(where >= text && where <= text + strlen(text));
		must(where == text || where[-1] == ',');
		/* What stands before the place is right. */
		if (where > text) {
			text[where - text - 1] = '\0';
			must(!dbp_selectors_parse(text, &list, &why, &ignored));
		}
	}
	free(text);
}

/* The memory of the device tree: a list of another length than it says is not believed. */
static void try_lmbs(const u8 *data, size_t size)
{
	bool sound = size >= 4 && number(data, 4) * DBP_LMB_ENTRY_LEN == size - 4;
	size_t i;
	u64 end;

	must(sound || !dbp_plan_lmbs_end(data, size, true, 1 << 28));
	end = dbp_plan_lmbs_end(data, size, false, 1 << 28);
	must(sound || !end);
	for (i = 4; end && i < size; i += DBP_LMB_ENTRY_LEN)
		must(number(data + i, 8) < end);
}

/*
 * Ranges of a small space are added and cut, three bytes an operation; at the end each unit of that
 * space is compared with a model. More than one range in two units cannot be, so the set gets full.
 */
#define SPACE 256

static void check_spans(const struct dbp_spans *set, const bool *in)
{
	u64 bytes = 0;
	unsigned int i;

	must(set->nr <= set->room);
	for (i = 0; i < set->nr; i++) {
		must(set->s[i].start < set->s[i].end);
		must(!i || set->s[i - 1].end < set->s[i].start);
	}
	for (i = 0; i < SPACE; i++) {
		must(dbp_spans_hold(set, i, 1) == in[i]);
		bytes += in[i];
	}
	must(dbp_spans_bytes(set) == bytes);
}

#define ROOM 64

static struct dbp_spans *new_spans(void)
{
	struct dbp_spans *set = calloc(1, sizeof(*set) + ROOM * sizeof(set->s[0]));

	if (!set)
		abort();
	set->room = ROOM;
	return set;
}

static void try_spans(const u8 *data, size_t size)
{
	struct dbp_spans *set = new_spans(), *before = new_spans();
	bool in[SPACE] = { false };
	unsigned int i;
	int ret;

	for (; size >= 3; data += 3, size -= 3) {
		bool add = data[0] & 1;
		u64 start = data[1], end = data[2];

		dbp_spans_copy(before, set);
		ret = add ? dbp_spans_add(set, start, end) : dbp_spans_cut(set, start, end);
		must(!ret || (ret == -ENOSPC && before->nr == ROOM));
		if (ret) {
			must(set->nr == before->nr &&
			     !memcmp(set->s, before->s, set->nr * sizeof(set->s[0])));
		} else {
			for (i = start; i < end; i++)
				in[i] = add;
		}
	}
	check_spans(set, in);
	free(set);
	free(before);
}

int fuzz_one(const u8 *data, size_t size)
{
	u8 *copy = unit_copy(data, size), *text;

	input = data;
	input_len = size;
	outcome = 0;
	try_mode(copy, size);
	try_window(copy, size);
	try_lmbs(copy, size);
	try_spans(copy, size);
	text = realloc(copy, size + 1);
	if (!text)
		abort();
	text[size] = '\0';
	try_selectors(text, size);
	free(text);
	return 0;
}

#ifndef fuzz_one
#define INPUTS 200000
#define MAX_LEN 2048
#define POOL 256

static struct {
	size_t len;
	u64 outcome;
	u8 data[MAX_LEN];
} pool[POOL];
static unsigned int pooled;

static void keep(const void *data, size_t len)
{
	unsigned int i;

	fuzz_one(data, len);
	for (i = 0; i < pooled; i++)
		if (pool[i].outcome == outcome)
			return;
	if (pooled == POOL)
		return;
	memcpy(pool[pooled].data, data, len);
	pool[pooled].outcome = outcome;
	pool[pooled++].len = len;
}

static void keep_text(const char *text)
{
	keep(text, strlen(text));
}

/* Inputs that longer searches kept, one a line, in hexadecimal digits. */
static void replay(void)
{
	static char line[2 * MAX_LEN + 2];
	FILE *f = fopen("tests/unit/corpus", "r");
	unsigned int lines = 0;
	u8 data[MAX_LEN];

	check(!f, false);
	while (f && fgets(line, sizeof(line), f)) {
		size_t len = 0;

		if (*line == '#')
			continue;
		while (sscanf(line + 2 * len, "%2hhx", &data[len]) == 1)
			len++;
		check(strcmp(line + 2 * len, "\n"), 0);
		keep(data, len);
		lines++;
	}
	if (f)
		fclose(f);
	printf("# %u inputs\n", lines);
	check(answers, ANSWERS);
}

static u64 state;

/* Replaces @cut bytes at @at by @len others, when there is room. */
static size_t splice(u8 *data, size_t size, size_t at, size_t cut, const void *from, size_t len)
{
	if (size - cut + len > MAX_LEN)
		return size;
	memmove(data + at + len, data + at + cut, size - at - cut);
	memcpy(data + at, from, len);
	return size - cut + len;
}

static size_t mutate(u8 *data, size_t size)
{
	static const char *const words[] = {
		",", "=", "=auto", "=direct", "=translate", "=off", "driver:", "loc:", "\n", ":",
		".", " ", "0000:00:01.0", ",0001:Ab:1f.7", ",driver:x", ",loc:U1-P1",
	};
	static const u8 bytes[] = {
		0, 1, 11, 12, 13, 34, 35, 63, 64, 0x7f, 0x80, 0xff, '\n', '0', 'F',
	};
	size_t at = unit_random(&state, size + 1), rest = size - at, len;
	u8 part[MAX_LEN];
	const char *word;
	unsigned int i;

	switch (unit_random(&state, 6)) {
	case 0:
		if (rest)
			data[at] ^= 1 << unit_random(&state, 8);
		return size;
	case 1:
		if (rest)
			data[at] = bytes[unit_random(&state, sizeof(bytes))];
		return size;
	case 2:
		len = unit_random(&state, (rest < 16 ? rest : 16) + 1);
		return splice(data, size, at, len, "", 0);
	case 3:
		word = words[unit_random(&state, ARRAY_SIZE(words))];
		return splice(data, size, at, 0, word, strlen(word));
	case 4:
		len = unit_random(&state, rest + 1);
		memcpy(part, data + at, len);
		return splice(data, size, unit_random(&state, size + 1), 0, part, len);
	default:
		i = unit_random(&state, pooled);
		len = unit_random(&state, pool[i].len + 1);
		return splice(data, size, at, rest < len ? rest : len, pool[i].data, len);
	}
}

static void fuzz(void)
{
	static const u8 windows[][DBP_WINDOW_PROP_LEN] = {
		{ 0x80, 0, 0, 1, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 40 },
		{ 0, 0, 0, 1, 0, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 63 },
	};
	char long_list[MAX_LEN];
	u8 data[MAX_LEN];
	unsigned int i;
	size_t size;
	int n = 0;

	state = unit_seed();
	answers = 0;
	pooled = 0;
	for (i = 0; i < DBP_MAX_SELECTORS; i++)
		n += scnprintf(long_list + n, sizeof(long_list) - n, "%sdriver:d%u",
			       i ? "," : "", i);
	keep_text(long_list);
	for (i = 0; i < BYPASS_NR_MODES; i++)
		keep_text(bypass_mode_name(i));
	keep_text("0000:00:01.0=off,driver:nvme,loc:U78D2.001.WZS0-P1-C3=auto");
	for (i = 0; i < ARRAY_SIZE(windows); i++)
		keep(windows[i], sizeof(windows[i]));
	for (i = 0; i < INPUTS; i++) {
		unsigned int from = unit_random(&state, pooled);

		size = pool[from].len;
		memcpy(data, pool[from].data, size);
		do
			size = mutate(data, size);
		while (unit_random(&state, 3));
		keep(data, size);
	}
	printf("# %u inputs, %u kept\n", INPUTS, pooled);
	/* Less would mean that it went round in circles. */
	check(answers, ANSWERS);
}

int main(void)
{
	static const struct unit_test tests[] = {
		{ "parsers: inputs that were found earlier", replay },
		{ "parsers: inputs made at random", fuzz },
	};

	return unit_run(tests, ARRAY_SIZE(tests));
}
#endif
