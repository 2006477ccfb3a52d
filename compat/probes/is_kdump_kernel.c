// SPDX-License-Identifier: GPL-2.0
/* {"answers":"is_kdump_kernel() exists","commit":"","release":"@@"} */
#include <linux/crash_dump.h>

bool dbp_probe(void);
bool dbp_probe(void)
{
	return is_kdump_kernel();
}
