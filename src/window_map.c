// SPDX-License-Identifier: GPL-2.0
/*
 * What a window maps, proved once for all devices that have it.
 *
 * Devices of a partitionable endpoint (PE) share their windows, and there may be hundreds of them.
 * So what was proved belongs to the window: a device that comes, asks for a mask or changes its
 * mode finds it. Only what has changed is looked at again: memory that came, memory next to what
 * went, entries that the hypervisor did not give. All of it is looked at again where somebody else
 * may have written the entries: VFIO, or a hypervisor that has changed the device tree under the
 * guest.
 *
 * Each device has a pointer of its own to the ranges that go direct, which is all that the wrapper
 * reads. They change for all devices of a window at once; RCU frees the old ones, and nobody waits.
 */
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "core.h"
#include "lock.h"
#include "span_sets.h"
#include "window_map.h"

/* How long after an entry was not given, or not right, it is asked for again at the earliest. */
#define ASK_AGAIN_MS 1000

static const char why_no_memory[] =
	"out of memory when its window was to be proved; that is tried again";
static const char why_no_answer[] =
	"the hypervisor did not say what is in its window; it is asked again";

/**
 * struct bypass_window_map - what a window maps
 * @node: in the list of all
 * @devs: the devices that have it
 * @window: the window, or none; with @table what it is known by
 * @table: LIOBN of the TCE table that its devices have beside it; 0: none
 * @direct: RAM that was proved to be mapped 1:1
 * @ram: RAM that was online when it was looked at
 * @stale: physical addresses that have to be looked at
 * @doubt: RAM within the window that was not found to be mapped, or of which nothing was said; the
 *	kernel, or somebody else, may just be filling the window
 * @published: @direct, for those who map; NULL: nothing is direct
 * @unknown: RAM in bytes of which nothing was ever known
 * @unproved: one sentence: why not all could be looked at; NULL: it was
 * @asked: when it was looked at last, in jiffies
 * @table_asked: @table_gone is known
 * @table_gone: the hypervisor has no window for that TCE table any more
 * @table_seen: one of the table's entries was seen to lead to the buffer that was mapped by it
 *
 * Everything is guarded by bypass_lock.
 */
struct bypass_window_map {
	struct list_head node;
	struct list_head devs;
	struct bypass_window window;
	unsigned long table;
	struct dbp_spans *direct;
	struct dbp_spans *ram;
	struct dbp_spans *stale;
	struct dbp_spans *doubt;
	struct published *published;
	u64 unknown;
	const char *unproved;
	unsigned long asked;
	bool table_asked;
	bool table_gone;
	bool table_seen;
};

/* Read under RCU, so it is never changed. */
struct published {
	struct rcu_head rcu;
	struct dbp_spans spans;
};

static LIST_HEAD(maps);

static unsigned long table_of(const struct bypass_dev *bd)
{
	const struct iommu_table *tbl = dbp_table_of(&bd->pdev->dev);

	return tbl ? tbl->it_index : 0;
}

static bool is_of(const struct bypass_window_map *map, const struct bypass_window *w,
		  unsigned long table)
{
	const struct dbp_window_prop *a = &map->window.prop, *b = &w->prop;

	return map->table == table && map->window.kind == w->kind && map->window.own == w->own &&
	       map->window.pe == w->pe && map->window.owned_len == w->owned_len &&
	       a->liobn == b->liobn && a->dma_base == b->dma_base &&
	       a->tce_shift == b->tce_shift && a->window_shift == b->window_shift;
}

/* All has to be looked at. There is always room for that. */
static void distrust(struct bypass_window_map *map)
{
	map->stale->nr = 0;
	dbp_spans_add(map->stale, 0, U64_MAX);
	map->table_asked = false;
	map->table_seen = false;
}

/*
 * Nodes of endpoints whose windows others may have changed, and have not been distrusted yet. Who
 * tells may be inside the kernel's window code, and inside ours, so bypass_lock cannot be taken
 * there.
 */
static DEFINE_SPINLOCK(changed_lock);
static const void *changed[16];
static unsigned int nr_changed;
static bool all_changed;
static bool nobody_tells;

static bool was_changed(const void *pe, const void *const *pes, unsigned int nr)
{
	while (nr)
		if (pes[--nr] == pe)
			return true;
	return false;
}

static void distrust_changed(void)
{
	const void *pes[ARRAY_SIZE(changed)];
	struct bypass_window_map *map;
	unsigned long flags;
	unsigned int nr;
	bool all;

	spin_lock_irqsave(&changed_lock, flags);
	nr = nr_changed;
	all = all_changed;
	memcpy(pes, changed, sizeof(pes));
	nr_changed = 0;
	all_changed = false;
	spin_unlock_irqrestore(&changed_lock, flags);
	if (!nr && !all && !nobody_tells)
		return;
	list_for_each_entry(map, &maps, node)
		if (all || nobody_tells || was_changed(map->window.pe, pes, nr))
			distrust(map);
}

