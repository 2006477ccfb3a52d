/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DBP_WINDOW_PLAN_H
#define DBP_WINDOW_PLAN_H

#include "dbp_types.h"

/* What one H_PUT_TCE_INDIRECT or H_STUFF_TCE takes at most (PAPR). */
#define DBP_TCE_BLOCK 512

/* One entry of ibm,dynamic-memory or ibm,dynamic-memory-v2. */
#define DBP_LMB_ENTRY_LEN 24

/**
 * struct dbp_tces - a run of entries in a window
 * @first: physical address of the first one's page
 * @nr: how many
 */
struct dbp_tces {
	u64 first;
	u64 nr;
};

unsigned int dbp_plan_page_shift(u32 sizes, u32 migratable, u64 borders, unsigned int below);
int dbp_plan_window_shift(u64 ram_end, u64 may_end, u64 largest, unsigned int page_shift,
			  u32 *window_shift);
struct dbp_tces dbp_plan_tces(u64 start, u64 end, unsigned int page_shift);
unsigned int dbp_plan_block(u64 left);
u64 dbp_plan_lmbs_end(const void *data, size_t len, bool sets, u64 lmb_size);

#endif /* DBP_WINDOW_PLAN_H */
