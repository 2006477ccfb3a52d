/* SPDX-License-Identifier: GPL-2.0 */
/* sysfs_emit() for kernels before 5.10. */
#ifndef DBP_COMPAT_SYSFS_H
#define DBP_COMPAT_SYSFS_H

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sysfs.h>

#if DBP_HAVE_SYSFS_EMIT
#define dbp_sysfs_emit(buf, fmt, ...)	sysfs_emit(buf, fmt, ##__VA_ARGS__)
#else
#define dbp_sysfs_emit(buf, fmt, ...)	scnprintf(buf, PAGE_SIZE, fmt, ##__VA_ARGS__)
#endif

#endif
