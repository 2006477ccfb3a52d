// SPDX-License-Identifier: GPL-2.0
/*
 * Reading the entries of windows: which addresses does one really map?
 *
 * Neither the kernel's version, nor the property, nor the kernel's own limit says which
 * addresses are mapped 1:1; the hypervisor does, when asked for the entries (H_GET_TCE, PAPR
 * "TCE Access"). What is not proved is not direct. Only an entry that was read and is another one
 * disproves anything: a hypervisor that does not answer has said nothing.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/of.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <asm/hvcall.h>
#include <asm/tce.h>

#include "memory.h"
#include "ram.h"
#include "span_sets.h"
#include "tce_table.h"
#include "window.h"

/*
 * Where a guest has no dynamic-reconfiguration memory, prove at the borders of the smallest LMB
 * there is.
 */
#define DEFAULT_LMB_SIZE (16ULL << 20)

/* How long a proof may wait for a hypervisor that is busy; others wait for bypass_lock. */
#define PATIENCE_MS 2000

static u64 lmb_size(void)
{
	struct device_node *np = of_find_node_by_path("/ibm,dynamic-reconfiguration-memory");
	const __be32 *cells;
	u64 size = 0;
	int len = 0;

	cells = np ? of_get_property(np, "ibm,lmb-size", &len) : NULL;
	if (cells && len == 2 * sizeof(*cells))
		size = of_read_number(cells, 2);
	of_node_put(np);
	return size >= PAGE_SIZE && is_power_of_2(size) ? size : DEFAULT_LMB_SIZE;
}

/* The entry for a bus address, whatever it holds. */
static long get_tce(u32 liobn, u32 shift, u64 bus, unsigned long *tce)
{
	unsigned long ret[PLPAR_HCALL_BUFSIZE];
	long rc = plpar_hcall(H_GET_TCE, ret, liobn, bus >> shift << shift);

	*tce = ret[0];
	return rc;
}

static bool is_busy(long rc)
{
	return rc == H_BUSY || H_IS_LONG_BUSY(rc);
}

/**
 * bypass_window_entry - where does a bus address lead?
 * @liobn: the window or table
 * @shift: the page size of its entries
 * @bus: the bus address
 * @phys: the physical address that the hypervisor has for it
 *
 * Context: any; one hypercall. Return: 0; -EBUSY when the hypervisor wants to be asked again,
 * -EIO when it gives no entry, -EFAULT when the entry lets the device neither read nor write.
 */
int bypass_window_entry(u32 liobn, u32 shift, u64 bus, u64 *phys)
{
	unsigned long tce;
	long rc = get_tce(liobn, shift, bus, &tce);

	if (rc)
		return is_busy(rc) ? -EBUSY : -EIO;
	if (!(tce & (TCE_PCI_READ | TCE_PCI_WRITE)))
		return -EFAULT;
	*phys = (tce >> shift << shift) | (bus & ((1ULL << shift) - 1));
	return 0;
}

/**
 * bypass_window_is_gone - does the hypervisor say that it has no window for a TCE table?
 * @tbl: the table; may be NULL
 *
 * A kernel that gives the default window up may keep its table (seen: 5.15), and takes an H_PUT_TCE
 * that the hypervisor refuses for done. Who asks knows that the hypervisor answers H_GET_TCE.
 *
 * Context: any; one hypercall. Return: 1 when there is a table, and no window; 0 when there is
 * none, or both are there; -EAGAIN when the hypervisor did not say.
 */
int bypass_window_is_gone(const struct iommu_table *tbl)
{
	unsigned long tce;
	long rc;

	if (!tbl)
		return 0;
	rc = get_tce(tbl->it_index, tbl->it_page_shift,
		     (u64)tbl->it_offset << tbl->it_page_shift, &tce);
	if (rc == H_PARAMETER)
		return 1;
	return rc ? -EAGAIN : 0;
}

/* What the hypervisor says of an entry that should map its own address. */
enum answer {
	ANSWER_RIGHT,	/* it does, for reading and writing */
	ANSWER_WRONG,	/* it was read, and does not */
	ANSWER_NONE,	/* it could not be read */
};

