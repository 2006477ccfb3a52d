// SPDX-License-Identifier: GPL-2.0
/*
 * Adding up what the CPUs counted.
 */
#include "core.h"
#include "ledger.h"

/**
 * bypass_core_sum - add up a device's counters
 * @bd: the device
 * @sum: where to
 *
 * Context: any. The sum is exact when nothing is mapped meanwhile.
 */
void bypass_core_sum(const struct bypass_dev *bd, struct bypass_stats *sum)
{
	int cpu;

	memset(sum, 0, sizeof(*sum));
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
		sum->live_coherent_direct += atomic64_read(&c->live_coherent_direct);
		sum->live_coherent_translated += atomic64_read(&c->live_coherent_translated);
		sum->live_pages_direct += atomic64_read(&c->live_pages_direct);
		sum->live_pages_translated += atomic64_read(&c->live_pages_translated);
		sum->live_resources += atomic64_read(&c->live_resources);
	}
	bypass_ledger_live(bd, &sum->live_translated);
}
