// SPDX-License-Identifier: GPL-2.0
/* {"answers":"is_secure_guest() exists","commit":"","release":"@@"} */
#include <linux/kernel.h>
#include <asm/svm.h>

bool dbp_probe(void);
bool dbp_probe(void)
{
	return is_secure_guest();
}
