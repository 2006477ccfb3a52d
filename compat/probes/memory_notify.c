// SPDX-License-Identifier: GPL-2.0
/* {"answers":"memory hotplug is announced as struct memory_notify","commit":"","release":"@@"} */
#include <linux/memory.h>

unsigned long dbp_probe(struct notifier_block *nb, struct memory_notify *arg);
unsigned long dbp_probe(struct notifier_block *nb, struct memory_notify *arg)
{
	return register_memory_notifier(nb) ? 0 : arg->start_pfn + arg->nr_pages;
}
