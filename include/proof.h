/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_PROOF_H
#define BYPASS_PROOF_H

#include "bypass_dev.h"

const char *bypass_proof_kernel(struct bypass_dev *bd);
struct page *bypass_proof_page(void);
const char *bypass_proof_no_page(void);
bool bypass_proof_may_change(const char *why);
const char *bypass_proof_ours(struct bypass_dev *bd, struct page *page);

#endif /* BYPASS_PROOF_H */
