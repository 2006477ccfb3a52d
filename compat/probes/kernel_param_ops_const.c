// SPDX-License-Identifier: GPL-2.0
/* {"answers":"module parameters are const to set and get","commit":"","release":"4.18.."} */
#include <linux/moduleparam.h>

static int dbp_get(char *buf, const struct kernel_param *kp)
{
	return 0;
}

const struct kernel_param_ops dbp_probe = { .get = dbp_get };
