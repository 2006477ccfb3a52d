// SPDX-License-Identifier: GPL-2.0
/*
 * Adding up what the CPUs counted.
 */
#include "core.h"

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
		const struct bypass_stats *s = per_cpu_ptr(bd->stats, cpu);

		sum->direct_maps += READ_ONCE(s->direct_maps);
		sum->translated_maps += READ_ONCE(s->translated_maps);
		sum->map_errors += READ_ONCE(s->map_errors);
		sum->live_direct += READ_ONCE(s->live_direct);
		sum->live_translated += READ_ONCE(s->live_translated);
		sum->live_mixed += READ_ONCE(s->live_mixed);
		sum->live_coherent_direct += READ_ONCE(s->live_coherent_direct);
		sum->live_coherent_translated += READ_ONCE(s->live_coherent_translated);
		sum->live_pages_direct += READ_ONCE(s->live_pages_direct);
		sum->live_pages_translated += READ_ONCE(s->live_pages_translated);
		sum->live_resources += READ_ONCE(s->live_resources);
	}
}
