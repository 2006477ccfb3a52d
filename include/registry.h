/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_REGISTRY_H
#define BYPASS_REGISTRY_H

#include "bypass_dev.h"

extern struct list_head bypass_devs;

int bypass_registry_start(void);
void bypass_registry_stop(void);
int bypass_registry_add(struct pci_dev *pdev);
void bypass_registry_del(struct pci_dev *pdev);
struct bypass_dev *bypass_registry_find(const struct device *dev);
void bypass_registry_review(void);
void bypass_registry_route(void);
void bypass_registry_unpark(void);
void bypass_registry_cut(u64 start, u64 end);
void bypass_registry_event(struct device *dev, unsigned long event);
const char *bypass_registry_stranded(long *n);
void bypass_registry_give_back_all(void);
void bypass_registry_end_own_windows(void);
bool bypass_is_leaving(void);

#endif /* BYPASS_REGISTRY_H */
