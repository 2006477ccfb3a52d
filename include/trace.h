/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_TRACE_H
#define BYPASS_TRACE_H

#include "bypass_dev.h"
#include "dbp_events.h"

struct scatterlist;

void bypass_trace_init(void (*route)(void));
void bypass_trace_buffer(struct device *dev, u64 phys, u64 size, u64 handle);
void bypass_trace_direct(const struct bypass_dev *bd, u64 phys, u64 size);
void bypass_trace_direct_list(const struct bypass_dev *bd, struct scatterlist *sgl, int nents);
void bypass_trace_list(struct device *dev, struct scatterlist *sgl, int nents);

/**
 * bypass_trace_on - does anybody want to see each translated buffer?
 *
 * Context: any. Return: a static branch, so nearly nothing while nobody does.
 */
static __always_inline bool bypass_trace_on(void)
{
	return trace_dma_bypass_translated_enabled();
}

/**
 * bypass_trace_direct_on - does anybody want to see each direct buffer that is counted?
 *
 * Context: any. Return: a static branch, so nearly nothing while nobody does.
 */
static __always_inline bool bypass_trace_direct_on(void)
{
	return trace_dma_bypass_direct_enabled();
}

#endif /* BYPASS_TRACE_H */
