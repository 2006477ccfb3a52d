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
 * @pe: the node of the partitionable endpoint, only to be compared; NULL: not known
 * @why: for BYPASS_WINDOW_NONE, one sentence about why none could be made; may be NULL
 */
struct bypass_window {
	enum bypass_window_kind kind;
	struct dbp_window_prop prop;
	u64 owned_len;
	bool own;
	const void *pe;
	const char *why;
};

/**
 * bypass_window_end - how much RAM, from physical address 0 on, can a direct window map?
 * @w: the window
 *
 * Context: any. Return: the first physical address that cannot be in it: the part of a split window
 * behind that is the kernel's.
 */
static inline u64 bypass_window_end(const struct bypass_window *w)
{
	return min(1ULL << w->prop.window_shift, w->owned_len);
}

/**
 * struct bypass_proof - what is known of a window; all sets of ranges for bypass_proof_free()
 * @direct: RAM that it maps 1:1
 * @ram: all RAM that is online, mapped or not
 * @unanswered: RAM that the hypervisor said nothing about
 * @unknown: of that, what was not known before, in bytes
 * @waited: ms for which a busy hypervisor was waited for
 * @refused: entries that the hypervisor did not give
 * @error: its last answer to that (PAPR, "TCE Access")
 */
struct bypass_proof {
	struct dbp_spans *direct;
	struct dbp_spans *ram;
	struct dbp_spans *unanswered;
	u64 unknown;
	unsigned int waited;
	u64 refused;
	long error;
};

/**
 * struct bypass_reread - what the hypervisor says when it is asked once more
 * @read: entries that it gave
 * @right: those that are what they were proved to be
 * @unanswered: entries that it did not give
 */
struct bypass_reread {
	u64 read;
	u64 right;
	u64 unanswered;
};

const void *bypass_window_pe(struct pci_dev *pdev);
void bypass_window_find(struct pci_dev *pdev, struct bypass_window *w);
const char *bypass_window_name(const struct bypass_window *w);
u64 bypass_window_owned_len(struct pci_dev *pdev, const struct dbp_window_prop *prop);
int bypass_window_prove(const struct bypass_window *w, u64 start, u64 end,
			const struct dbp_spans *before, struct bypass_proof *proof);
void bypass_proof_free(struct bypass_proof *proof);
int bypass_window_is_gone(const struct iommu_table *tbl);
int bypass_window_entry(u32 liobn, u32 shift, u64 bus, u64 *phys);
void bypass_window_reread(const struct bypass_window *w, const struct dbp_spans *spans,
			  struct bypass_reread *seen);
bool bypass_pmem_present(void);
const char *bypass_platform_refusal(void);

#endif /* BYPASS_WINDOW_H */
