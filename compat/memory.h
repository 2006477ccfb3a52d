/* SPDX-License-Identifier: GPL-2.0 */
/* Which memory is in use, and which of it is announced when it comes and goes. */
#ifndef COMPAT_MEMORY_H
#define COMPAT_MEMORY_H

#include <linux/kernel.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/pfn.h>

/**
 * dbp_is_online - can a buffer lie in the section of memory that an address is in?
 * @phys: an address in System RAM
 *
 * Memory stays listed as System RAM while it is offline. Where a module cannot tell, all of it
 * counts as online: then memory that is offline counts as RAM that the window does not have.
 *
 * Context: any. Return: true when that memory is online.
 */
static inline bool dbp_is_online(u64 phys)
{
#if DBP_HAVE_PFN_TO_ONLINE_PAGE_MACRO || DBP_HAVE_PFN_TO_ONLINE_PAGE_EXPORT
	return pfn_to_online_page(PHYS_PFN(phys));
#else
	return true;
#endif
}

/**
 * dbp_behind_memmap - where does a block's own memmap end?
 * @phys: an address in memory that is online
 * @end: where to stop
 *
 * With memory_hotplug.memmap_on_memory a block begins with the page structs for the rest of it. No
 * buffer lies there, and the kernel does not map it in its windows.
 *
 * Context: may sleep. Return: the first address from @phys on that is no such memory, or @end.
 */
static inline u64 dbp_behind_memmap(u64 phys, u64 end)
{
#if DBP_HAVE_PAGE_VMEMMAP_SELF_HOSTED
	while (phys < end && dbp_is_online(phys) &&
	       PageVmemmapSelfHosted(pfn_to_page(PHYS_PFN(phys))))
		phys += PAGE_SIZE;
	return min(phys, end);
#else
	return phys;
#endif
}

/**
 * dbp_announced - which memory an event is about
 * @mn: what the kernel says
 * @start: its first byte
 * @end: the first byte behind it
 *
 * Memory comes and goes in whole blocks. Kernels that can leave a block's own memmap out of the
 * range tell how large a block is.
 *
 * Context: any.
 */
static inline void dbp_announced(const struct memory_notify *mn, u64 *start, u64 *end)
{
	*start = PFN_PHYS(mn->start_pfn);
	*end = PFN_PHYS(mn->start_pfn + mn->nr_pages);
#if DBP_HAVE_MEMORY_BLOCK_SIZE_EXPORT
	*start = round_down(*start, memory_block_size_bytes());
	*end = round_up(*end, memory_block_size_bytes());
#endif
}

#endif /* COMPAT_MEMORY_H */
