// SPDX-License-Identifier: GPL-2.0
/* {"answers":"changes of the device tree are announced as struct of_reconfig_data","commit":"","release":"@@"} */
#include <linux/notifier.h>
#include <linux/of.h>

int dbp_probe(struct notifier_block *nb, struct of_reconfig_data *data);
int dbp_probe(struct notifier_block *nb, struct of_reconfig_data *data)
{
	return data->dn && data->prop ? of_reconfig_notifier_register(nb) : 0;
}
