// SPDX-License-Identifier: GPL-2.0
/*
 * Writing the entries of a window that this module made: 1:1, or none. PAPR, "TCE Access":
 * H_PUT_TCE_INDIRECT and H_STUFF_TCE write up to 512 at once, H_PUT_TCE one.
 */
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/sched.h>
#include <asm/hvcall.h>
#include <asm/page.h>
#include <asm/tce.h>

#include "multitce.h"
#include "tce.h"
#include "window_plan.h"

#define PATIENCE_MS 30000	/* how long one call may be put off */
#define REPORT_MS 5000	/* a window that takes longer says how far it is */

static const u64 both_ways = TCE_PCI_READ | TCE_PCI_WRITE;

/**
 * bypass_tce_begin - get ready to write entries
 * @work: what is to be initialised
 * @prop: the window; it must stay while @work is used
 * @name: whose it is, for the log
 *
 * Context: any.
 */
void bypass_tce_begin(struct bypass_tce_work *work, const struct dbp_window_prop *prop,
		      const char *name)
{
	*work = (struct bypass_tce_work) {
		.prop = prop,
		.name = name,
		.started = jiffies,
		.reported = jiffies,
	};
}

/*
 * The hypervisor may ask for patience: others wait for the locks that are held here, so not for
 * longer than a second at a time (as rtas_busy_delay()), and PATIENCE_MS for one call.
 */
static bool is_busy(long rc, unsigned long *since)
{
	if (rc != H_BUSY && !H_IS_LONG_BUSY(rc))
		return false;
	if (!*since)
		*since = jiffies ?: 1;
	else if (time_after(jiffies, *since + msecs_to_jiffies(PATIENCE_MS)))
		return false;
	if (H_IS_LONG_BUSY(rc))
		msleep(min(get_longbusy_msecs(rc), 1000));
	else
		cond_resched();
	return true;
}

static void advance(struct bypass_tce_work *work, unsigned int nr)
{
	work->done += nr;
	work->calls++;
	cond_resched();
	if (time_before(jiffies, work->reported + msecs_to_jiffies(REPORT_MS)))
		return;
	work->reported = jiffies;
	pr_info("%s: %llu of %llu entries of the direct window after %u s\n", work->name,
		work->done, work->total, jiffies_to_msecs(jiffies - work->started) / 1000);
}

static long put_many(struct bypass_tce_work *work, u64 phys, __be64 *list, unsigned int nr)
{
	const struct dbp_window_prop *prop = work->prop;
	unsigned int i;
	unsigned long since = 0;
	long rc;

	for (i = 0; i < nr; i++)
		list[i] = cpu_to_be64((phys + ((u64)i << prop->tce_shift)) | both_ways);
	do {
		rc = plpar_hcall_norets(H_PUT_TCE_INDIRECT, prop->liobn, prop->dma_base + phys,
					__pa(list), nr);
	} while (is_busy(rc, &since));
	return rc;
}

static long put_one(struct bypass_tce_work *work, u64 phys, u64 tce)
{
	const struct dbp_window_prop *prop = work->prop;
	unsigned long since = 0;
	long rc;

	do {
		rc = plpar_hcall_norets(H_PUT_TCE, prop->liobn, prop->dma_base + phys, tce);
	} while (is_busy(rc, &since));
	return rc;
}

static long stuff_many(struct bypass_tce_work *work, u64 phys, unsigned int nr)
{
	const struct dbp_window_prop *prop = work->prop;
	unsigned long since = 0;
	long rc;

	do {
		rc = plpar_hcall_norets(H_STUFF_TCE, prop->liobn, prop->dma_base + phys, 0, nr);
	} while (is_busy(rc, &since));
	return rc;
}

static int failed(struct bypass_tce_work *work, const char *call, u64 phys, long rc)
{
	pr_warn("%s: %s for 0x%llx in LIOBN 0x%x returned %ld\n", work->name, call, phys,
		work->prop->liobn, rc);
	return -EIO;
}

/**
 * bypass_tce_fill - map a range of RAM 1:1
 * @work: what was given to bypass_tce_begin()
 * @start: first byte
 * @end: first byte behind the range, which is in the window
 *
 * A page that is only partly in the range is left out.
 *
 * Context: may sleep.
 * Return: 0, -ENOMEM, or -EIO when the hypervisor refused; then the range is partly mapped.
 */
int bypass_tce_fill(struct bypass_tce_work *work, u64 start, u64 end)
{
	struct dbp_tces t = dbp_plan_tces(start, end, work->prop->tce_shift);
	bool many = dbp_may_put_many();
	__be64 *list = NULL;
	unsigned int nr;
	int ret = 0;
	long rc;

	if (many && t.nr) {
		list = (__be64 *)__get_free_page(GFP_KERNEL);
		if (!list)
			return -ENOMEM;
	}
	while (t.nr && !ret) {
		nr = many ? dbp_plan_block(t.nr) : 1;
		rc = many ? put_many(work, t.first, list, nr) :
			    put_one(work, t.first, t.first | both_ways);
		if (rc)
			ret = failed(work, many ? "H_PUT_TCE_INDIRECT" : "H_PUT_TCE", t.first, rc);
		advance(work, nr);
		t.first += (u64)nr << work->prop->tce_shift;
		t.nr -= nr;
	}
	free_page((unsigned long)list);
	return ret;
}

/**
 * bypass_tce_clear - map a range no more
 * @work: what was given to bypass_tce_begin()
 * @start: first byte
 * @end: first byte behind the range, which is in the window
 *
 * Context: may sleep. Return: 0, or -EIO when the hypervisor refused.
 */
int bypass_tce_clear(struct bypass_tce_work *work, u64 start, u64 end)
{
	struct dbp_tces t = dbp_plan_tces(start, end, work->prop->tce_shift);
	bool many = dbp_may_stuff_many();
	unsigned int nr;
	long rc;

	while (t.nr) {
		nr = many ? dbp_plan_block(t.nr) : 1;
		rc = many ? stuff_many(work, t.first, nr) : put_one(work, t.first, 0);
		if (rc)
			return failed(work, many ? "H_STUFF_TCE" : "H_PUT_TCE", t.first, rc);
		advance(work, nr);
		t.first += (u64)nr << work->prop->tce_shift;
		t.nr -= nr;
	}
	return 0;
}
