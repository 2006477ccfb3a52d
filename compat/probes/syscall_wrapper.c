// SPDX-License-Identifier: GPL-2.0
/* {"answers":"system calls take struct pt_regs","commit":"7e92e01b7245","release":"6.1.."} */
#include <linux/kernel.h>

#ifndef CONFIG_ARCH_HAS_SYSCALL_WRAPPER
#error "arguments in registers"
#endif
