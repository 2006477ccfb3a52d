/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_CORE_H
#define BYPASS_CORE_H

#include "bypass_dev.h"

/**
 * struct bypass_mask_questions - who answers a driver's questions about masks
 * @supported: may it have this mask? may sleep
 * @required: how large a mask does it need? may sleep
 */
struct bypass_mask_questions {
	int (*supported)(struct bypass_dev *bd, u64 mask);
	u64 (*required)(struct bypass_dev *bd);
};

void bypass_core_answer_masks(const struct bypass_mask_questions *questions);
void bypass_core_fill_ops(struct bypass_dev *bd, bool counted);
void bypass_core_copy_ops(struct bypass_dev *bd);
bool bypass_core_reaches(struct bypass_dev *bd, struct device *dev, phys_addr_t phys, size_t size);
bool bypass_core_holds(const struct bypass_dev *bd, phys_addr_t phys, size_t size);
bool bypass_core_is_ours(const struct device *dev);
void bypass_core_route(struct bypass_dev *bd);
void bypass_core_init(struct bypass_dev *bd);
void bypass_core_open(struct bypass_dev *bd);
void bypass_core_close(struct bypass_dev *bd);
void bypass_core_sum(const struct bypass_dev *bd, struct bypass_stats *sum);
int bypass_core_get_counters(struct bypass_dev *bd);
void bypass_core_put_counters(struct bypass_dev *bd);
int bypass_core_start(void);
void bypass_core_stop(void);
int bypass_core_enter(void);
void bypass_core_leave(int idx);
void bypass_core_wait_tasks(void);
void bypass_core_quiesce(void);
void bypass_core_count_direct(bool on);
bool bypass_core_counts_direct(void);
void bypass_core_watch(bool on);

/* The members for memory that the DMA API allocates. */
void bypass_memory_fill_ops(struct dma_map_ops *ops);

#endif /* BYPASS_CORE_H */
