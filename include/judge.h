/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_JUDGE_H
#define BYPASS_JUDGE_H

#include "bypass_dev.h"

/**
 * struct bypass_kernel_paths - what the kernel itself would do with each kind of buffer
 * @stream: streaming buffers
 * @coherent: dma_alloc_coherent() and its like
 * @pages: dma_alloc_pages() and its like
 */
struct bypass_kernel_paths {
	enum bypass_kernel_path stream;
	enum bypass_kernel_path coherent;
	enum bypass_kernel_path pages;
};

u64 bypass_judge_required_mask(const struct bypass_dev *bd);
enum bypass_kernel_path bypass_judge_path(const struct bypass_dev *bd);
bool bypass_judge_counts(const struct bypass_dev *bd);
struct bypass_kernel_paths bypass_judge_paths(const struct bypass_dev *bd);
const char *bypass_kernel_path_name(enum bypass_kernel_path path);
bool bypass_judge_strands_translated(const struct bypass_dev *bd, enum bypass_kernel_path path);
long bypass_judge_stranded_memory(const struct bypass_dev *bd, const struct bypass_stats *sum);
long bypass_judge_counted(const struct bypass_dev *bd);
long bypass_judge_stranded(const struct bypass_dev *bd);
bool bypass_judge_needed(struct bypass_dev *bd, u64 mask, u64 uncovered);
bool bypass_judge_wanted(struct bypass_dev *bd, u64 mask, u64 uncovered);

#endif /* BYPASS_JUDGE_H */
