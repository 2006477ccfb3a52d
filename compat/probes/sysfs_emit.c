// SPDX-License-Identifier: GPL-2.0
/* {"answers":"sysfs_emit() exists","commit":"","release":"@@"} */
#include <linux/sysfs.h>

int dbp_probe(char *buf);
int dbp_probe(char *buf)
{
	return sysfs_emit(buf, "%d\n", 1);
}
