// SPDX-License-Identifier: GPL-2.0
#include "selector.h"
#include "unit.h"

#define EMPTY "a selector is empty"
#define TOO_LONG "a selector is too long"
#define BLANK "a selector holds a blank or a control character"
#define NOTHING "it is no PCI address like 0000:00:01.0, no driver:NAME, no loc:CODE"
#define WORD "the word behind = is none of auto, direct, translate, off"
#define TWICE "a selector stands there twice"
#define TOO_MANY "there are more than 64 selectors"

static struct dbp_selectors list;
static const char *why;
static long where;

/* @where becomes an offset, or -1 when it is not in the text. */
static int parse(const char *text)
{
	size_t len = strlen(text);
	char *copy = unit_copy(text, len + 1);
	const char *at = NULL;
	int ret;

	/* What was there before is to be gone. */
	list.nr = 7;
	why = "unset";
	ret = dbp_selectors_parse(copy, &list, &why, &at);
	where = at >= copy && at <= copy + len ? at - copy : -1;
	free(copy);
	return ret;
}

static const char *shown(void)
{
	static const char *const kinds[] = { "pci", "driver", "loc" };
	static char text[DBP_MAX_SELECTORS * 80];
	unsigned int i;
	int n = 0;

	text[0] = '\0';
	for (i = 0; i < list.nr; i++)
		n += scnprintf(text + n, sizeof(text) - n, "%s%s %s %s", i ? ", " : "",
			       kinds[list.sel[i].kind], list.sel[i].name,
			       bypass_mode_name(list.sel[i].mode));
	return text;
}

