// SPDX-License-Identifier: GPL-2.0
/*
 * The text of devices=: SELECTOR[=MODE][,SELECTOR[=MODE]...]. No kernel service is used here:
 * the unit tests compile this file in user space.
 */
#include "selector.h"

static const char driver_prefix[] = "driver:";
static const char loc_prefix[] = "loc:";

/**
 * dbp_pci_address_valid - is this the full address of a PCI function?
 * @name: text
 *
 * Context: any. Return: true for dddd:bb:dd.f in lower or upper hexadecimal, the device at most
 * 1f and the function at most 7.
 */
bool dbp_pci_address_valid(const char *name)
{
	static const char shape[] = "xxxx:xx:xx.x";
	unsigned int i;

	if (strlen(name) != sizeof(shape) - 1)
		return false;
	for (i = 0; i < sizeof(shape) - 1; i++) {
		if (shape[i] == 'x' ? !isxdigit((unsigned char)name[i]) : name[i] != shape[i])
			return false;
	}
	return name[8] <= '1' && name[11] >= '0' && name[11] <= '7';
}

static int take_name(struct dbp_selector *sel, const char *text, size_t len, const char **why)
{
	size_t i;

	if (len >= sizeof(driver_prefix) - 1 &&
	    !memcmp(text, driver_prefix, sizeof(driver_prefix) - 1)) {
		sel->kind = DBP_SEL_DRIVER;
		text += sizeof(driver_prefix) - 1;
		len -= sizeof(driver_prefix) - 1;
	} else if (len >= sizeof(loc_prefix) - 1 &&
		   !memcmp(text, loc_prefix, sizeof(loc_prefix) - 1)) {
		sel->kind = DBP_SEL_LOC;
		text += sizeof(loc_prefix) - 1;
		len -= sizeof(loc_prefix) - 1;
	} else {
		sel->kind = DBP_SEL_PCI;
	}
	if (!len) {
		*why = "a selector is empty";
		return -EINVAL;
	}
	if (len >= sizeof(sel->name)) {
		*why = "a selector is too long";
		return -EINVAL;
	}
	memcpy(sel->name, text, len);
	sel->name[len] = '\0';
	for (i = 0; i < len; i++) {
		/* Not isgraph(): the kernel's is Latin-1. */
		if (sel->name[i] <= ' ' || sel->name[i] >= 0x7f) {
			*why = "a selector holds a blank or a control character";
			return -EINVAL;
		}
		if (sel->kind == DBP_SEL_PCI)
			sel->name[i] = tolower((unsigned char)sel->name[i]);
	}
	if (sel->kind == DBP_SEL_PCI && !dbp_pci_address_valid(sel->name)) {
		*why = "it is no PCI address like 0000:00:01.0, no driver:NAME, no loc:CODE";
		return -EINVAL;
	}
	return 0;
}

/**
 * dbp_selectors_parse - read the whole of devices=
 * @text: the list; one newline at its end is forgiven
 * @list: the result; empty after a failure
 * @why: on failure the end of a sentence that says what is wrong
 * @where: on failure the place in @text where it is wrong
 *
 * A selector without a mode means direct. A device that is named twice is an error, since only
 * one of the two could be obeyed.
 *
 * Context: may sleep; @list is large, do not put it on the stack.
 * Return: 0, -EINVAL for bad syntax, -E2BIG for too many selectors.
 */
int dbp_selectors_parse(const char *text, struct dbp_selectors *list, const char **why,
			const char **where)
{
	size_t left = strlen(text);
	unsigned int i;
	int mode;

	if (left && text[left - 1] == '\n')
		left--;
	list->nr = 0;
	for (;;) {
		const char *comma = memchr(text, ',', left);
		size_t len = comma ? (size_t)(comma - text) : left;
		const char *eq = memchr(text, '=', len);
		struct dbp_selector *sel = &list->sel[list->nr];

		*where = text;
		if (list->nr == DBP_MAX_SELECTORS) {
			*why = "there are more than 64 selectors";
			list->nr = 0;
			return -E2BIG;
		}
		mode = BYPASS_DIRECT;
		if (eq) {
			mode = bypass_mode_parse(eq + 1, text + len - eq - 1);
			if (mode < 0 || memchr(eq, '\n', text + len - eq)) {
				*why = "the word behind = is none of auto, direct, translate, off";
				goto bad;
			}
		}
		if (take_name(sel, text, eq ? (size_t)(eq - text) : len, why))
			goto bad;
		sel->mode = mode;
		for (i = 0; i < list->nr; i++) {
			if (list->sel[i].kind == sel->kind &&
			    !strcmp(list->sel[i].name, sel->name)) {
				*why = "a selector stands there twice";
				goto bad;
			}
		}
		list->nr++;
		if (!comma)
			break;
		text += len + 1;
		left -= len + 1;
	}
	*why = "";
	return 0;
bad:
	list->nr = 0;
	return -EINVAL;
}
