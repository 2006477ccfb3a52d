/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the platform does behind a module's back.
 */
#ifndef DBP_PLATFORM_H
#define DBP_PLATFORM_H

#include <asm/machdep.h>
#if DBP_HAVE_IS_SECURE_GUEST
#include <asm/svm.h>
#endif

#include "dev_flags.h"

/*
 * Up to 5.0 the platform gives a device other DMA operations at each change of its mask. Then they
 * must be known; and where they are for modules to have, it must do that, for nothing else tells.
 */
static inline bool dbp_swaps_unknown_ops(void)
{
#if DBP_HAVE_PPC_MD_DMA_SET_MASK
	return !ppc_md.dma_set_mask != !DBP_OPS_SWAPPED;
#else
	return DBP_OPS_SWAPPED;
#endif
}

/* Before 5.4 (probe is_secure_guest) there were no secure guests. */
static inline bool dbp_is_secure_guest(void)
{
#if DBP_HAVE_IS_SECURE_GUEST
	return is_secure_guest();
#else
	return false;
#endif
}

#endif /* DBP_PLATFORM_H */