static void free_published(struct rcu_head *rcu)
{
	kvfree(container_of(rcu, struct published, rcu));
}

static void share(struct bypass_dev *bd, struct published *p)
{
	rcu_assign_pointer(bd->spans, p ? &p->spans : NULL);
	/* VFIO may free the table of one that is not wrapped; who wraps it computes its route. */
	if (bd->wrapped)
		bypass_core_route(bd);
}

/* From now on these go direct; NULL: none. */
static void publish(struct bypass_window_map *map, struct published *p)
{
	struct published *old = map->published;
	struct bypass_dev *bd;

	map->published = p;
	list_for_each_entry(bd, &map->devs, map_node)
		share(bd, p);
	if (old)
		call_rcu(&old->rcu, free_published);
}

static bool is_published(const struct bypass_window_map *map, const struct dbp_spans *set)
{
	const struct published *p = map->published;

	if (!p || !set->nr)
		return !p && !set->nr;
	return p->spans.nr == set->nr && !memcmp(p->spans.s, set->s, set->nr * sizeof(set->s[0]));
}

/* From now on what is in a set goes direct. Return: 0, or -ENOMEM with nothing changed. */
static int publish_set(struct bypass_window_map *map, const struct dbp_spans *set)
{
	struct published *p = NULL;

	if (is_published(map, set))
		return 0;
	if (set->nr) {
		p = kvmalloc(sizeof(*p) + set->nr * sizeof(set->s[0]), GFP_KERNEL);
		if (!p)
			return -ENOMEM;
		p->spans.room = set->nr;
		dbp_spans_copy(&p->spans, set);
	}
	publish(map, p);
	return 0;
}

static void free_map(struct bypass_window_map *map)
{
	if (!map)
		return;
	kvfree(map->direct);
	kvfree(map->ram);
	kvfree(map->stale);
	kvfree(map->doubt);
	kfree(map);
}

static struct bypass_window_map *map_of(const struct bypass_window *w, unsigned long table)
{
	struct bypass_window_map *map;

	list_for_each_entry(map, &maps, node)
		if (is_of(map, w, table))
			return map;
	map = kzalloc(sizeof(*map), GFP_KERNEL);
	if (map)
		map->stale = bypass_spans_alloc(1);
	if (map)
		map->doubt = bypass_spans_alloc(1);
	if (!map || !map->stale || !map->doubt) {
		free_map(map);
		return NULL;
	}
	INIT_LIST_HEAD(&map->devs);
	map->window = *w;
	map->table = table;
	distrust(map);
	list_add_tail(&map->node, &maps);
	return map;
}

/**
 * bypass_window_map_leave - the device has not this window any more, or is to make no use of it
 * @bd: the device
 *
 * From now on none of its buffers goes direct.
 *
 * Context: may sleep; bypass_lock held.
 */
void bypass_window_map_leave(struct bypass_dev *bd)
{
	struct bypass_window_map *map = bd->map;

	if (!map)
		return;
	bd->map = NULL;
	list_del(&bd->map_node);
	share(bd, NULL);
	if (!list_empty(&map->devs))
		return;
	publish(map, NULL);
	list_del(&map->node);
	free_map(map);
}

/**
 * bypass_window_map_join - a device has a window
 * @bd: the device
 * @w: its window, which may be none
 *
 * Nothing goes direct there before bypass_window_map_prove(), so that the device's handles can be
 * set in between.
 *
 * Context: may sleep; bypass_lock held. Without memory it has none; then @bd->unproved says so.
 */
void bypass_window_map_join(struct bypass_dev *bd, const struct bypass_window *w)
{
	unsigned long table = table_of(bd);
	struct bypass_window_map *map;
	const char *was = bd->unproved;

	bd->unproved = NULL;
	distrust_changed();
	if (bd->map && is_of(bd->map, w, table))
		return;
	bypass_window_map_leave(bd);
	map = map_of(w, table);
	if (!map) {
		bd->unproved = why_no_memory;
		if (was != why_no_memory)
			pr_warn("%s: out of memory, so nothing is known of its window, and nothing goes direct; that is tried again\n",
				bd->name);
		return;
	}
	bd->map = map;
	list_add_tail(&bd->map_node, &map->devs);
}

/*
 * RAM in which there was nothing right, or nothing was said. What is behind the window's end cannot
 * be there.
 */
static int doubts(const struct bypass_window_map *map, const struct bypass_proof *found,
		  struct dbp_spans **doubt)
{
	int ret = bypass_spans_add_all(doubt, found->ram);

	ret = ret ?: bypass_spans_cut(doubt, bypass_window_end(&map->window), U64_MAX);
	ret = ret ?: bypass_spans_cut_all(doubt, found->direct);
	return ret ?: bypass_spans_add_all(doubt, found->unanswered);
}

