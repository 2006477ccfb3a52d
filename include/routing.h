/* SPDX-License-Identifier: GPL-2.0 */
/* What the hot path and the slow path of the wrapper share. */
#ifndef ROUTING_H
#define ROUTING_H

#include <linux/dma-mapping.h>
#include <linux/percpu.h>
#include <linux/scatterlist.h>

#include "bypass_dev.h"
#include "wrapper_ops.h"

/*
 * One CPU's counters are changed by that CPU, so the reservation nearly always holds; and it takes
 * fewer instructions than keeping interrupts out, which this_cpu_add() does on POWER.
 */
static __always_inline void bump(atomic64_t __percpu *counter, s64 n)
{
	if (__builtin_constant_p(n) && n == 1)
		atomic64_inc(raw_cpu_ptr(counter));
	else
		atomic64_add(n, raw_cpu_ptr(counter));
}

/*
 * For loops that walk a list by count, so that nothing behind the last segment is looked at: the
 * segment after @s, of which and its successors there are @left.
 */
static __always_inline struct scatterlist *next_segment(struct scatterlist *s, long left)
{
	if (!left)
		return s;
	s++;
	return unlikely(sg_is_chain(s)) ? sg_chain_ptr(s) : s;
}

int bypass_map_segments(struct device *dev, struct scatterlist *sgl, int nents,
			enum dma_data_direction dir, unsigned long attrs,
			struct scatterlist *first, int left);
void bypass_unmap_segments(struct device *dev, struct scatterlist *sgl, int nents,
			   enum dma_data_direction dir, unsigned long attrs);

int bypass_translate_list(struct device *dev, struct scatterlist *sgl, int nents,
			  enum dma_data_direction dir, unsigned long attrs);
void bypass_release_list(struct device *dev, struct scatterlist *sgl, int nents,
			 enum dma_data_direction dir, unsigned long attrs);
dma_addr_t bypass_translate(struct bypass_dev *bd, struct device *dev, phys_addr_t phys,
			    size_t size, enum dma_data_direction dir, unsigned long attrs);
void bypass_release(struct device *dev, dma_addr_t handle, size_t size,
		    enum dma_data_direction dir, unsigned long attrs);

#endif /* ROUTING_H */
