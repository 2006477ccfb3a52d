/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LEDGER_H
#define LEDGER_H

#include "bypass_dev.h"

int bypass_ledger_open(struct bypass_dev *bd);
bool bypass_ledger_is_needed(const struct bypass_dev *bd);
void bypass_ledger_close_streaming(struct bypass_dev *bd);
void bypass_ledger_close(struct bypass_dev *bd);
const struct dma_map_ops *bypass_ledger_ops(const struct bypass_dev *bd);
bool bypass_ledger_live(const struct bypass_dev *bd, long *live);
bool bypass_ledger_holds(const struct bypass_dev *bd, dma_addr_t handle);
void bypass_ledger_add_memory(const struct bypass_dev *bd, dma_addr_t handle);
bool bypass_ledger_del_memory(const struct bypass_dev *bd, dma_addr_t handle);

#endif /* LEDGER_H */
