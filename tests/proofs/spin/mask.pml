/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A driver asks for a mask outside of its probe, of a device that is not ours yet; the kernel's answer sleeps, and sets limit
 * and flag when it comes. Meanwhile the device is taken. (On a device that is ours already the kernel is asked about a
 * copy, which changes nothing.) Kernel path 3: flag and limit.
 *
 * claim: when the question is answered and the review behind it is over, a taken device has neither flag nor limit
 * refuted today: that no task finds a flag without a limit before that review (docs/proofs.md; LATE leaves it out)
 *
 * source: src/flags.c bypass_flags_clear: dbp_bypass_set(dev, false) ... wait_between(bd, let_go) ... dbp_limit_set(dev, 0)
 * source: src/flags.c wait_between: WRITE_ONCE(bd->between, true) ... bypass_core_wait_tasks() ... WRITE_ONCE(bd->between, false)
 * source: src/masks.c supported: bypass_flags_settle(bd) ... ask_kernel(bd, mask)
 * source: src/flags.c bypass_flags_mend: dbp_route_get(&bd->pdev->dev) ... bypass_flags_clear(bd, false)
 * source: src/life.c bypass_life_review: if (bd->taken) bypass_flags_mend(bd)
 * source: src/attach.c wrap_live: bypass_wrap(bd ... bypass_flags_query(bd)
 * source: src/attach.c bypass_attach: wrap_live(bd) ... bypass_flags_clear(bd, live) ... set_taken(bd, true)
 * source: src/masks.c ask_kernel: bypass_flags_ask_copy(bd, mask
 * kernel: arch/powerpc/kernel/dma-iommu.c dma_iommu_dma_supported: dma_iommu_bypass_supported(dev, mask) ... dev_set_dma_ops_bypass(dev)
 *
 * run: the end: -DLATE
 * refuted: no flag without a limit: -DREVIEWED_LATE
 * control: no review: -DLATE -DNO_REVIEW
 * control: a review that only looks at what is not taken: -DLATE -DREVIEW_OTHERS
 */
bool flag, limit;	/* the kernel has no window for it yet */
bool ops_ours, taken, answered, done;
bool inside, asks;

active proctype driver()
{
	/* The core has read the pointer; the kernel's function is entered when it was not ours. */
	asks = true;
	if
	:: ops_ours	/* about a copy */
	:: else ->
		asks = false;	/* it sleeps: nobody waits for it */
		limit = true;
		flag = true
	fi;
	asks = false;
	answered = true
}

active proctype mapper()
{
	bool seen;

	inside = true;
	seen = flag;
	if
	:: seen ->
		/* All direct, though a device that is taken has buffers outside. */
#ifdef LATE
		skip
#else
		assert(limit || !taken)
#endif
	:: else
	fi;
	inside = false
}

inline clear(was_set)
{
	flag = false;
	if
	:: limit ->
		if
		:: was_set -> !inside
		:: else
		fi;
		limit = false
	:: else
	fi
}

active proctype admin()
{
	bool wanted;

	ops_ours = true;
	!asks;
	wanted = flag;
	clear(wanted);
	taken = true;
	done = true
}

active proctype review()
{
	bool wanted;

	/* The hook tells of the question; the later one of its two reviews comes when the answer has come. */
	answered && done;
#ifndef NO_REVIEW
#ifdef REVIEW_OTHERS
	if
	:: !taken -> wanted = flag; clear(wanted)
	:: else
	fi;
#else
	if
	:: taken && (flag || limit) -> wanted = flag; clear(wanted)
	:: else
	fi;
#endif
#endif
	assert(!taken || (!flag && !limit))
}
