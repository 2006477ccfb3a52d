/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_REGISTRY_H
#define BYPASS_REGISTRY_H

#include "bypass_dev.h"

extern struct list_head bypass_devs;

struct bypass_dev *bypass_registry_find(const struct device *dev);
int bypass_registry_each(unsigned long seq, int (*fn)(struct pci_dev *pdev, void *arg), void *arg);
void bypass_registry_route(void);
void bypass_registry_unpark(void);
const char *bypass_registry_stranded(long *n);
const char *bypass_registry_stranded_now(long *n);

#endif /* BYPASS_REGISTRY_H */
