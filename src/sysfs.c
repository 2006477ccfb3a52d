// SPDX-License-Identifier: GPL-2.0
/*
 * What user space sees of a device: the toggle /sys/module/dma_bypass/parameters/<address>, and
 * one value per file in /sys/bus/pci/devices/<address>/dma_bypass/.
 */
#include <linux/sysfs.h>

#include "core.h"
#include "debugfs_files.h"
#include "judge.h"
#include "life.h"
#include "module_attr.h"
#include "policy.h"
#include "registry.h"
#include "sysfs.h"
#include "sysfs_files.h"

static const char param_group[] = "parameters";

DBP_MODULE_ATTR_SHOW(param_show)
{
	struct bypass_dev *bd = container_of(attr, struct bypass_dev, param);

	return bypass_mode_show(READ_ONCE(bd->mode), buf, PAGE_SIZE);
}

DBP_MODULE_ATTR_STORE(param_store)
{
	struct bypass_dev *bd = container_of(attr, struct bypass_dev, param);
	bool by_default = bypass_mode_is_default(buf, count), own = true;
	int mode = bypass_mode_parse(buf, count);
	int ret;

	if (mode < 0 && !by_default) {
		pr_err("%s: mode \"%*pE\" is none of auto, direct, translate, off, default\n",
		       bd->name, bypass_word_shown(buf, count), buf);
		return mode;
	}
	device_lock(&bd->pdev->dev);
	bypass_mutex_lock(&bypass_lock);
	if (by_default)
		mode = bypass_policy_mode(bd, &own);
	/* While the module goes, "off" still helps it to. */
	if (bd->gone || (bypass_is_leaving() && mode != BYPASS_OFF)) {
		pr_err("%s: mode %s is refused: the %s is going away\n", bd->name,
		       bypass_mode_name(mode), bd->gone ? "device" : "module");
		ret = -ENODEV;
	} else {
		ret = own ? bypass_life_set_mode(bd, mode) : bypass_life_set_policy(bd, mode);
		if (!ret)
			bd->mode_own = own;
	}
	bypass_mutex_unlock(&bypass_lock);
	device_unlock(&bd->pdev->dev);
	return ret ?: count;
}

/*
 * The values of one device at one moment, so that no file shows half a change. Adding up what all
 * CPUs counted takes long on a large machine, so only the files that need it do.
 */
#define DEVICE_FILE_AFTER(first, _name, fmt, expr)						\
static ssize_t _name##_show(struct device *dev, struct device_attribute *attr, char *buf)	\
{												\
	ssize_t ret = -ENODEV;									\
	struct bypass_stats __maybe_unused sum;							\
	struct bypass_dev *bd;									\
												\
	bypass_mutex_lock(&bypass_lock);							\
	bd = bypass_registry_find(dev);								\
	if (bd) {										\
		first;										\
		ret = dbp_sysfs_emit(buf, fmt "\n", expr);					\
	}											\
	bypass_mutex_unlock(&bypass_lock);							\
	return ret;										\
}												\
static DEVICE_ATTR_RO(_name)

#define DEVICE_FILE(_name, fmt, expr)	DEVICE_FILE_AFTER(, _name, fmt, expr)

static u64 direct_size(const struct bypass_dev *bd)
{
	const struct dbp_spans *spans;

	spans = rcu_dereference_protected(bd->spans, bypass_mutex_is_held(&bypass_lock));

	return bd->taken && spans ? dbp_spans_bytes(spans) : 0;
}

static u64 window_size(const struct bypass_dev *bd)
{
	return bd->window.kind == BYPASS_WINDOW_NONE ? 0 : 1ULL << bd->window.prop.window_shift;
}

DEVICE_FILE(mode, "%s", bypass_mode_name(bd->mode));
DEVICE_FILE(mode_own, "%d", bd->mode_own);
DEVICE_FILE(state, "%s", bypass_life_state(bd));
DEVICE_FILE(reason, "%s", bd->reason);
DEVICE_FILE(kernel_path, "%s",
	    bd->misrouted ? "unknown" : bypass_kernel_path_name(bypass_judge_path(bd)));
