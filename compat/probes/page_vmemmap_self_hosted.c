// SPDX-License-Identifier: GPL-2.0
/*
 * {"answers":"pages that hold the memmap of their own block are marked",
 *  "commit":"66361095129b","release":"6.0.."}
 */
#include <linux/mm.h>

static bool __used dbp_probe(struct page *page)
{
	return PageVmemmapSelfHosted(page);
}
