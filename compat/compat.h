/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Included by force before every source file, after the answers of the probes.
 * Use the answers with #if, never with #ifdef: each is always defined, as 0 or 1.
 */
#ifndef DBP_COMPAT_H
#define DBP_COMPAT_H

#ifndef DBP_ANSWERS
#error "Run make in the top directory of dma_bypass, so that it can ask what the kernel has."
#endif

#if DBP_HAVE_DEV_DMA_OPS_BYPASS_FIELD && DBP_HAVE_DEV_DMA_OPS_BYPASS_ACCESSORS
#error "The kernel has two bypass flags: this version of dma_bypass does not know it."
#endif

#endif