/**
 * struct asker - who asks for entries, and how patiently
 * @prop: the window
 * @waited: ms for which a busy hypervisor was waited for
 * @error: the last answer that was no entry
 * @unanswered: entries that could not be read
 */
struct asker {
	const struct dbp_window_prop *prop;
	unsigned int waited;
	long error;
	u64 unanswered;
};

/* Is it worth asking again? Then there was a wait. */
static bool wait_for_busy(struct asker *asker, long rc)
{
	unsigned int ms = H_IS_LONG_BUSY(rc) ? get_longbusy_msecs(rc) : 1;
	unsigned long since = jiffies;

	if (!is_busy(rc) || asker->waited + ms > PATIENCE_MS)
		return false;
	msleep(ms);
	asker->waited += max(ms, jiffies_to_msecs(jiffies - since));
	return true;
}

/* Does the entry for a physical address hold that address, readable and writable? */
static enum answer ask(struct asker *asker, u64 phys)
{
	const struct dbp_window_prop *prop = asker->prop;
	const unsigned long both_ways = TCE_PCI_READ | TCE_PCI_WRITE;
	unsigned long tce;
	long rc;

	do {
		rc = get_tce(prop->liobn, prop->tce_shift, prop->dma_base + phys, &tce);
	} while (rc && wait_for_busy(asker, rc));
	if (rc) {
		asker->error = rc;
		asker->unanswered++;
		return ANSWER_NONE;
	}
	return (tce & both_ways) == both_ways && tce >> prop->tce_shift == phys >> prop->tce_shift ?
	       ANSWER_RIGHT : ANSWER_WRONG;
}

/**
 * bypass_window_reread - are the entries of a window still what they were proved to be?
 * @w: the window
 * @spans: what was proved
 * @seen: what the hypervisor says of the first and the last entry of each LMB
 *
 * Context: may sleep.
 */
void bypass_window_reread(const struct bypass_window *w, const struct dbp_spans *spans,
			  struct bypass_reread *seen)
{
	struct asker asker = { .prop = &w->prop };
	u64 lmb = lmb_size(), at, next;
	unsigned int i;

	memset(seen, 0, sizeof(*seen));
	for (i = 0; i < spans->nr; i++) {
		for (at = spans->s[i].start; at < spans->s[i].end; at = next) {
			next = min(spans->s[i].end, (at & ~(lmb - 1)) + lmb);
			seen->read += 2;
			seen->right += ask(&asker, at) == ANSWER_RIGHT;
			seen->right += ask(&asker, next - 1) == ANSWER_RIGHT;
			cond_resched();
		}
	}
	seen->unanswered = asker.unanswered;
	seen->read -= asker.unanswered;
}

/**
 * struct proving - what the walk over RAM carries along
 * @asker: asks for the window's entries
 * @before: what was proved before; may be NULL
 * @limit: physical addresses from here on are not in the window
 * @lmb: distance of the places that are looked at
 * @proof: the result
 */
struct proving {
	struct asker asker;
	const struct dbp_spans *before;
	u64 limit;
	u64 lmb;
	struct bypass_proof *proof;
};

/* Nothing was said about a piece, so what was proved of it before still holds. */
static int keep(struct proving *p, u64 start, u64 end)
{
	const struct dbp_spans *before = p->before;
	unsigned int i;
	int ret;

	ret = bypass_spans_add(&p->proof->unanswered, start, end);
	p->proof->unknown += end - start;
	if (!before)
		return ret;
	/* The first range that may hold @start begins below it. */
	i = dbp_spans_up_to(before, start);
	for (i -= i > 0; i < before->nr && before->s[i].start < end && !ret; i++) {
		u64 from = max(start, before->s[i].start);
		u64 to = min(end, before->s[i].end);

		if (from >= to)
			continue;
		ret = bypass_spans_add(&p->proof->direct, from, to);
		p->proof->unknown -= to - from;
	}
	return ret;
}

/*
 * From @wrong on a piece was found wrong, and others of its entries were not given: up to
 * @right_end it was found right, and what is in between is not known.
 */
static int forget(struct proving *p, u64 start, u64 right_end, u64 wrong, u64 end)
{
	p->proof->unknown += wrong - right_end;
	return bypass_spans_add(&p->proof->direct, start, right_end) ?:
	       bypass_spans_add(&p->proof->unanswered, start, end);
}

