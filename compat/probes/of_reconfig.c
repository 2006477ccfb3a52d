// SPDX-License-Identifier: GPL-2.0
/* {"answers":"struct of_reconfig_data is as known","release":"4.18.."} */
#include <linux/notifier.h>
#include <linux/of.h>

static int __used dbp_probe(struct notifier_block *nb, struct of_reconfig_data *data)
{
	return data->dn && data->prop ? of_reconfig_notifier_register(nb) : 0;
}