static void accepted(void)
{
	static const struct {
		const char *text, *shown;
	} cases[] = {
		{ "0000:00:01.0", "pci 0000:00:01.0 direct" },
		{ "0000:00:01.0\n", "pci 0000:00:01.0 direct" },
		{ "0000:00:01.0=auto", "pci 0000:00:01.0 auto" },
		{ "0000:00:01.0=direct", "pci 0000:00:01.0 direct" },
		{ "0000:00:01.0=translate", "pci 0000:00:01.0 translate" },
		{ "0000:00:01.0=off", "pci 0000:00:01.0 off" },
		{ "0000:00:01.0=off\n", "pci 0000:00:01.0 off" },
		{ "ABCD:EF:1A.7", "pci abcd:ef:1a.7 direct" },
		{ "fFfF:Ff:1F.0=auto", "pci ffff:ff:1f.0 auto" },
		{ "driver:nvme", "driver nvme direct" },
		{ "driver:nvme\n", "driver nvme direct" },
		{ "driver:nvme=translate", "driver nvme translate" },
		{ "driver:NvMe", "driver NvMe direct" },
		{ "driver:0000:00:01.0", "driver 0000:00:01.0 direct" },
		{ "driver:driver:x", "driver driver:x direct" },
		{ "driver:loc:x", "driver loc:x direct" },
		{ "loc:U78D2.001.WZS0-P1-C3", "loc U78D2.001.WZS0-P1-C3 direct" },
		{ "loc:U78D2.001.WZS0-P1-C3=off", "loc U78D2.001.WZS0-P1-C3 off" },
		{ "loc:off=auto", "loc off auto" },
		{ "driver:!\"#$%&'()*+-./:;<>?@[]^_`{|}~",
		  "driver !\"#$%&'()*+-./:;<>?@[]^_`{|}~ direct" },
		{ "0001:00:01.0=auto,driver:nvme=off,loc:U1-C2",
		  "pci 0001:00:01.0 auto, driver nvme off, loc U1-C2 direct" },
		{ "loc:b,driver:b,loc:a,driver:a\n",
		  "loc b direct, driver b direct, loc a direct, driver a direct" },
		/* Only addresses are the same in either case. */
		{ "driver:a,driver:A,loc:a,loc:A",
		  "driver a direct, driver A direct, loc a direct, loc A direct" },
		{ "driver:ab,driver:a,driver:abc",
		  "driver ab direct, driver a direct, driver abc direct" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		check(parse(cases[i].text), 0);
		check_text(why, "");
		check_text(shown(), cases[i].shown);
	}
}

static void refused(void)
{
	static const struct {
		const char *text, *why;
		long where;
	} cases[] = {
		{ "", EMPTY, 0 },
		{ "\n", EMPTY, 0 },
		{ ",", EMPTY, 0 },
		{ ",\n", EMPTY, 0 },
		{ "driver:a,", EMPTY, 9 },
		{ "driver:a,\n", EMPTY, 9 },
		{ ",driver:a", EMPTY, 0 },
		{ "driver:a,,driver:b", EMPTY, 9 },
		{ "driver:", EMPTY, 0 },
		{ "driver:\n", EMPTY, 0 },
		{ "loc:", EMPTY, 0 },
		{ "driver:,loc:a", EMPTY, 0 },
		{ "loc:a,driver:=off", EMPTY, 6 },
		{ "=off", EMPTY, 0 },
		{ "driver:a,=auto", EMPTY, 9 },

		{ "=", WORD, 0 },
		{ "==", WORD, 0 },
		{ "==off", WORD, 0 },
		{ "driver:a=", WORD, 0 },
		{ "driver:a=\n", WORD, 0 },
		{ "driver:a=,driver:b", WORD, 0 },
		{ "driver:a=on", WORD, 0 },
		{ "driver:a=OFF", WORD, 0 },
		{ "driver:a= off", WORD, 0 },
		{ "driver:a=off ", WORD, 0 },
		{ "driver:a=of", WORD, 0 },
		{ "driver:a=offf", WORD, 0 },
		{ "driver:a=off=off", WORD, 0 },
		{ "driver:a=off\n\n", WORD, 0 },
		{ "driver:a=off\n,driver:b", WORD, 0 },
		{ "driver:a=off,0000:00:01.0=x", WORD, 13 },

		{ " driver:a", BLANK, 0 },
		{ "driver: a", BLANK, 0 },
		{ "driver:a ", BLANK, 0 },
		{ "driver:a, driver:b", BLANK, 9 },
		{ "driver:a =off", BLANK, 0 },
		{ "driver:a\n\n", BLANK, 0 },
		{ "driver:a\n,driver:b", BLANK, 0 },
		{ "driver:a,loc:b\tc,driver:d", BLANK, 9 },
		{ "0000:00:01.0 ", BLANK, 0 },
		{ " ", BLANK, 0 },

		{ "nvme", NOTHING, 0 },
		{ "driver", NOTHING, 0 },
		{ "loc", NOTHING, 0 },
		{ "Driver:a", NOTHING, 0 },
		{ "LOC:a", NOTHING, 0 },
		{ "pci:0000:00:01.0", NOTHING, 0 },
		{ "00:01.0", NOTHING, 0 },
		{ "0000:00:01", NOTHING, 0 },
		{ "0000:00:20.0", NOTHING, 0 },
		{ "0000:00:01.8", NOTHING, 0 },
		{ "0000:00:01.0.", NOTHING, 0 },
		{ "10000:00:01.0", NOTHING, 0 },
		{ "000g:00:01.0", NOTHING, 0 },
		{ "driver:a,off", NOTHING, 9 },

		{ "driver:a,driver:a", TWICE, 9 },
		{ "driver:a=off,driver:b,driver:a=auto", TWICE, 22 },
		{ "loc:x,loc:x\n", TWICE, 6 },
		{ "0000:00:01.0,0000:00:01.0", TWICE, 13 },
		{ "00ab:00:1f.0,00AB:00:1F.0=off", TWICE, 13 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		check(parse(cases[i].text), -EINVAL);
		check_text(why, cases[i].why);
		check(where, cases[i].where);
		check(list.nr, 0);
	}
}

static void lengths(void)
{
	static const char *const prefix[] = { "driver:", "loc:", "" };
	char name[300], text[320];
	unsigned int i, len;

	for (i = 0; i < ARRAY_SIZE(prefix); i++) {
		for (len = 1; len < sizeof(name); len++) {
			memset(name, 'x', len);
			name[len] = '\0';
			snprintf(text, sizeof(text), "%s%s=off", prefix[i], name);
			if (*prefix[i] && len < DBP_SELECTOR_LEN) {
				check(parse(text), 0);
				check_text(list.sel[0].name, name);
				check(list.sel[0].mode, BYPASS_OFF);
				continue;
			}
			check(parse(text), -EINVAL);
			check_text(why, len < DBP_SELECTOR_LEN ? NOTHING : TOO_LONG);
			check(where, 0);
			check(list.nr, 0);
			if (len == sizeof(name) - 1)
				break;
		}
	}
}

/* Every byte of 7 bits in a name, but for those that end it. */
static void characters(void)
{
	char text[] = "driver:a?b";
	char want[] = "driver a?b direct";
	unsigned int c;

	for (c = 1; c < 128; c++) {
		if (c == ',' || c == '=')
			continue;
		text[8] = c;
		want[8] = c;
		if (c > ' ' && c < 127) {
			check(parse(text), 0);
			check_text(shown(), want);
			continue;
		}
		check(parse(text), -EINVAL);
		check_text(why, BLANK);
		check(list.nr, 0);
	}
}

/* A list of @nr drivers with different names; returns the length of all but the last. */
static size_t many(char *text, size_t room, unsigned int nr)
{
	size_t n = 0, last = 0;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		last = n;
		n += scnprintf(text + n, room - n, "%sdriver:d%u", i ? "," : "", i);
	}
	return last;
}

static void counts(void)
{
	char text[DBP_MAX_SELECTORS * 20], name[8];
	unsigned int i;
	size_t last;

	for (i = 1; i <= DBP_MAX_SELECTORS; i++) {
		many(text, sizeof(text), i);
		check(parse(text), 0);
		check(list.nr, i);
		snprintf(name, sizeof(name), "d%u", i - 1);
		check_text(list.sel[i - 1].name, name);
		check_text(list.sel[0].name, "d0");
	}

	last = many(text, sizeof(text), DBP_MAX_SELECTORS + 1);
	check(parse(text), -E2BIG);
	check_text(why, TOO_MANY);
	check(where, last + 1);
	check(list.nr, 0);

	/* The last of 64 is looked at like all others. */
	last = many(text, sizeof(text), DBP_MAX_SELECTORS);
	memcpy(text + last, ",driver:d0", sizeof(",driver:d0"));
	check(parse(text), -EINVAL);
	check_text(why, TWICE);
	check(where, last + 1);
	check(list.nr, 0);
}

static void address(void)
{
	static const char *const digits[] = {
		"0123456789abcdefABCDEF", ":", ".", "01", "01234567",
	};
	static const unsigned int rule[] = { 0, 0, 0, 0, 1, 0, 0, 1, 3, 0, 2, 4 };
	char text[] = "0000:00:00.0", whole[] = "0000:00:00.0";
	unsigned int at, c;

	check(dbp_pci_address_valid(whole), true);
	for (at = 0; at < ARRAY_SIZE(rule); at++) {
		for (c = 1; c < 256; c++) {
			memcpy(text, whole, sizeof(whole));
			text[at] = c;
			check(dbp_pci_address_valid(text), !!strchr(digits[rule[at]], c));
		}
		text[at] = '\0';
		check(dbp_pci_address_valid(text), false);
	}
	check(dbp_pci_address_valid("ffff:ff:1f.7"), true);
	check(dbp_pci_address_valid("0000:00:00.00"), false);
	check(dbp_pci_address_valid("0000:00:00.0\n"), false);
}

int main(void)
{
	static const struct unit_test tests[] = {
		{ "selector: lists", accepted },
		{ "selector: refusals", refused },
		{ "selector: lengths of names", lengths },
		{ "selector: characters of names", characters },
		{ "selector: numbers of selectors", counts },
		{ "selector: PCI addresses", address },
	};

	return unit_run(tests, ARRAY_SIZE(tests));
}
