/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DBP_SELECTOR_H
#define DBP_SELECTOR_H

#include "modes.h"

#define DBP_MAX_SELECTORS 64
#define DBP_SELECTOR_LEN 48

/**
 * enum dbp_selector_kind - how an entry of devices= names devices
 * @DBP_SEL_PCI: by address, dddd:bb:dd.f
 * @DBP_SEL_DRIVER: by the name of the bound driver, driver:NAME
 * @DBP_SEL_LOC: by location code (ibm,loc-code), loc:CODE
 */
enum dbp_selector_kind {
	DBP_SEL_PCI,
	DBP_SEL_DRIVER,
	DBP_SEL_LOC,
};

/**
 * struct dbp_selector - one entry of devices=
 * @kind: how it names devices
 * @mode: the mode its devices get
 * @name: address, driver name or location code
 */
struct dbp_selector {
	enum dbp_selector_kind kind;
	enum bypass_mode mode;
	char name[DBP_SELECTOR_LEN];
};

/**
 * struct dbp_selectors - the parsed list
 * @nr: entries in use
 * @sel: the entries in the order given; the first that matches a device counts
 */
struct dbp_selectors {
	unsigned int nr;
	struct dbp_selector sel[DBP_MAX_SELECTORS];
};

bool dbp_pci_address_valid(const char *name);
int dbp_selectors_parse(const char *text, struct dbp_selectors *list, const char **why,
			const char **where);

#endif /* DBP_SELECTOR_H */
