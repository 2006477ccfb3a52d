// SPDX-License-Identifier: GPL-2.0
/*
 * The module's mutexes, and what concerns all who take them: is the module about to go?
 *
 * A driver that resets its device asks for masks, and waits for bypass_lock then. An allocation
 * under that lock may wait for memory to be written out, which may wait for such a reset. So who
 * holds a lock of this kind allocates without I/O (memalloc_noio_save()).
 */
#include <linux/sched/mm.h>

#include "lock.h"

/* See lock.h. */
struct bypass_mutex bypass_lock = { .mutex = __MUTEX_INITIALIZER(bypass_lock.mutex) };

/**
 * bypass_mutex_lock - take a mutex, and start no I/O from now on
 * @lock: the mutex
 *
 * Two of them are released in the reverse order.
 *
 * Context: may sleep.
 */
void bypass_mutex_lock(struct bypass_mutex *lock)
{
	mutex_lock(&lock->mutex);
	lock->noio = memalloc_noio_save();
}

/**
 * bypass_mutex_unlock - release a mutex, and allow what was allowed before
 * @lock: the mutex
 *
 * Context: the task that took it.
 */
void bypass_mutex_unlock(struct bypass_mutex *lock)
{
	unsigned int noio = lock->noio;

	memalloc_noio_restore(noio);
	mutex_unlock(&lock->mutex);
}

static bool leaving;

/**
 * bypass_is_leaving - is the module being unloaded, or another kernel about to be started?
 *
 * Context: bypass_lock held. Return: true from the moment when no device may be taken any more.
 */
bool bypass_is_leaving(void)
{
	return READ_ONCE(leaving);
}

/**
 * bypass_leave - from now on no device may be taken any more
 *
 * Context: bypass_lock held.
 */
void bypass_leave(void)
{
	WRITE_ONCE(leaving, true);
}
