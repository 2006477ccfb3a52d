// SPDX-License-Identifier: GPL-2.0
/*
 * Which translated handles of a device are ours?
 *
 * A device that is taken while its driver works has handles that the kernel translated before. They
 * are released through our functions, and must not be counted there: each would hide one that we
 * made from those who ask what is still alive. So while such handles may live, each handle that we
 * translate has a bit: set when it is made, cleared before it is released. What is released
 * without a bit is none of ours.
 *
 * Nothing is read from the kernel's own bitmap but whether it is empty: it has no owners, and a
 * table can have many devices.
 *
 * The bits are set and cleared by ops that stand for the original ones, so a device without such
 * handles pays nothing for them. bd->translator says which, for maps and for releases; a driver that
 * releases a handle has it from a map, so it cannot see an older value than the map did. The same
 * holds for bd->ledger. Therefore the ledger can be closed while buffers come and go.
 */
#include <linux/bitmap.h>
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <asm/iommu.h>

#include "judge.h"
#include "ledger.h"
#include "orig_ops.h"
#include "routing.h"

/**
 * struct bypass_ledger - the translated handles of a device that are ours
 * @first: number of the TCE table's first IOMMU page
 * @entries: how many there are
 * @shift: log2 of the IOMMU page size
 * @elsewhere: handles outside of that table, made less released: the device has got another one
 * @memory: a bit for each allocated buffer, by its first IOMMU page
 * @streaming: a bit for each mapped buffer or segment, likewise
 */
struct bypass_ledger {
	unsigned long first;
	unsigned long entries;
	unsigned int shift;
	atomic_long_t elsewhere;
	unsigned long *memory;
	unsigned long streaming[];
};

/* The bit of a handle; false when it is not in the table. */
static bool find_bit_of(const struct bypass_ledger *ledger, dma_addr_t handle, unsigned long *bit)
{
	*bit = (handle >> ledger->shift) - ledger->first;
	return *bit < ledger->entries;
}

/*
 * Ops that choose by themselves (5.1 to 5.8) go direct until the kernel's flag is cleared. Such a
 * handle is released by our direct path, which counts nothing here.
 */
static void add_streaming(struct bypass_dev *bd, dma_addr_t handle)
{
	struct bypass_ledger *ledger;
	unsigned long bit;

	rcu_read_lock();
	ledger = rcu_dereference(bd->ledger);
	if (!ledger || bypass_handle_is_direct(bd, handle))
		;
	else if (find_bit_of(ledger, handle, &bit))
		set_bit(bit, ledger->streaming);
	else
		atomic_long_inc(&ledger->elsewhere);
	rcu_read_unlock();
}

/* Return: was it ours? */
static bool del_streaming(struct bypass_dev *bd, dma_addr_t handle)
{
	struct bypass_ledger *ledger;
	unsigned long bit;
	bool ours = true;

	rcu_read_lock();
	ledger = rcu_dereference(bd->ledger);
	if (ledger && find_bit_of(ledger, handle, &bit))
		ours = test_and_clear_bit(bit, ledger->streaming);
	else if (ledger)
		atomic_long_dec(&ledger->elsewhere);
	rcu_read_unlock();
	return ours;
}

/* The wrapper has counted the release of what it did not make. */
static void uncount(struct bypass_dev *bd)
{
	bump(&bd->stats->released, -1);
}

static dma_addr_t map_noted(struct device *dev, DBP_BUFFER, size_t size,
			    enum dma_data_direction dir, unsigned long attrs)
{
	struct bypass_dev *bd = bypass_dev_of(dev);
	dma_addr_t handle = DBP_PASS_BUFFER(bd->orig->DBP_MAP_MEMBER, dev, size, dir, attrs);

	if (handle != DMA_MAPPING_ERROR)
		add_streaming(bd, handle);
	return handle;
}

/* The bit goes first: the next map may get the same handle. */
static void unmap_noted(struct device *dev, dma_addr_t handle, size_t size,
			enum dma_data_direction dir, unsigned long attrs)
{
	struct bypass_dev *bd = bypass_dev_of(dev);

	if (!del_streaming(bd, handle))
		uncount(bd);
	bd->orig->DBP_UNMAP_MEMBER(dev, handle, size, dir, attrs);
}

static int map_list_noted(struct device *dev, struct scatterlist *sgl, int nents,
			  enum dma_data_direction dir, unsigned long attrs)
{
	struct bypass_dev *bd = bypass_dev_of(dev);
	int n = bd->orig->map_sg(dev, sgl, nents, dir, attrs);
	struct scatterlist *s = sgl;
	long left;

	for (left = n; left > 0; s = next_segment(s, --left))
		add_streaming(bd, s->dma_address);
	return n;
}

/* A list is ours, or the kernel's, as a whole. */
static void unmap_list_noted(struct device *dev, struct scatterlist *sgl, int nents,
			     enum dma_data_direction dir, unsigned long attrs)
{
	struct bypass_dev *bd = bypass_dev_of(dev);
	struct scatterlist *s = sgl;
	bool ours = true;
	long left;

	/* The kernel ends a list that it merged by a length of zero. */
	for (left = nents; left > 0 && sg_dma_len(s); s = next_segment(s, --left))
		if (!del_streaming(bd, s->dma_address))
			ours = false;
	if (!ours)
		uncount(bd);
	bd->orig->unmap_sg(dev, sgl, nents, dir, attrs);
}

