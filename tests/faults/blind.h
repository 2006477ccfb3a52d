/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Included in front of every file of the module by "make FAULTS=blind": the module neither sees nor
 * changes what the kernel notes about going direct, as on a kernel that notes it in a way which
 * nobody has seen yet.
 */
#ifndef TESTS_BLIND_H
#define TESTS_BLIND_H

#include "dev_flags.h"

static inline struct dbp_kernel_route dbp_blind_route(struct device *dev)
{
	return (struct dbp_kernel_route) {};
}

static inline void dbp_blind_bypass(struct device *dev, bool bypass)
{
}

static inline void dbp_blind_limit(struct device *dev, u64 limit)
{
}

#define dbp_route_get dbp_blind_route
#define dbp_bypass_set dbp_blind_bypass
#define dbp_limit_set dbp_blind_limit

#endif /* TESTS_BLIND_H */