/*
 * RAM, or what is mapped of it, may end inside an LMB: how far is it right? The first entry is, the
 * last one is not.
 */
static int prove_beginning(struct proving *p, u64 start, u64 end)
{
	unsigned int shift = p->asker.prop->tce_shift;
	u64 right = start >> shift, wrong = (end - 1) >> shift;

	while (wrong - right > 1) {
		u64 middle = right + (wrong - right) / 2;

		switch (ask(&p->asker, max(start, middle << shift))) {
		case ANSWER_RIGHT:
			right = middle;
			break;
		case ANSWER_WRONG:
			wrong = middle;
			break;
		default:
			return forget(p, start, (right + 1) << shift, wrong << shift, end);
		}
	}
	return bypass_spans_add(&p->proof->direct, start, wrong << shift);
}

/* A piece of RAM counts when its first and its last entry are right. */
static int prove_piece(struct proving *p, u64 start, u64 end)
{
	unsigned int shift = p->asker.prop->tce_shift;
	enum answer first = ask(&p->asker, start), last;

	if (first == ANSWER_WRONG) {
		u64 behind = dbp_behind_memmap(start, end);

		if (bypass_spans_cut(&p->proof->ram, start, behind))
			return -ENOMEM;
		if (behind == start || behind == end)
			return 0;
		start = behind;
		first = ask(&p->asker, start);
	}
	if (first == ANSWER_WRONG)
		return 0;
	last = start >> shift == (end - 1) >> shift ? first : ask(&p->asker, end - 1);
	if (last == ANSWER_WRONG)
		return first == ANSWER_RIGHT ? prove_beginning(p, start, end) :
			forget(p, start, start, max(start, (end - 1) >> shift << shift), end);
	if (first == ANSWER_NONE || last == ANSWER_NONE)
		return keep(p, start, end);
	return bypass_spans_add(&p->proof->direct, start, end);
}

static int prove_range(u64 start, u64 end, void *arg)
{
	struct proving *p = arg;
	u64 next;
	int ret;

	ret = bypass_spans_add(&p->proof->ram, start, end);
	end = min(end, p->limit);
	for (; start < end && !ret; start = next) {
		next = min(end, (start & ~(p->lmb - 1)) + p->lmb);
		ret = prove_piece(p, start, next);
		cond_resched();
	}
	return ret;
}

/**
 * bypass_window_prove - which RAM does a direct window really map 1:1?
 * @w: the window, of kind BYPASS_WINDOW_DIRECT
 * @start: physical address of the first byte to look at
 * @end: first byte behind what is looked at; U64_MAX: all RAM there is
 * @before: what was proved of the same window before; may be NULL
 * @proof: what is found is added to it; to begin with all zero
 *
 * RAM that is online, within the window, less what the kernel's dynamic part covers, verified with
 * H_GET_TCE at both ends of every LMB: a few hundred hypercalls per 64 GiB of RAM at an LMB
 * size of 256 MiB. A busy hypervisor is waited for, for 2 seconds in one @proof. Where it does not
 * answer, what was proved before is kept, and other RAM is neither direct nor known not to be
 * mapped.
 *
 * Context: may sleep. Return: 0, or -ENOMEM; then @proof holds only a part. Its sets are for
 * bypass_proof_free() in any case.
 */
int bypass_window_prove(const struct bypass_window *w, u64 start, u64 end,
			const struct dbp_spans *before, struct bypass_proof *proof)
{
	struct proving p = {
		.asker = { .prop = &w->prop, .waited = proof->waited },
		.before = before,
		.limit = bypass_window_end(w),
		.lmb = lmb_size(),
		.proof = proof,
	};
	int ret = bypass_ram_walk(start, end, prove_range, &p);

	proof->waited = p.asker.waited;
	proof->refused += p.asker.unanswered;
	proof->error = p.asker.error ?: proof->error;
	return ret;
}

/**
 * bypass_proof_free - free what a proof found
 * @proof: the proof; NULL for a set means that there is none
 *
 * Context: may sleep.
 */
void bypass_proof_free(struct bypass_proof *proof)
{
	kvfree(proof->direct);
	kvfree(proof->ram);
	kvfree(proof->unanswered);
	memset(proof, 0, sizeof(*proof));
}
