/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Included by force before every source file: what the probes found out about the
 * kernel. Use DBP_HAVE_... with #if, never with #ifdef: each is always defined,
 * as 0 or 1.
 */
#ifndef DBP_COMPAT_H
#define DBP_COMPAT_H

#if __has_include("dbp_answers.h")
#include "dbp_answers.h"
#else
#error "Run make in the top directory of dma_bypass, so that it can ask what the kernel has."
#endif

#if DBP_HAVE_DEV_DMA_OPS_BYPASS_FIELD && DBP_HAVE_DEV_DMA_OPS_BYPASS_ACCESSORS
#error "The kernel keeps the bypass flag in two places: this version of dma_bypass does not know such a kernel."
#endif

#endif