/* Looks at what is stale. Return: 0, or -ENOMEM with @map as it was. */
static int look(struct bypass_window_map *map, struct bypass_proof *found)
{
	struct dbp_spans *direct = bypass_spans_copy(map->direct);
	struct dbp_spans *ram = bypass_spans_copy(map->ram);
	struct dbp_spans *doubt = bypass_spans_copy(map->doubt);
	unsigned int i;
	int ret = direct && ram && doubt ? 0 : -ENOMEM;

	for (i = 0; i < map->stale->nr && !ret; i++)
		ret = bypass_window_prove(&map->window, map->stale->s[i].start,
					  map->stale->s[i].end, map->direct, found);
	ret = ret ?: bypass_spans_cut_all(&direct, map->stale);
	ret = ret ?: bypass_spans_cut_all(&ram, map->stale);
	ret = ret ?: bypass_spans_cut_all(&doubt, map->stale);
	ret = ret ?: bypass_spans_add_all(&direct, found->direct);
	ret = ret ?: bypass_spans_add_all(&ram, found->ram);
	ret = ret ?: doubts(map, found, &doubt);
	ret = ret ?: publish_set(map, direct);
	if (!ret) {
		swap(map->direct, direct);
		swap(map->ram, ram);
		swap(map->doubt, doubt);
		map->stale->nr = 0;
		map->unknown = found->unknown;
	}
	kvfree(direct);
	kvfree(ram);
	kvfree(doubt);
	return ret;
}

/**
 * bypass_window_map_prove - look at what has to be looked at of a device's window
 * @bd: the device, whose window is a direct one; it has joined
 *
 * What others have proved of it goes direct for this device, too. What is not known is said once,
 * and has to be looked at again; then @bd->unproved says why.
 *
 * Context: may sleep; bypass_lock held.
 */
void bypass_window_map_prove(struct bypass_dev *bd)
{
	struct bypass_window_map *map = bd->map;
	const char *was = map->unproved;
	struct bypass_proof found = {};

	if (!map->stale->nr && !(map->doubt->nr &&
				 time_after(jiffies, map->asked + msecs_to_jiffies(ASK_AGAIN_MS))))
		goto out;
	if (bypass_spans_add_all(&map->stale, map->doubt))
		distrust(map);
	if (look(map, &found)) {
		map->unproved = why_no_memory;
		if (was != why_no_memory)
			pr_warn("%s: out of memory, so its window was not proved: what was proved before stays direct, nothing else does, and that is tried again\n",
				bd->name);
	} else {
		map->unproved = found.unanswered ? why_no_answer : NULL;
		map->asked = jiffies;
		if (map->unproved && was != why_no_answer)
			pr_warn("%s: the hypervisor did not give %llu entries of its window (H_GET_TCE returned %ld): what was proved before stays direct, nothing else does, and it is asked again\n",
				bd->name, found.refused, found.error);
		if (!map->unproved && was)
			pr_info("%s: all of its window could be looked at\n", bd->name);
	}
	bypass_proof_free(&found);
out:
	if (map->published && !rcu_access_pointer(bd->spans))
		share(bd, map->published);
	bd->unproved = map->unproved;
}

/**
 * bypass_window_map_direct - how much RAM goes direct in a device's window?
 * @bd: the device
 *
 * Context: bypass_lock held. Return: bytes.
 */
u64 bypass_window_map_direct(const struct bypass_dev *bd)
{
	return bd->map && bd->map->direct ? dbp_spans_bytes(bd->map->direct) : 0;
}

/**
 * bypass_window_map_uncovered - how much RAM is known not to be mapped by a device's window?
 * @bd: the device
 *
 * Context: bypass_lock held. Return: bytes; 0 where there is no direct window.
 */
u64 bypass_window_map_uncovered(const struct bypass_dev *bd)
{
	const struct bypass_window_map *map = bd->map;
	u64 ram, known;

	if (!map || !map->ram)
		return 0;
	ram = dbp_spans_bytes(map->ram);
	known = bypass_window_map_direct(bd) + map->unknown;
	return ram - min(ram, known);
}

/**
 * bypass_window_map_table_gone - has the hypervisor no window for a device's TCE table any more?
 * @bd: the device; all of its direct window could be looked at
 *
 * Only where a direct window was made in the place of the default one, and not by us.
 *
 * Context: may sleep; bypass_lock held; one hypercall for each window.
 * Return: true when there is a table, and no window.
 */
bool bypass_window_map_table_gone(struct bypass_dev *bd)
{
	struct bypass_window_map *map = bd->map;

	if (!map || !map->published || map->window.own)
		return false;
	if (!map->table_asked) {
		int gone = bypass_window_is_gone(dbp_table_of(&bd->pdev->dev));

		map->table_asked = gone >= 0;
		if (map->table_asked)
			map->table_gone = gone;
	}
	return map->table_gone;
}

