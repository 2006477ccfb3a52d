/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_FLEET_H
#define BYPASS_FLEET_H

#include "bypass_dev.h"

int bypass_fleet_start(bool *again);
void bypass_fleet_stop(void);
int bypass_fleet_add(struct pci_dev *pdev);
void bypass_fleet_del(struct pci_dev *pdev);
bool bypass_fleet_event(struct device *dev, unsigned long event);

#endif /* BYPASS_FLEET_H */
