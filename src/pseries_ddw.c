// SPDX-License-Identifier: GPL-2.0
/*
 * Windows of the hypervisor: finding the one a device has, and proving which addresses it
 * really maps.
 *
 * Neither the kernel's version, nor the property, nor the kernel's own limit says which
 * addresses are mapped 1:1; the hypervisor does, when asked for the entries (H_GET_TCE, PAPR
 * "TCE Access"). What is not proved is not direct.
 */
#include <linux/crash_dump.h>
#include <linux/ioport.h>
#include <linux/of.h>
#include <asm/firmware.h>
#include <asm/hvcall.h>
#include <asm/pci-bridge.h>
#include <asm/tce.h>

#include "platform.h"
#include "tce_table.h"
#include "window.h"

/*
 * Where a guest has no dynamic-reconfiguration memory, prove at the borders of the smallest LMB
 * there is.
 */
#define DEFAULT_LMB_SIZE (16ULL << 20)

/**
 * bypass_platform_refusal - may the module run here at all?
 *
 * Context: may sleep. Return: NULL when it may, else the rest of the sentence "dma_bypass does
 * nothing here: ...".
 */
const char *bypass_platform_refusal(void)
{
	struct device_node *rtas;

	if (!firmware_has_feature(FW_FEATURE_LPAR) || firmware_has_feature(FW_FEATURE_PS3_LV1))
		return "this is no POWER guest (pseries), so there are no dynamic DMA windows";
	rtas = of_find_node_by_path("/rtas");
	if (!rtas)
		return "the device tree has no /rtas, so there are no dynamic DMA windows";
	of_node_put(rtas);
	if (dbp_swaps_unknown_ops())
		return "how this kernel replaces devices' DMA operations is not known";
	if (dbp_is_secure_guest())
		return "this is a secure guest, whose devices need bounce buffers";
	if (is_kdump_kernel())
		return "this is a crash dump kernel, which keeps the crashed one's windows";
	return NULL;
}

/**
 * bypass_pmem_present - does the guest have persistent memory that no TCE maps?
 *
 * Context: any. Return: true when the device tree has an ibm,pmemory node.
 */
bool bypass_pmem_present(void)
{
	struct device_node *np = of_find_node_by_type(NULL, "ibm,pmemory");

	of_node_put(np);
	return np;
}

static bool read_prop(struct pci_dev *pdev, struct device_node *np, const char *name,
		      struct dbp_window_prop *prop)
{
	const void *data;
	const char *why;
	int len = 0;

	data = of_get_property(np, name, &len);
	if (!data)
		return false;
	if (!dbp_window_prop_parse(data, len, prop, &why))
		return true;
	pr_warn("%s: property %s of %pOF is not believed: %s\n", pci_name(pdev), name, np, why);
	return false;
}

/*
 * Handles from the base of the window on can be ours only up to where a table of the kernel
 * begins: in a window that the kernel split (since 6.11, for virtual functions), the part
 * behind the RAM is a dynamic one. No table of a device lies above its direct window otherwise,
 * so then everything from the base on is direct.
 */
static u64 owned_len(struct pci_dev *pdev, const struct dbp_window_prop *prop)
{
	struct iommu_table *tbl = dbp_table_of(&pdev->dev);
	u64 start;

	if (tbl) {
		start = (u64)tbl->it_offset << tbl->it_page_shift;
		if (start >= prop->dma_base)
			return start - prop->dma_base;
	}
	return prop->dma_base ? -prop->dma_base : U64_MAX;
}

/**
 * bypass_window_find - the dynamic window that a device's partitionable endpoint has
 * @pdev: the device
 * @w: the result; kind is BYPASS_WINDOW_NONE when there is no believable property
 *
 * The property stands on the node of the endpoint: the nearest one upwards with a window of any
 * kind. Where the default window was given up, only the dynamic one's property is left on it.
 *
 * Context: any.
 */
void bypass_window_find(struct pci_dev *pdev, struct bypass_window *w)
{
	struct device_node *np = of_node_get(pci_device_to_OF_node(pdev));

	memset(w, 0, sizeof(*w));
	while (np) {
		if (read_prop(pdev, np, DBP_PROP_DIRECT64, &w->prop)) {
			w->kind = BYPASS_WINDOW_DIRECT;
			w->owned_len = owned_len(pdev, &w->prop);
			break;
		}
		if (read_prop(pdev, np, DBP_PROP_DMA64, &w->prop)) {
			w->kind = BYPASS_WINDOW_DYNAMIC;
			break;
		}
		if (of_get_property(np, DBP_PROP_DEFAULT, NULL))
			break;
		np = of_get_next_parent(np);
	}
	of_node_put(np);
}

/**
 * bypass_window_name - the word for a window's kind
 * @w: the window
 *
 * Context: any. Return: a static string, the one of the property's name where there is one.
 */
const char *bypass_window_name(const struct bypass_window *w)
{
	switch (w->kind) {
	case BYPASS_WINDOW_DIRECT:
		return w->own ? "own" : "direct64";
	case BYPASS_WINDOW_DYNAMIC:
		return "dma64";
	default:
		return "none";
	}
}

static u64 lmb_size(void)
{
	struct device_node *np = of_find_node_by_path("/ibm,dynamic-reconfiguration-memory");
	const __be32 *cells;
	u64 size = 0;
	int len = 0;

	cells = np ? of_get_property(np, "ibm,lmb-size", &len) : NULL;
	if (cells && len == 2 * sizeof(*cells))
		size = of_read_number(cells, 2);
	of_node_put(np);
	return size >= PAGE_SIZE && is_power_of_2(size) ? size : DEFAULT_LMB_SIZE;
}