/**
 * bypass_window_map_table_seen - has an entry of a device's TCE table been seen to be right?
 * @bd: the device
 *
 * Context: bypass_lock held. Return: true after bypass_window_map_see_table() for any device that
 * has the same window and table.
 */
bool bypass_window_map_table_seen(const struct bypass_dev *bd)
{
	return bd->map && bd->map->table_seen && bd->map->table == table_of(bd);
}

/**
 * bypass_window_map_see_table - an entry of a device's TCE table led where it should
 * @bd: the device
 *
 * Context: bypass_lock held.
 */
void bypass_window_map_see_table(struct bypass_dev *bd)
{
	if (bd->map && bd->map->table == table_of(bd))
		bd->map->table_seen = true;
}

/**
 * bypass_window_map_distrust - somebody else may have written the entries of a device's window
 * @bd: the device
 *
 * Context: bypass_lock held. What was proved stays direct until it is looked at.
 */
void bypass_window_map_distrust(const struct bypass_dev *bd)
{
	if (bd->map)
		distrust(bd->map);
}

/**
 * bypass_window_map_changed - somebody else may have changed windows
 * @pe: the node of the partitionable endpoint; NULL: of any
 *
 * What was proved stays direct until it is looked at, which the next look at a device does.
 *
 * Context: any.
 */
void bypass_window_map_changed(const void *pe)
{
	unsigned long flags;

	spin_lock_irqsave(&changed_lock, flags);
	if (!pe || nr_changed == ARRAY_SIZE(changed))
		all_changed = true;
	else
		changed[nr_changed++] = pe;
	spin_unlock_irqrestore(&changed_lock, flags);
}

/**
 * bypass_window_map_nobody_tells - nobody calls bypass_window_map_changed()
 *
 * Then each look at a device asks for all entries.
 *
 * Context: before the first device is known.
 */
void bypass_window_map_nobody_tells(void)
{
	nobody_tells = true;
}

/**
 * bypass_window_map_is_proved - has nothing to be looked at of a device's window?
 * @bd: the device
 *
 * Context: bypass_lock held. Return: true when what goes direct was read, and nothing has changed.
 */
bool bypass_window_map_is_proved(const struct bypass_dev *bd)
{
	return bd->map && !bd->map->stale->nr && !bd->map->unproved;
}

static void mark_stale(struct bypass_window_map *map, u64 start, u64 end)
{
	if (bypass_spans_add(&map->stale, start, end))
		distrust(map);
}

static void cut(struct bypass_window_map *map, u64 start, u64 end)
{
	u64 page = 1ULL << map->window.prop.tce_shift;
	u64 from = start, to = end;
	int ret;

	/* The kernel clears whole entries, also where one is larger than what goes away. */
	if (!map->window.own) {
		from = round_down(start, page);
		to = round_up(end, page);
	}
	mark_stale(map, from, start);
	mark_stale(map, end, to);
	ret = bypass_spans_cut(&map->direct, from, to) ?: bypass_spans_cut(&map->ram, start, end);
	ret = ret ?: publish_set(map, map->direct);
	if (ret) {
		publish(map, NULL);
		pr_warn("out of memory, so nothing goes direct in the window with LIOBN 0x%x until it was proved again\n",
			map->window.prop.liobn);
		map->direct->nr = 0;
		map->unproved = why_no_memory;
		distrust(map);
	}
}

/**
 * bypass_window_map_cut - a range of RAM is gone, and its entries in all windows with it
 * @start: first byte
 * @end: first byte behind the range
 *
 * The kernel clears whole entries of its windows, also where one is larger than what goes away
 * (tce_clearrange_multi_pSeriesLP()); what is left of those is looked at again.
 *
 * Context: may sleep; bypass_lock held.
 */
void bypass_window_map_cut(u64 start, u64 end)
{
	struct bypass_window_map *map;

	list_for_each_entry(map, &maps, node)
		if (map->direct)
			cut(map, start, end);
}

/**
 * bypass_window_map_came - a range of RAM has come, and is to be looked at
 * @start: first byte
 * @end: first byte behind the range
 *
 * Context: may sleep; bypass_lock held.
 */
void bypass_window_map_came(u64 start, u64 end)
{
	struct bypass_window_map *map;

	list_for_each_entry(map, &maps, node) {
		u64 page = 1ULL << map->window.prop.tce_shift;

		/* The kernel sets whole entries, as it clears them. */
		mark_stale(map, round_down(start, page), round_up(end, page));
	}
}

/**
 * bypass_window_map_stop - wait until all is freed that RCU frees
 *
 * Context: may sleep; no device is known any more.
 */
void bypass_window_map_stop(void)
{
	rcu_barrier();
}
