// SPDX-License-Identifier: GPL-2.0
/*
 * {"answers":"pfn_to_online_page() is a macro, and needs nothing that is not exported",
 *  "commit":"9f605f260594","release":"..5.11"}
 */
#include <linux/memory_hotplug.h>

#ifndef pfn_to_online_page
#error "It is a function."
#endif
