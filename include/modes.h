/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DBP_MODES_H
#define DBP_MODES_H

#include "dbp_types.h"

/**
 * enum bypass_mode - what is to be done with a device
 * @BYPASS_AUTO: take it over only where that changes something
 * @BYPASS_DIRECT: route every buffer by where it lies
 * @BYPASS_TRANSLATE: send every new mapping through TCEs
 * @BYPASS_OFF: leave the device to the kernel
 */
enum bypass_mode {
	BYPASS_AUTO,
	BYPASS_DIRECT,
	BYPASS_TRANSLATE,
	BYPASS_OFF,
	BYPASS_NR_MODES,
};

int bypass_mode_parse(const char *word, size_t len);
bool bypass_mode_is_default(const char *word, size_t len);
const char *bypass_mode_name(enum bypass_mode mode);
int bypass_mode_show(enum bypass_mode mode, char *buf, size_t len);

/*
 * How much of a refused word a message shows: not the newline that echo writes, and never a
 * screenful.
 */
static inline int bypass_word_shown(const char *word, size_t len)
{
	if (len && word[len - 1] == '\n')
		len--;
	return len < 32 ? len : 32;
}

#endif /* DBP_MODES_H */
