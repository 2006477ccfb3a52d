/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_WINDOW_H
#define BYPASS_WINDOW_H

#include <linux/pci.h>

#include "spans.h"
#include "window_prop.h"

struct iommu_table;

/**
 * enum bypass_window_kind - what kind of dynamic window a device has
 * @BYPASS_WINDOW_NONE: none
 * @BYPASS_WINDOW_DIRECT: pre-mapped by the kernel (direct64)
 * @BYPASS_WINDOW_DYNAMIC: filled by the kernel buffer by buffer (dma64); never direct
 */
enum bypass_window_kind {
	BYPASS_WINDOW_NONE,
	BYPASS_WINDOW_DIRECT,
	BYPASS_WINDOW_DYNAMIC,
};

/**
 * struct bypass_window - the dynamic window of a device
 * @kind: its kind
 * @prop: its property; all zero for BYPASS_WINDOW_NONE
 * @owned_len: how many handles from the base on can only be direct ones
 * @own: this module made it
 * @why: for BYPASS_WINDOW_NONE, one sentence about why none could be made; may be NULL
 */
struct bypass_window {
	enum bypass_window_kind kind;
	struct dbp_window_prop prop;
	u64 owned_len;
	bool own;
	const char *why;
};

void bypass_window_find(struct pci_dev *pdev, struct bypass_window *w);
const char *bypass_window_name(const struct bypass_window *w);
int bypass_window_prove(struct pci_dev *pdev, const struct bypass_window *w,
			struct dbp_spans *proved, u64 *ram_bytes);
bool bypass_window_is_gone(const struct iommu_table *tbl);
int bypass_window_entry(u32 liobn, u32 shift, u64 bus, u64 *phys);
void bypass_window_reread(const struct bypass_window *w, const struct dbp_spans *spans, u64 *read,
			  u64 *right);
bool bypass_pmem_present(void);
const char *bypass_platform_refusal(void);

#endif /* BYPASS_WINDOW_H */
