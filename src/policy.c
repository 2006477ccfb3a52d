// SPDX-License-Identifier: GPL-2.0
/*
 * What the administrator wants: the module's parameters policy, devices and count_direct, and
 * what they mean for a device.
 */
#include <linux/of.h>
#include <linux/slab.h>

#include "core.h"
#include "life.h"
#include "policy.h"
#include "registry.h"
#include "selector.h"

static enum bypass_mode policy = BYPASS_AUTO;
static bool started;

static struct dbp_selectors selectors;
static char *selectors_text;

/* A device of the virtual I/O bus has a unit address under /vdevice and no PCI address. */
static bool is_vio_unit(const char *text, size_t len)
{
	struct device_node *bus = of_find_node_by_path("/vdevice");
	struct device_node *np;
	bool found = false;

	for_each_child_of_node(bus, np) {
		const char *name = kbasename(np->full_name);
		const char *unit = strchr(name, '@');

		if (unit && ((strlen(unit + 1) == len && !strncmp(unit + 1, text, len)) ||
			     (strlen(name) == len && !strncmp(name, text, len)))) {
			found = true;
			of_node_put(np);
			break;
		}
	}
	of_node_put(bus);
	return found;
}

static int devices_set(const char *val, const struct kernel_param *kp)
{
	const char *why, *where;
	size_t len;
	char *text;
	int ret;

	if (!val || !*val) {
		pr_err("devices= is empty; leave it out or name a device\n");
		return -EINVAL;
	}
	ret = dbp_selectors_parse(val, &selectors, &why, &where);
	if (ret) {
		len = strcspn(where, ",=\n");
		if (is_vio_unit(where, len)) {
			pr_err("devices= names %.*s, a device of the virtual I/O bus; dma_bypass handles PCI devices only\n",
			       (int)len, where);
			return -EOPNOTSUPP;
		}
		pr_err("devices= is refused: %s (at \"%.40s\")\n", why, where);
		return ret;
	}
	text = kstrdup(val, GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	kfree(selectors_text);
	selectors_text = text;
	return 0;
}

static int devices_get(char *buf, const struct kernel_param *kp)
{
	return scnprintf(buf, PAGE_SIZE, "%s\n", selectors_text ?: "");
}

static void devices_free(void *arg)
{
	kfree(selectors_text);
	selectors_text = NULL;
}

static const struct kernel_param_ops devices_ops = {
	.set = devices_set,
	.get = devices_get,
	.free = devices_free,
};

module_param_cb(devices, &devices_ops, NULL, 0444);
MODULE_PARM_DESC(devices,
		 "SELECTOR[=MODE],... with SELECTOR a PCI address, driver:NAME or loc:CODE, and MODE (default direct) as for policy");

static bool matches(const struct dbp_selector *sel, struct pci_dev *pdev)
{
	const struct device_driver *drv = pdev->dev.driver;
	struct device_node *np = pci_device_to_OF_node(pdev);
	const char *loc;

	switch (sel->kind) {
	case DBP_SEL_DRIVER:
		return drv && !strcmp(drv->name, sel->name);
	case DBP_SEL_LOC:
		loc = np ? of_get_property(np, "ibm,loc-code", NULL) : NULL;
		return loc && !strcmp(loc, sel->name);
	default:
		return !strcmp(pci_name(pdev), sel->name);
	}
}

/**
 * bypass_policy_mode - the mode that the parameters want for a device
 * @bd: the device
 * @own: set to whether they name the device itself, so that a change of policy leaves it alone
 *
 * Context: may sleep. Return: the mode.
 */
enum bypass_mode bypass_policy_mode(const struct bypass_dev *bd, bool *own)
{
	unsigned int i;

	for (i = 0; i < selectors.nr; i++) {
		if (matches(&selectors.sel[i], bd->pdev)) {
			*own = selectors.sel[i].kind != DBP_SEL_DRIVER;
			return selectors.sel[i].mode;
		}
	}
	*own = false;
	return READ_ONCE(policy);
}

/**
 * bypass_policy_apply - give a device the mode that the parameters want for it
 * @bd: the device; a mode that was set by name since stays
 *
 * Context: may sleep.
 */
void bypass_policy_apply(struct bypass_dev *bd)
{
	if (!bd->mode_own)
		bd->mode = bypass_policy_mode(bd, &bd->mode_own);
}

/**
 * bypass_policy_check_selectors - do the addresses in devices= exist, and can they have their
 * mode?
 *
 * Drivers and location codes may come later, by hot plug; an address that is not there is taken
 * for a mistake.
 *
 * Context: may sleep; no lock held. Return: 0, -ENODEV, or the errno with which a mode was
 * refused; the log says which.
 */
int bypass_policy_check_selectors(void)
{
	struct bypass_dev *bd;
	unsigned int i;
	int ret = 0;

	for (i = 0; i < selectors.nr && !ret; i++) {
		const struct dbp_selector *sel = &selectors.sel[i];
		struct device *dev;

		if (sel->kind != DBP_SEL_PCI)
			continue;
		dev = bus_find_device_by_name(&pci_bus_type, NULL, sel->name);
		if (!dev) {
			pr_err("devices= names %s, but there is no such PCI device\n", sel->name);
			return -ENODEV;
		}
		device_lock(dev);
		bypass_mutex_lock(&bypass_lock);
		bd = bypass_registry_find(dev);
		if (!bd) {
			pr_err("devices= names %s, a bridge, which maps nothing\n", sel->name);
			ret = -EOPNOTSUPP;
		} else {
			ret = bypass_life_set_mode(bd, sel->mode);
		}
		bypass_mutex_unlock(&bypass_lock);
		device_unlock(dev);
		put_device(dev);
	}
	return ret;
}

/*
 * A device that cannot have the new mode keeps a reason; only one that cannot be given back
 * stops the change.
 */
static int follow(struct pci_dev *pdev, void *unused)
{
	struct device *dev = &pdev->dev;
	struct bypass_dev *bd;
	int ret = 0;
	bool own;

	device_lock(dev);
	bypass_mutex_lock(&bypass_lock);
	bd = bypass_registry_find(dev);
	if (bd && !bd->mode_own && !bypass_is_leaving())
		ret = bypass_life_set_policy(bd, bypass_policy_mode(bd, &own));
	bypass_mutex_unlock(&bypass_lock);
	device_unlock(dev);
	return ret;
}

static int policy_set(const char *val, const struct kernel_param *kp)
{
	int mode = val ? bypass_mode_parse(val, strlen(val)) : -EINVAL;
	enum bypass_mode was = policy;
	int ret;

	if (mode < 0) {
		pr_err("policy \"%*pE\" is none of auto, direct, translate, off\n",
		       val ? bypass_word_shown(val, strlen(val)) : 0, val ?: "");
		return mode;
	}
	/* First, so that a driver that is bound meanwhile finds the one that counts. */
	WRITE_ONCE(policy, mode);
	if (!started)
		return 0;
	ret = bypass_registry_each(ULONG_MAX, follow, NULL);
	if (ret) {
		WRITE_ONCE(policy, was);
		/* Those that have changed go back. One that cannot has said so in the log. */
		bypass_registry_each(ULONG_MAX, follow, NULL);
		pr_warn("policy stays %s\n", bypass_mode_name(was));
	}
	return ret;
}

static int policy_get(char *buf, const struct kernel_param *kp)
{
	return bypass_mode_show(policy, buf, PAGE_SIZE);
}

static const struct kernel_param_ops policy_ops = {
	.set = policy_set,
	.get = policy_get,
};

module_param_cb(policy, &policy_ops, NULL, 0644);
MODULE_PARM_DESC(policy,
		 "mode of every device that has none of its own or by devices=: auto (default), direct, translate or off");

static int parse_bool(const char *val, const char *name, bool *on)
{
	int ret = val ? kstrtobool(val, on) : -EINVAL;

	if (ret)
		pr_err("%s \"%*pE\" is neither yes nor no\n", name,
		       val ? bypass_word_shown(val, strlen(val)) : 0, val ?: "");
	return ret;
}

static int count_set(const char *val, const struct kernel_param *kp)
{
	bool on;
	int ret = parse_bool(val, "count_direct", &on);

	if (ret)
		return ret;
	bypass_core_count_direct(on);
	bypass_registry_route();
	return 0;
}

static int count_get(char *buf, const struct kernel_param *kp)
{
	return scnprintf(buf, PAGE_SIZE, "%c\n", bypass_core_counts_direct() ? 'Y' : 'N');
}

static const struct kernel_param_ops count_ops = {
	.set = count_set,
	.get = count_get,
};

module_param_cb(count_direct, &count_ops, NULL, 0644);
MODULE_PARM_DESC(count_direct, "count direct maps too, for which they take a longer way (default: no)");

static int own_set(const char *val, const struct kernel_param *kp)
{
	bool on;
	int ret = parse_bool(val, "own_windows", &on);

	if (!ret)
		bypass_own_allow(on);
	return ret;
}

static int own_get(char *buf, const struct kernel_param *kp)
{
	return scnprintf(buf, PAGE_SIZE, "%c\n", bypass_own_is_allowed() ? 'Y' : 'N');
}

static const struct kernel_param_ops own_ops = {
	.set = own_set,
	.get = own_get,
};

module_param_cb(own_windows, &own_ops, NULL, 0644);
MODULE_PARM_DESC(own_windows, "make a direct window where the kernel made none (default: yes)");

/**
 * bypass_policy_start - from now on, a change of policy changes devices
 * @on: false when the module is leaving
 *
 * The files of the parameters exist before the module's init and after its exit.
 *
 * Context: may sleep; no lock held.
 */
void bypass_policy_start(bool on)
{
	kernel_param_lock(THIS_MODULE);
	started = on;
	kernel_param_unlock(THIS_MODULE);
}