/* The entry for a bus address, whatever it holds. */
static long get_tce(u32 liobn, u32 shift, u64 bus, unsigned long *tce)
{
	unsigned long ret[PLPAR_HCALL_BUFSIZE];
	long rc = plpar_hcall(H_GET_TCE, ret, liobn, bus >> shift << shift);

	*tce = ret[0];
	return rc;
}

/* Does the entry for a physical address hold that address, readable and writable? */
static bool tce_maps(const struct dbp_window_prop *prop, u64 phys)
{
	unsigned long tce;

	return !get_tce(prop->liobn, prop->tce_shift, prop->dma_base + phys, &tce) &&
	       (tce & (TCE_PCI_READ | TCE_PCI_WRITE)) == (TCE_PCI_READ | TCE_PCI_WRITE) &&
	       tce >> prop->tce_shift == phys >> prop->tce_shift;
}

/**
 * bypass_window_entry - where does a bus address lead?
 * @liobn: the window or table
 * @shift: the page size of its entries
 * @bus: the bus address
 * @phys: the physical address that the hypervisor has for it
 *
 * Context: any; one hypercall. Return: 0; -ENXIO when the hypervisor gives no entry, -EFAULT
 * when the entry lets the device neither read nor write.
 */
int bypass_window_entry(u32 liobn, u32 shift, u64 bus, u64 *phys)
{
	unsigned long tce;

	if (get_tce(liobn, shift, bus, &tce))
		return -ENXIO;
	if (!(tce & (TCE_PCI_READ | TCE_PCI_WRITE)))
		return -EFAULT;
	*phys = (tce >> shift << shift) | (bus & ((1ULL << shift) - 1));
	return 0;
}

/**
 * bypass_window_is_gone - does the hypervisor say that it has no window for a TCE table?
 * @tbl: the table; may be NULL
 *
 * A kernel that gives the default window up may keep its table (seen: 5.15), and takes an H_PUT_TCE
 * that the hypervisor refuses for done. Who asks knows that the hypervisor answers H_GET_TCE.
 *
 * Context: any; one hypercall. Return: true when there is a table, and no window.
 */
bool bypass_window_is_gone(const struct iommu_table *tbl)
{
	unsigned long tce;

	return tbl && get_tce(tbl->it_index, tbl->it_page_shift,
			      (u64)tbl->it_offset << tbl->it_page_shift, &tce) == H_PARAMETER;
}

/**
 * bypass_window_reread - are the entries of a window still what they were proved to be?
 * @w: the window
 * @spans: what was proved
 * @read: the entries looked at: the first and the last of each LMB
 * @right: those that are right
 *
 * Context: may sleep.
 */
void bypass_window_reread(const struct bypass_window *w, const struct dbp_spans *spans, u64 *read,
			  u64 *right)
{
	u64 lmb = lmb_size(), at, next;
	unsigned int i;

	*read = 0;
	*right = 0;
	for (i = 0; i < spans->nr; i++) {
		for (at = spans->s[i].start; at < spans->s[i].end; at = next) {
			next = min(spans->s[i].end, (at & ~(lmb - 1)) + lmb);
			*read += 2;
			*right += tce_maps(&w->prop, at);
			*right += tce_maps(&w->prop, next - 1);
			cond_resched();
		}
	}
}

/**
 * struct proof - what the walk over System RAM carries along
 * @prop: the window
 * @limit: physical addresses from here on are not in it
 * @lmb: distance of the places that are looked at
 * @ram_bytes: System RAM seen
 * @proved: the result
 */
struct proof {
	const struct dbp_window_prop *prop;
	u64 limit;
	u64 lmb;
	u64 ram_bytes;
	struct dbp_spans *proved;
};

/* One range of System RAM: each LMB in it counts when its first and its last entry are right. */
static int prove_range(struct resource *res, void *arg)
{
	struct proof *p = arg;
	u64 end = (u64)res->end + 1;
	u64 at = res->start, next;

	p->ram_bytes += end - at;
	end = min(end, p->limit);
	for (; at < end; at = next) {
		next = min(end, (at & ~(p->lmb - 1)) + p->lmb);
		if (tce_maps(p->prop, at) && tce_maps(p->prop, next - 1))
			/* A full set loses a span, and what is in no span is translated. */
			dbp_spans_add(p->proved, at, next);
		cond_resched();
	}
	return 0;
}

/**
 * bypass_window_prove - which System RAM does a direct window really map 1:1?
 * @pdev: a device behind the window
 * @w: the window, of kind BYPASS_WINDOW_DIRECT
 * @proved: the result
 * @ram_bytes: all System RAM there is, mapped or not
 *
 * System RAM within the window, less what the kernel's dynamic part covers, verified with
 * H_GET_TCE at both ends of every LMB: a few hundred hypercalls per 64 GiB of RAM at an LMB
 * size of 256 MiB.
 *
 * Context: may sleep.
 * Return: 0, or -ENXIO when nothing at all could be proved; then @proved is empty.
 */
int bypass_window_prove(struct pci_dev *pdev, const struct bypass_window *w,
			struct dbp_spans *proved, u64 *ram_bytes)
{
	struct proof p = {
		.prop = &w->prop,
		.limit = min(1ULL << w->prop.window_shift, w->owned_len),
		.lmb = lmb_size(),
		.proved = proved,
	};

	proved->nr = 0;
	walk_iomem_res_desc(IORES_DESC_NONE, IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY, 0,
			    (u64)-1, &p, prove_range);
	*ram_bytes = p.ram_bytes;
	return proved->nr ? 0 : -ENXIO;
}