DEVICE_FILE(window, "%s", bypass_window_name(&bd->window));
DEVICE_FILE(dma_base, "0x%llx", bd->window.prop.dma_base);
DEVICE_FILE(window_size, "%llu", window_size(bd));
DEVICE_FILE(direct_size, "%llu", direct_size(bd));
DEVICE_FILE(tce_shift, "%u", bd->window.prop.tce_shift);
DEVICE_FILE(liobn, "0x%x", bd->window.prop.liobn);
DEVICE_FILE_AFTER(bypass_core_sum(bd, &sum), direct_maps, "%llu", sum.direct_maps);
DEVICE_FILE_AFTER(bypass_core_sum(bd, &sum), translated_maps, "%llu", sum.translated_maps);
DEVICE_FILE_AFTER(bypass_core_sum(bd, &sum), map_errors, "%llu", sum.map_errors);
DEVICE_FILE(stranded, "%ld", bypass_judge_stranded(bd));

static struct attribute *device_attrs[] = {
	&dev_attr_mode.attr,
	&dev_attr_mode_own.attr,
	&dev_attr_state.attr,
	&dev_attr_reason.attr,
	&dev_attr_kernel_path.attr,
	&dev_attr_window.attr,
	&dev_attr_dma_base.attr,
	&dev_attr_window_size.attr,
	&dev_attr_direct_size.attr,
	&dev_attr_tce_shift.attr,
	&dev_attr_liobn.attr,
	&dev_attr_direct_maps.attr,
	&dev_attr_translated_maps.attr,
	&dev_attr_map_errors.attr,
	&dev_attr_stranded.attr,
	NULL,
};

static const struct attribute_group device_group = {
	.name = "dma_bypass",
	.attrs = device_attrs,
};

/**
 * bypass_sysfs_add - make the files of a device
 * @bd: the device
 *
 * Context: may sleep; bypass_lock not held. Return: 0, or an errno with no file left behind.
 */
int bypass_sysfs_add(struct bypass_dev *bd)
{
	int ret;

	sysfs_attr_init(&bd->param.attr);
	bd->param.attr.name = bd->name;
	bd->param.attr.mode = 0644;
	bd->param.show = param_show;
	bd->param.store = param_store;

	ret = sysfs_create_group(&bd->pdev->dev.kobj, &device_group);
	if (ret)
		return ret;
	ret = sysfs_add_file_to_group(&THIS_MODULE->mkobj.kobj, &bd->param.attr, param_group);
	if (ret)
		sysfs_remove_group(&bd->pdev->dev.kobj, &device_group);
	bd->has_files = !ret;
	bd->has_toggle = !ret;
	if (!ret)
		bypass_debugfs_add(bd);
	return ret;
}

/**
 * bypass_sysfs_del_toggle - remove the toggle of a device
 * @bd: the device, with a toggle that nobody else removes
 *
 * Waits for writers who are in it.
 *
 * Context: may sleep; neither bypass_lock nor device_lock() held, which a writer may be waiting
 * for, nor what the holder of one of these may be waiting for.
 */
void bypass_sysfs_del_toggle(struct bypass_dev *bd)
{
	sysfs_remove_file_from_group(&THIS_MODULE->mkobj.kobj, &bd->param.attr, param_group);
}

/**
 * bypass_sysfs_del - remove the files of a device, but for its toggle
 * @bd: the device
 *
 * Waits for readers who are in one of them.
 *
 * Context: may sleep; bypass_lock not held, which a reader may be waiting for.
 */
void bypass_sysfs_del(struct bypass_dev *bd)
{
	if (!bd->has_files)
		return;
	bypass_debugfs_del(bd);
	sysfs_remove_group(&bd->pdev->dev.kobj, &device_group);
	bd->has_files = false;
}
