// SPDX-License-Identifier: GPL-2.0
/* {"answers":"system calls take their arguments in one struct pt_regs","commit":"","release":"@@"} */
#include <linux/kernel.h>

#ifndef CONFIG_ARCH_HAS_SYSCALL_WRAPPER
#error "arguments in registers"
#endif
