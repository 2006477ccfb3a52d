/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_PROOF_H
#define BYPASS_PROOF_H

#include "bypass_dev.h"

const char *bypass_proof_kernel(struct bypass_dev *bd);
const char *bypass_proof_ours(struct bypass_dev *bd);

#endif /* BYPASS_PROOF_H */
