// SPDX-License-Identifier: GPL-2.0
/* {"answers":"a kretprobe instance carries the data of the entry handler","commit":"","release":"@@"} */
#include <linux/kprobes.h>

void *dbp_probe(struct kretprobe_instance *ri);
void *dbp_probe(struct kretprobe_instance *ri)
{
	return ri->data;
}
