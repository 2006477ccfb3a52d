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
 * The bits of streaming handles are kept by ops that stand for the original ones, so a device
 * without such handles pays nothing for them. bd->translator says which, for maps and for releases;
 * a driver that releases a handle has it from a map, so it cannot see an older value than the map
 * did. The same holds for bd->ledger and for its member closed. Therefore it can be closed while
 * buffers come and go.
 */
#include <linux/bitmap.h>
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <asm/iommu.h>

#include "ledger.h"
#include "orig_ops.h"
#include "routing.h"

/**
 * struct bypass_owned - the translated handles of one kind that are ours
 * @live: how many there are, those elsewhere included
 * @elsewhere: those of them that are not in the ledger's table: the device has got another one
 * @bits: a bit for each other one, by its first IOMMU page
 */
struct bypass_owned {
	atomic_long_t live;
	atomic_long_t elsewhere;
	unsigned long *bits;
};

/**
 * struct bypass_ledger - the translated handles of a device that are ours
 * @first: number of the TCE table's first IOMMU page
 * @entries: how many there are
 * @shift: log2 of the IOMMU page size
 * @closed: none of the kernel's streaming handles lives any more
 * @streaming: mapped buffers and segments
 * @memory: allocated buffers
 */
struct bypass_ledger {
	unsigned long first;
	unsigned long entries;
	unsigned int shift;
	bool closed;
	struct bypass_owned streaming;
	struct bypass_owned memory;
};

/* The bit of a handle; none of @entries when the handle is not in the table. */
static unsigned long bit_of(const struct bypass_ledger *ledger, dma_addr_t handle)
{
	return (handle >> ledger->shift) - ledger->first;
}

static void add(const struct bypass_ledger *ledger, struct bypass_owned *owned, dma_addr_t handle)
{
	unsigned long bit = bit_of(ledger, handle);

	if (bit >= ledger->entries)
		atomic_long_inc(&owned->elsewhere);
	else if (test_and_set_bit(bit, owned->bits))
		return;
	atomic_long_inc(&owned->live);
}

/* Return: was it ours? */
static bool del(const struct bypass_ledger *ledger, struct bypass_owned *owned, dma_addr_t handle)
{
	unsigned long bit = bit_of(ledger, handle);
	bool ours;

	if (bit < ledger->entries)
		ours = test_and_clear_bit(bit, owned->bits);
	else
		ours = atomic_long_dec_if_positive(&owned->elsewhere) >= 0;
	if (ours)
		atomic_long_dec(&owned->live);
	return ours;
}

/* NULL where streaming handles have no bits. */
static struct bypass_ledger *open_ledger(const struct bypass_dev *bd)
{
	struct bypass_ledger *ledger = rcu_dereference(bd->ledger);

	return ledger && !READ_ONCE(ledger->closed) ? ledger : NULL;
}

/*
 * Ops that choose by themselves (5.1 to 5.8) go direct until the kernel's flag is cleared. Such a
 * handle is released by our direct path, which counts nothing here.
 */
static void add_streaming(struct bypass_dev *bd, dma_addr_t handle)
{
	struct bypass_ledger *ledger;

	rcu_read_lock();
	ledger = open_ledger(bd);
	if (ledger && !bypass_handle_is_direct(bd, handle))
		add(ledger, &ledger->streaming, handle);
	rcu_read_unlock();
}

static bool del_streaming(struct bypass_dev *bd, dma_addr_t handle)
{
	struct bypass_ledger *ledger;
	bool ours = true;

	rcu_read_lock();
	ledger = open_ledger(bd);
	if (ledger)
		ours = del(ledger, &ledger->streaming, handle);
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

static const struct dma_map_ops noting_ops = {
	.DBP_MAP_MEMBER = map_noted,
	.DBP_UNMAP_MEMBER = unmap_noted,
	.map_sg = map_list_noted,
	.unmap_sg = unmap_list_noted,
};

/**
 * bypass_ledger_ops - what maps and releases a device's translated buffers
 * @bd: the device
 *
 * Context: any. Return: its original ops, or what stands for them while it has a ledger.
 */
const struct dma_map_ops *bypass_ledger_ops(const struct bypass_dev *bd)
{
	const struct dma_map_ops *ops;

	rcu_read_lock();
	ops = open_ledger(bd) ? &noting_ops : bd->orig;
	rcu_read_unlock();
	return ops;
}

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
	bool ours = true;

	rcu_read_lock();
	ledger = open_ledger(bd);
	if (ledger) {
		unsigned long bit = bit_of(ledger, handle);

		ours = bit < ledger->entries && test_bit(bit, ledger->streaming.bits);
	}
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

	rcu_read_lock();
	ledger = rcu_dereference(bd->ledger);
	if (ledger)
		add(ledger, &ledger->memory, handle);
	rcu_read_unlock();
}

