/* SPDX-License-Identifier: GPL-2.0 */
/*
 * May many entries be written by one hypercall? The administrator can forbid it (multitce=off).
 * Two features since 5.7 (probe fw_put_tce_ind), one before.
 */
#ifndef DBP_MULTITCE_H
#define DBP_MULTITCE_H

#include <asm/firmware.h>

#if DBP_HAVE_FW_PUT_TCE_IND
#define DBP_FW_PUT FW_FEATURE_PUT_TCE_IND
#define DBP_FW_STUFF FW_FEATURE_STUFF_TCE
#else
#define DBP_FW_PUT FW_FEATURE_MULTITCE
#define DBP_FW_STUFF FW_FEATURE_MULTITCE
#endif

static inline bool dbp_may_put_many(void)
{
	return firmware_has_feature(DBP_FW_PUT);
}

static inline bool dbp_may_stuff_many(void)
{
	return firmware_has_feature(DBP_FW_STUFF);
}

#endif /* DBP_MULTITCE_H */
