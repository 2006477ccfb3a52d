// SPDX-License-Identifier: GPL-2.0
/* {"answers":"a kretprobe instance has data","commit":"","release":"4.18.."} */
#include <linux/kprobes.h>

static void * __used dbp_probe(struct kretprobe_instance *ri)
{
	return ri->data;
}
