// SPDX-License-Identifier: GPL-2.0
/*
 * The words of a toggle. No kernel service is used here: the unit tests compile this file
 * in user space.
 */
#include "modes.h"

static const char *const words[BYPASS_NR_MODES] = {
	[BYPASS_AUTO] = "auto",
	[BYPASS_DIRECT] = "direct",
	[BYPASS_TRANSLATE] = "translate",
	[BYPASS_OFF] = "off",
};

static bool is_word(const char *given, size_t len, const char *word)
{
	if (len && given[len - 1] == '\n')
		len--;
	return strlen(word) == len && !memcmp(word, given, len);
}

/**
 * bypass_mode_parse - the mode that a word names
 * @word: text, not necessarily terminated; one newline at its end is forgiven, as echo writes it
 * @len: its length
 *
 * Context: any. Return: an enum bypass_mode, or -EINVAL for anything but exactly one known word.
 */
int bypass_mode_parse(const char *word, size_t len)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (is_word(word, len, words[i]))
			return i;
	return -EINVAL;
}

/**
 * bypass_mode_is_default - does a word ask for what the parameters want, instead of for a mode?
 * @word: as for bypass_mode_parse()
 * @len: its length
 *
 * Context: any. Return: true for exactly "default".
 */
bool bypass_mode_is_default(const char *word, size_t len)
{
	return is_word(word, len, "default");
}

/**
 * bypass_mode_name - the word for a mode
 * @mode: the mode
 *
 * Context: any. Return: a static string.
 */
const char *bypass_mode_name(enum bypass_mode mode)
{
	return words[mode];
}

/**
 * bypass_mode_show - all words with the current one in brackets
 * @mode: the current mode
 * @buf: where to write
 * @len: room there
 *
 * Context: any. Return: characters written, a newline included.
 */
int bypass_mode_show(enum bypass_mode mode, char *buf, size_t len)
{
	unsigned int i;
	int n = 0;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		n += scnprintf(buf + n, len - n, i == mode ? "%s[%s]" : "%s%s",
			       i ? " " : "", words[i]);
	n += scnprintf(buf + n, len - n, "\n");
	return n;
}
