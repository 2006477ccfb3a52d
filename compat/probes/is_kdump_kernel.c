// SPDX-License-Identifier: GPL-2.0
/* {"answers":"is_kdump_kernel() exists","commit":"","release":"4.18.."} */
#include <linux/crash_dump.h>

static bool __used dbp_probe(void)
{
	return is_kdump_kernel();
}
