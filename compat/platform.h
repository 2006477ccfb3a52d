/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Secure guests (5.4, probe is_secure_guest): before, there were none to be asked about.
 */
#ifndef DBP_PLATFORM_H
#define DBP_PLATFORM_H

#if DBP_HAVE_IS_SECURE_GUEST
#include <asm/svm.h>
#endif

static inline bool dbp_is_secure_guest(void)
{
#if DBP_HAVE_IS_SECURE_GUEST
	return is_secure_guest();
#else
	return false;
#endif
}

#endif /* DBP_PLATFORM_H */
