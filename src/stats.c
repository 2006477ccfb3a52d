// SPDX-License-Identifier: GPL-2.0
/*
 * What the CPUs count for a device: there while it is wrapped, and added up.
 */
#include <linux/delay.h>
#include <linux/percpu.h>
#include <linux/sched/mm.h>

#include "core.h"
#include "ledger.h"
#include "lock.h"

/**
 * bypass_core_sum - add up a device's counters
 * @bd: the device
 * @sum: where to
 *
 * Context: any. The sum is exact when nothing is mapped meanwhile.
 */
void bypass_core_sum(const struct bypass_dev *bd, struct bypass_stats *sum)
{
	const struct bypass_rare_counters *rare = &bd->rare;
	int cpu;

	*sum = bd->past;
	sum->live_coherent_direct = atomic64_read(&rare->coherent_direct);
	sum->live_coherent_translated = atomic64_read(&rare->coherent_translated);
	sum->live_pages_direct = atomic64_read(&rare->pages_direct);
	sum->live_pages_translated = atomic64_read(&rare->pages_translated);
	sum->live_resources = atomic64_read(&rare->resources);
	if (!bd->stats)
		return;
	for_each_possible_cpu(cpu) {
		const struct bypass_counters *c = per_cpu_ptr(bd->stats, cpu);

		sum->direct_maps += atomic64_read(&c->direct_maps);
		sum->translated_maps += atomic64_read(&c->translated) +
					atomic64_read(&c->translated_others);
		sum->map_errors += atomic64_read(&c->map_errors);
		sum->live_direct += atomic64_read(&c->live_direct);
		sum->live_translated += atomic64_read(&c->translated) +
					atomic64_read(&c->translated_lists) -
					atomic64_read(&c->released);
		sum->live_mixed += atomic64_read(&c->live_mixed);
	}
	bypass_ledger_live(bd, &sum->live_translated);
}

/**
 * bypass_core_get_counters - a device is about to be wrapped: have counters for it
 * @bd: the device
 *
 * Nothing may start I/O here: it might be to this very device. Without I/O some kernels give memory
 * for all CPUs only as long as they have some in stock, and get more when that was not enough.
 *
 * Context: may sleep; device_lock() and bypass_lock held, the latter let go of meanwhile.
 * Return: 0, or -ENOMEM.
 */
int bypass_core_get_counters(struct bypass_dev *bd)
{
	struct bypass_counters __percpu *stats;
	unsigned int noio, tries = 10;

	if (bd->stats)
		return 0;
	bd->busy = true;
	bypass_mutex_unlock(&bypass_lock);
	noio = memalloc_noio_save();
	while (!(stats = alloc_percpu(struct bypass_counters)) && --tries)
		msleep(20);
	memalloc_noio_restore(noio);
	bypass_mutex_lock(&bypass_lock);
	bd->busy = false;
	bd->stats = stats;
	return stats ? 0 : -ENOMEM;
}

/**
 * bypass_core_put_counters - a device has its own ops again, and nobody is in ours any more
 * @bd: the device
 *
 * Context: any; bypass_lock held. What is alive is the kernel's business now; sums are kept.
 */
void bypass_core_put_counters(struct bypass_dev *bd)
{
	struct bypass_stats sum;

	bypass_core_sum(bd, &sum);
	bd->past = (struct bypass_stats) {
		.direct_maps = sum.direct_maps,
		.translated_maps = sum.translated_maps,
		.map_errors = sum.map_errors,
	};
	free_percpu(bd->stats);
	bd->stats = NULL;
}
