// SPDX-License-Identifier: GPL-2.0
/* What the kernel had when the module was built for it: modinfo shows it in a bug report. */
#include <linux/module.h>

MODULE_INFO(kernel_has, DBP_ANSWERS);