const struct dma_map_ops bypass_ledger_ops = {
	.DBP_MAP_MEMBER = map_noted,
	.DBP_UNMAP_MEMBER = unmap_noted,
	.map_sg = map_list_noted,
	.unmap_sg = unmap_list_noted,
};

/**
 * bypass_ledger_holds - is a streaming handle ours?
 * @bd: the device
 * @handle: a live translated handle of it
 *
 * Context: any. Return: true when it is, or when the device has no ledger.
 */
bool bypass_ledger_holds(const struct bypass_dev *bd, dma_addr_t handle)
{
	struct bypass_ledger *ledger;
	unsigned long bit;
	bool ours = true;

	rcu_read_lock();
	ledger = rcu_dereference(bd->ledger);
	if (ledger && find_bit_of(ledger, handle, &bit))
		ours = test_bit(bit, ledger->streaming);
	rcu_read_unlock();
	return ours;
}

/**
 * bypass_ledger_add_memory - allocated memory was translated
 * @bd: the device
 * @handle: its handle
 *
 * Context: any.
 */
void bypass_ledger_add_memory(const struct bypass_dev *bd, dma_addr_t handle)
{
	struct bypass_ledger *ledger;
	unsigned long bit;

	rcu_read_lock();
	ledger = rcu_dereference(bd->ledger);
	if (ledger && find_bit_of(ledger, handle, &bit))
		set_bit(bit, ledger->memory);
	rcu_read_unlock();
}

/**
 * bypass_ledger_del_memory - translated memory is about to be freed
 * @bd: the device
 * @handle: its handle
 *
 * Context: any. Return: true when we allocated it, or the device has no ledger.
 */
bool bypass_ledger_del_memory(const struct bypass_dev *bd, dma_addr_t handle)
{
	struct bypass_ledger *ledger;
	unsigned long bit;
	bool ours = true;

	rcu_read_lock();
	ledger = rcu_dereference(bd->ledger);
	if (ledger && find_bit_of(ledger, handle, &bit))
		ours = test_and_clear_bit(bit, ledger->memory);
	rcu_read_unlock();
	return ours;
}

/**
 * bypass_ledger_live - count the streaming handles that are ours and live
 * @bd: the device
 * @live: where to
 *
 * Context: any. Return: false when the device has no ledger; then its counters tell.
 */
bool bypass_ledger_live(const struct bypass_dev *bd, long *live)
{
	const struct bypass_ledger *ledger;

	rcu_read_lock();
	ledger = rcu_dereference(bd->ledger);
	if (ledger)
		*live = bitmap_weight(ledger->streaming, ledger->entries) +
			atomic_long_read(&ledger->elsewhere);
	rcu_read_unlock();
	return ledger;
}

/*
 * Is nothing in use? The kernel reserves the first entry of a table that begins at bus address 0
 * (iommu_table_reserve_pages()). Whatever else it reserves counts as in use.
 */
static bool is_empty(const struct iommu_table *tbl)
{
	return !tbl || (tbl->it_map && find_next_bit(tbl->it_map, tbl->it_size, !tbl->it_offset) >=
		tbl->it_size);
}

/**
 * bypass_ledger_is_needed - may handles live that the kernel translated?
 * @bd: the device, with a driver
 *
 * Context: device_lock() and bypass_lock held. Return: false when the table is empty.
 */
bool bypass_ledger_is_needed(const struct bypass_dev *bd)
{
	return !is_empty(bypass_table(bd));
}

/**
 * bypass_ledger_open - from now on, handles that we translate are told from the kernel's
 * @bd: the device, not wrapped, with a driver
 *
 * Without a table, or where the kernel goes direct with everything and has translated nothing, no
 * such handle can come.
 *
 * Context: may sleep; device_lock() and bypass_lock held. Return: 0, or -ENOMEM.
 */
int bypass_ledger_open(struct bypass_dev *bd)
{
	struct bypass_kernel_paths paths = bypass_judge_paths(bd);
	const struct iommu_table *tbl = bypass_table(bd);
	struct bypass_ledger *ledger;
	unsigned long entries;
	size_t longs;

	bypass_ledger_close(bd);
	if (!tbl || (is_empty(tbl) && paths.stream == KERNEL_DIRECT &&
		     paths.coherent == KERNEL_DIRECT && paths.pages == KERNEL_DIRECT))
		return 0;
	/* bitmap_weight() counts in int. */
	entries = min_t(unsigned long, tbl->it_size, INT_MAX);
	longs = BITS_TO_LONGS(entries);
	ledger = kvzalloc(sizeof(*ledger) + 2 * longs * sizeof(long), GFP_KERNEL);
	if (!ledger)
		return -ENOMEM;
	ledger->first = tbl->it_offset;
	ledger->entries = entries;
	ledger->shift = tbl->it_page_shift;
	ledger->memory = ledger->streaming + longs;
	rcu_assign_pointer(bd->ledger, ledger);
	return 0;
}

/**
 * bypass_ledger_close - what is released from now on is ours
 * @bd: the device; none of the kernel's handles lives any more, or it is not wrapped
 *
 * The caller computes the route anew where the device is wrapped.
 *
 * Context: may sleep; bypass_lock held.
 */
void bypass_ledger_close(struct bypass_dev *bd)
{
	struct bypass_ledger *ledger = rcu_dereference_raw(bd->ledger);

	if (!ledger)
		return;
	RCU_INIT_POINTER(bd->ledger, NULL);
	synchronize_rcu();
	kvfree(ledger);
}