/**
 * bypass_ledger_del_memory - translated memory is about to be freed
 * @bd: the device
 * @handle: its handle
 *
 * The kernel's dma_common_alloc_pages() reads the ops anew before it maps. Where it was called
 * before the device was taken, and maps by our functions, the buffer counts as mapped.
 *
 * Context: any. Return: true when we allocated it, or the device has no ledger.
 */
bool bypass_ledger_del_memory(const struct bypass_dev *bd, dma_addr_t handle)
{
	struct bypass_ledger *ledger;
	bool ours = true;

	rcu_read_lock();
	ledger = rcu_dereference(bd->ledger);
	if (ledger) {
		ours = del(ledger, &ledger->memory, handle);
		if (!ours && !READ_ONCE(ledger->closed) &&
		    del(ledger, &ledger->streaming, handle))
			bump(&bd->stats->released, 1);
	}
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
	struct bypass_ledger *ledger;
	bool found;

	rcu_read_lock();
	ledger = open_ledger(bd);
	found = ledger;
	if (found)
		*live = atomic_long_read(&ledger->streaming.live);
	rcu_read_unlock();
	return found;
}

/*
 * Is nothing in use? The kernel reserves the first entry of a table that begins at bus address 0
 * (iommu_table_reserve_pages()). Whatever else it reserves counts as in use.
 */
static bool is_empty(const struct iommu_table *tbl)
{
	return tbl->it_map &&
	       find_next_bit(tbl->it_map, tbl->it_size, !tbl->it_offset) >= tbl->it_size;
}

/**
 * bypass_ledger_is_needed - may handles live that the kernel translated?
 * @bd: the device
 *
 * Context: device_lock() and bypass_lock held. Return: false when its table is empty.
 */
bool bypass_ledger_is_needed(const struct bypass_dev *bd)
{
	const struct iommu_table *tbl = bypass_table(bd);

	return tbl && !is_empty(tbl);
}

static void free_ledger(struct bypass_ledger *ledger)
{
	kvfree(ledger->streaming.bits);
	kvfree(ledger->memory.bits);
	kfree(ledger);
}

/**
 * bypass_ledger_open - from now on, handles that we translate are told from the kernel's
 * @bd: the device, not wrapped
 *
 * Two bits for each entry of its table, which the kernel has one for.
 *
 * Context: may sleep; device_lock() and bypass_lock held. Return: 0, or -ENOMEM.
 */
int bypass_ledger_open(struct bypass_dev *bd)
{
	const struct iommu_table *tbl = bypass_table(bd);
	struct bypass_ledger *ledger;
	size_t size;

	bypass_ledger_close(bd);
	if (!tbl)
		return 0;
	ledger = kzalloc(sizeof(*ledger), GFP_KERNEL);
	if (!ledger)
		return -ENOMEM;
	size = BITS_TO_LONGS(tbl->it_size) * sizeof(long);
	ledger->first = tbl->it_offset;
	ledger->entries = tbl->it_size;
	ledger->shift = tbl->it_page_shift;
	ledger->streaming.bits = kvzalloc(size, GFP_KERNEL | __GFP_NOWARN);
	ledger->memory.bits = kvzalloc(size, GFP_KERNEL | __GFP_NOWARN);
	if (!ledger->streaming.bits || !ledger->memory.bits) {
		free_ledger(ledger);
		return -ENOMEM;
	}
	rcu_assign_pointer(bd->ledger, ledger);
	return 0;
}

/**
 * bypass_ledger_close_streaming - mapped buffers need no bits, if the table is empty
 * @bd: the device, wrapped; everybody was waited for since
 *
 * Whoever was mapping by the kernel's functions has done so: they do not sleep. Those that allocate
 * do, so allocated memory keeps its bits. The caller computes the route anew.
 *
 * Context: device_lock() and bypass_lock held.
 */
void bypass_ledger_close_streaming(struct bypass_dev *bd)
{
	struct bypass_ledger *ledger = rcu_dereference_protected(bd->ledger, true);
	const struct iommu_table *tbl = bypass_table(bd);

	/* Somebody may have given the device another table meanwhile. */
	if (!ledger || !tbl || ledger->first != tbl->it_offset ||
	    ledger->entries != tbl->it_size || ledger->shift != tbl->it_page_shift)
		return;
	if (is_empty(tbl))
		WRITE_ONCE(ledger->closed, true);
}

/**
 * bypass_ledger_close - what is released from now on is ours
 * @bd: the device; not wrapped, or nobody knows it any more
 *
 * Context: may sleep; bypass_lock held if somebody knows it.
 */
void bypass_ledger_close(struct bypass_dev *bd)
{
	struct bypass_ledger *ledger = rcu_dereference_protected(bd->ledger, true);

	if (!ledger)
		return;
	RCU_INIT_POINTER(bd->ledger, NULL);
	synchronize_rcu();
	free_ledger(ledger);
}
