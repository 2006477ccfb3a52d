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

/* compat/needs says the same, in a sentence, before anything is compiled. */
#if DBP_HAVE_DMA_IOMMU_OPS_EXPORT + DBP_HAVE_ARCHDATA_IOMMU_BYPASS + \
	DBP_HAVE_DEV_IOMMU_BYPASS + DBP_HAVE_DEV_DMA_OPS_BYPASS_FIELD + \
	DBP_HAVE_DEV_DMA_OPS_BYPASS_ACCESSORS != 1
#error "How the kernel notes that a device may go direct is not known."
#endif

#endif
