// SPDX-License-Identifier: GPL-2.0
/*
 * Trace events about buffers. Each is read back from the hypervisor first, so that
 * whoever looks on sees where the device's accesses really go.
 */
#include <linux/pci.h>
#include <linux/scatterlist.h>

#define CREATE_TRACE_POINTS
#include "trace.h"
#include "core.h"
#include "tce_table.h"
#include "window.h"

static void (*route_all)(void);

/**
 * bypass_trace_init - get ready to be traced
 * @route: computes the routes of all devices anew
 *
 * Context: before the first device is known.
 */
void bypass_trace_init(void (*route)(void))
{
	route_all = route;
}

/**
 * bypass_trace_start - the first who wants to see translated buffers has come
 *
 * Context: the tracepoint's registration. Return: 0.
 */
int bypass_trace_start(void)
{
	bypass_core_watch(true);
	if (route_all)
		route_all();
	return 0;
}

/**
 * bypass_trace_stop - the last one has gone
 *
 * Context: as bypass_trace_start(), perhaps after the module's exit function.
 */
void bypass_trace_stop(void)
{
	bypass_core_watch(false);
	if (route_all)
		route_all();
}

/**
 * bypass_trace_buffer - tell of one translated buffer
 * @dev: a wrapped device
 * @phys: its physical address
 * @size: its length
 * @handle: its handle in the device's TCE table
 *
 * Context: any; one hypercall.
 */
void bypass_trace_buffer(struct device *dev, u64 phys, u64 size, u64 handle)
{
	struct iommu_table *tbl = dbp_table_of(dev);
	u64 maps;

	if (!tbl || bypass_window_entry(tbl->it_index, tbl->it_page_shift, handle, &maps))
		maps = U64_MAX;
	trace_dma_bypass_translated(pci_name(to_pci_dev(dev)), phys, size, handle, maps);
}

/**
 * bypass_trace_list - tell of a list that the kernel's own map_sg translated
 * @dev: a wrapped device
 * @sgl: the list, mapped
 * @nents: its segments, of which the kernel may have merged neighbours
 *
 * Context: any; one hypercall for each segment.
 */
void bypass_trace_list(struct device *dev, struct scatterlist *sgl, int nents)
{
	struct scatterlist *s, *out = sgl;
	u64 done = 0;
	int i;

	for_each_sg(sgl, s, nents, i) {
		bypass_trace_buffer(dev, sg_phys(s), s->length, sg_dma_address(out) + done);
		done += s->length;
		if (done >= sg_dma_len(out)) {
			out = sg_next(out);
			done = 0;
		}
	}
}

/**
 * bypass_trace_direct - tell of one direct buffer
 * @bd: the device
 * @phys: its physical address
 * @size: its length
 *
 * Context: any; one hypercall.
 */
void bypass_trace_direct(const struct bypass_dev *bd, u64 phys, u64 size)
{
	const struct dbp_window_prop *prop = &bd->window.prop;
	u64 handle = phys + bd->dma_base, maps;

	if (bypass_window_entry(prop->liobn, prop->tce_shift, handle, &maps))
		maps = U64_MAX;
	trace_dma_bypass_direct(bd->name, phys, size, handle, maps);
}

/**
 * bypass_trace_direct_list - tell of the direct segments of a list
 * @bd: the device
 * @sgl: the list, mapped segment by segment
 * @nents: its length
 *
 * Context: any; one hypercall for each of them.
 */
void bypass_trace_direct_list(const struct bypass_dev *bd, struct scatterlist *sgl, int nents)
{
	struct scatterlist *s;
	int i;

	for_each_sg(sgl, s, nents, i)
		if (s->dma_address - bd->dma_base < bd->owned_len)
			bypass_trace_direct(bd, sg_phys(s), s->length);
}
