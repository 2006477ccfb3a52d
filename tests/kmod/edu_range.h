/* SPDX-License-Identifier: GPL-2.0 */
/* Memory that the user has named, such as persistent memory, as buffers for dbp_edu.c. */
#ifndef TESTS_EDU_RANGE_H
#define TESTS_EDU_RANGE_H

#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pfn.h>

#include "edu.h"

static unsigned long long phys;
module_param(phys, ullong, 0644);
MODULE_PARM_DESC(phys, "start of memory with page structs to use as buffers; its data is lost");

static unsigned long len;
module_param(len, ulong, 0644);
MODULE_PARM_DESC(len, "bytes of memory at phys");

/* The pages of the given range; without one the case is skipped. */
static struct page *given_page(unsigned int index)
{
	return pfn_to_page(PHYS_PFN(phys) + index);
}

static int given_range(struct edu *e, unsigned int pages)
{
	if (!phys) {
		scnprintf(e->why, sizeof(e->why), "phys= is not set");
		return SKIPPED;
	}
	if (!PAGE_ALIGNED(phys) || PHYS_PFN(len) < pages)
		return fail(e, -EINVAL, "phys= and len= must name whole pages, 16 or more");
	if (!pfn_valid(PHYS_PFN(phys)) || !pfn_valid(PHYS_PFN(phys + len - 1)))
		return fail(e, -EINVAL, "the memory at phys= has no page structs");
	return 0;
}

#endif
