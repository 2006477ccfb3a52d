/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_LOCK_H
#define BYPASS_LOCK_H

#include <linux/lockdep.h>
#include <linux/mutex.h>

/**
 * struct bypass_mutex - a mutex whose holder starts no I/O
 * @mutex: the mutex
 * @noio: what the holder's allocations were allowed before
 */
struct bypass_mutex {
	struct mutex mutex;	/* makes its holder's allocations free of I/O, see lock.c */
	unsigned int noio;
};

/*
 * Guards every change of a device's life: mode, attaching, leaving, windows, the list of
 * devices. Taken inside device_lock(), never the other way round; never held while a sysfs file
 * is removed.
 */
extern struct bypass_mutex bypass_lock;

void bypass_mutex_lock(struct bypass_mutex *lock);
void bypass_mutex_unlock(struct bypass_mutex *lock);

bool bypass_is_leaving(void);
void bypass_leave(void);

#define bypass_mutex_is_held(lock) lockdep_is_held(&(lock)->mutex)

#endif /* BYPASS_LOCK_H */
