// SPDX-License-Identifier: GPL-2.0
/* {"answers":"struct memory_notify is as known","release":"4.18.."} */
#include <linux/memory.h>

static unsigned long __used dbp_probe(struct notifier_block *nb, struct memory_notify *arg)
{
	return register_memory_notifier(nb) ? 0 : arg->start_pfn + arg->nr_pages;
}
