// SPDX-License-Identifier: GPL-2.0
#include "modes.h"
#include "unit.h"

static const struct {
	const char *word;
	enum bypass_mode mode;
	const char *shown;
} modes[] = {
	{ "auto", BYPASS_AUTO, "[auto] direct translate off\n" },
	{ "direct", BYPASS_DIRECT, "auto [direct] translate off\n" },
	{ "translate", BYPASS_TRANSLATE, "auto direct [translate] off\n" },
	{ "off", BYPASS_OFF, "auto direct translate [off]\n" },
};

static int parse(const char *word, size_t len)
{
	char *copy = unit_copy(word, len);
	int ret = bypass_mode_parse(copy, len);

	free(copy);
	return ret;
}

static void accepted(void)
{
	char line[16];
	unsigned int i;
	int n;

	check(ARRAY_SIZE(modes), BYPASS_NR_MODES);
	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		check(parse(modes[i].word, strlen(modes[i].word)), modes[i].mode);
		n = snprintf(line, sizeof(line), "%s\n", modes[i].word);
		check(parse(line, n), modes[i].mode);
		check_text(bypass_mode_name(modes[i].mode), modes[i].word);
	}
}

static void refused(void)
{
	static const char *const words[] = {
		"on", "Auto", "AUTO", "Off", "OFF", "DIRECT", "Translate", " off", "off ",
		"\toff", "off\t", "off\r\n", "\noff", "off\n\n", "auto\n\n", "off\x20\n", " ", "\n",
		"\n\n", "autodirect", "auto direct", "[auto]", "[auto] direct translate off\n",
		"0", "1", "-1", "directt", "offf", "xoff", "translated", "off,auto",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		check(parse(words[i], strlen(words[i])), -EINVAL);
	check(parse("", 0), -EINVAL);
	/* The length counts, not the byte that ends a string. */
	check(parse("off", 4), -EINVAL);
	check(parse("off\0\n", 5), -EINVAL);
	check(parse("off\n", 5), -EINVAL);
	check(parse("off\0off", 7), -EINVAL);
	check(parse("\0off", 4), -EINVAL);
	check(parse("\0", 1), -EINVAL);
	check(parse("\0\0\0", 3), -EINVAL);
	check(parse("default", 7), -EINVAL);
}

static void asks_for_default(void)
{
	check(bypass_mode_is_default("default", 7), true);
	check(bypass_mode_is_default("default\n", 8), true);
	check(bypass_mode_is_default("default\n\n", 9), false);
	check(bypass_mode_is_default("default", 8), false);
	check(bypass_mode_is_default("defaul", 6), false);
	check(bypass_mode_is_default(" default", 8), false);
	check(bypass_mode_is_default("Default", 7), false);
	check(bypass_mode_is_default("auto", 4), false);
	check(bypass_mode_is_default("\n", 1), false);
	check(bypass_mode_is_default("", 0), false);
}

/* Every word, less some of its end, more by any byte at either end, and with any byte changed. */
static void neighbours(void)
{
	unsigned int i, at, c;
	char text[16];
	size_t len;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		len = strlen(modes[i].word);
		for (at = 0; at < len; at++) {
			check(parse(modes[i].word, at), -EINVAL);
			check(parse(modes[i].word + at + 1, len - at - 1), -EINVAL);
			memcpy(text, modes[i].word, len + 1);
			text[at] = '\n';
			check(parse(text, at + 1), -EINVAL);
		}
		for (c = 0; c < 256; c++) {
			memcpy(text, modes[i].word, len + 1);
			text[len] = c;
			check(parse(text, len + 1), c == '\n' ? (int)modes[i].mode : -EINVAL);
			memcpy(text + 1, modes[i].word, len);
			text[0] = c;
			check(parse(text, len + 1), -EINVAL);
			for (at = 0; at < len; at++) {
				memcpy(text, modes[i].word, len + 1);
				text[at] = c;
				check(parse(text, len),
				      text[at] == modes[i].word[at] ? (int)modes[i].mode : -EINVAL);
			}
		}
	}
}

static void show(void)
{
	char text[64];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		check(bypass_mode_show(modes[i].mode, text, sizeof(text)), strlen(modes[i].shown));
		check_text(text, modes[i].shown);
	}
}

static void show_truncated(void)
{
	char want[64], stars[64], *buf;
	unsigned int i;
	size_t room;

	memset(stars, '*', sizeof(stars));
	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		for (room = 0; room < sizeof(want); room++) {
			buf = unit_copy(stars, room);
			snprintf(want, room, "%s", modes[i].shown);
			check(bypass_mode_show(modes[i].mode, buf, room), room ? strlen(want) : 0);
			if (room)
				check_text(buf, want);
			free(buf);
		}
	}
}

static void word_shown(void)
{
	static char text[4096];

	memset(text, 'x', sizeof(text));
	text[4] = '\n';
	text[32] = '\n';
	text[40] = '\n';
	text[41] = '\n';
	check(bypass_word_shown(text, 0), 0);
	check(bypass_word_shown(text, 1), 1);
	check(bypass_word_shown(text, 4), 4);
	check(bypass_word_shown(text, 5), 4);
	check(bypass_word_shown(text, 6), 6);
	check(bypass_word_shown(text + 4, 1), 0);
	check(bypass_word_shown(text + 40, 2), 1);
	check(bypass_word_shown(text, 31), 31);
	check(bypass_word_shown(text, 32), 32);
	check(bypass_word_shown(text, 33), 32);
	check(bypass_word_shown(text, 34), 32);
	check(bypass_word_shown(text, 41), 32);
	check(bypass_word_shown(text + 1, 32), 31);
	check(bypass_word_shown(text, sizeof(text)), 32);
}

int main(void)
{
	static const struct unit_test tests[] = {
		{ "modes: words", accepted },
		{ "modes: what is no word", refused },
		{ "modes: what is almost a word", neighbours },
		{ "modes: the word that is no mode", asks_for_default },
		{ "modes: show", show },
		{ "modes: show in too little room", show_truncated },
		{ "modes: how much of a refused word is shown", word_shown },
	};

	return unit_run(tests, ARRAY_SIZE(tests));
}
