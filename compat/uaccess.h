/* SPDX-License-Identifier: GPL-2.0 */
/* A string of user space, read where sleeping is not allowed. */
#ifndef DBP_COMPAT_UACCESS_H
#define DBP_COMPAT_UACCESS_H

#include <linux/errno.h>
#include <linux/uaccess.h>

/*
 * Length of the string, -E2BIG when it was cut, -EFAULT when it is not there or
 * not in memory. The kernel's own strncpy_from_user_nofault() does the same, but
 * was never exported to modules.
 */
static inline long dbp_strncpy_from_user_nofault(char *dst, const char __user *src, long size)
{
	long len;

	pagefault_disable();
	len = strncpy_from_user(dst, src, size);
	pagefault_enable();
	if (len < size)
		return len;
	dst[size - 1] = '\0';
	return -E2BIG;
}

#endif
