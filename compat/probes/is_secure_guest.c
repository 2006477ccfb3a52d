// SPDX-License-Identifier: GPL-2.0
/* {"answers":"is_secure_guest() exists","commit":"bd104e6db6f0","release":"5.4.."} */
#include <linux/kernel.h>
#include <asm/svm.h>

static bool __used dbp_probe(void)
{
	return is_secure_guest();
}
