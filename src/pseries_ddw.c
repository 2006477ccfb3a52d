// SPDX-License-Identifier: GPL-2.0
/*
 * Windows of the hypervisor: may the module run here at all, and which window does a device have?
 * What a window really maps is asked in entries.c.
 */
#include <linux/crash_dump.h>
#include <linux/of.h>
#include <asm/firmware.h>
#include <asm/pci-bridge.h>

#include "platform.h"
#include "tce_table.h"
#include "window.h"

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

/**
 * bypass_window_owned_len - how many handles from a window's base on can only be direct ones?
 * @pdev: the device
 * @prop: its window
 *
 * Those up to where a table of the kernel begins: in a window that the kernel split (since 6.11,
 * for virtual functions), the part behind the RAM is a dynamic one. No table of a device lies above
 * its direct window otherwise, so then everything from the base on is direct; also the handle of a
 * buffer of no bytes that lies at the very end of RAM, and of the window.
 *
 * Context: any. Return: their number.
 */
u64 bypass_window_owned_len(struct pci_dev *pdev, const struct dbp_window_prop *prop)
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
 * bypass_window_pe - the node of a device's partitionable endpoint
 * @pdev: the device
 *
 * Context: any. Return: the nearest node upwards with a window of any kind, only to be compared,
 * since no reference is held; NULL: there is none.
 */
const void *bypass_window_pe(struct pci_dev *pdev)
{
	struct device_node *np = of_node_get(pci_device_to_OF_node(pdev));

	while (np && !of_get_property(np, DBP_PROP_DIRECT64, NULL) &&
	       !of_get_property(np, DBP_PROP_DMA64, NULL) &&
	       !of_get_property(np, DBP_PROP_DEFAULT, NULL))
		np = of_get_next_parent(np);
	of_node_put(np);
	return np;
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
	w->pe = bypass_window_pe(pdev);
	while (np) {
		if (read_prop(pdev, np, DBP_PROP_DIRECT64, &w->prop)) {
			w->kind = BYPASS_WINDOW_DIRECT;
			w->owned_len = bypass_window_owned_len(pdev, &w->prop);
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
