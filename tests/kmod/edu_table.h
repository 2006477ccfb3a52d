/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Cases of dbp_edu.c: TCE tables that no emulated machine has. A table stands in for the device's
 * own and writes its entries there: with larger IOMMU pages, or with handles above those of the
 * direct window, as in a window that is split. The device moves real data either way.
 */
#ifndef TESTS_EDU_TABLE_H
#define TESTS_EDU_TABLE_H

#include "edu_full.h"

#define SPLIT_AT	BIT_ULL(40)

struct stand_in {
	struct iommu_table tbl;
	struct iommu_table_ops ops;
	struct iommu_table *real;
	unsigned long scale;	/* real entries for each of ours */
};

/* The first real entry behind one of ours. */
static long real_index(const struct stand_in *s, long index)
{
	return s->real->it_offset + (index - s->tbl.it_offset) * s->scale;
}

static int stand_in_set(struct iommu_table *tbl, long index, long npages, unsigned long uaddr,
			enum dma_data_direction direction, unsigned long attrs)
{
	struct stand_in *s = container_of(tbl, struct stand_in, tbl);

	return s->real->it_ops->set(s->real, real_index(s, index), npages * s->scale, uaddr,
				    direction, attrs);
}

/* Not all kernels keep to the 512 entries that one hypercall may clear. */
static void stand_in_clear(struct iommu_table *tbl, long index, long npages)
{
	struct stand_in *s = container_of(tbl, struct stand_in, tbl);
	long at = real_index(s, index), left = npages * s->scale;

	while (left) {
		long n = min(left, 512L);

		s->real->it_ops->clear(s->real, at, n);
		at += n;
		left -= n;
	}
}

static void set_pool(struct iommu_pool *pool, unsigned long start, unsigned long end)
{
	spin_lock_init(&pool->lock);
	pool->start = start;
	pool->hint = start;
	pool->end = end;
}

/* The real table's own entries begin at 0, which a large page must too. */
static struct stand_in *new_stand_in(struct edu *e, unsigned int shift, u64 above)
{
	struct iommu_table *real = get_iommu_table_base(e->dev);
	struct stand_in *s = kzalloc(sizeof(*s), GFP_KERNEL);
	struct iommu_table *tbl;

	if (!s || !real)
		goto fail;
	tbl = &s->tbl;
	s->real = real;
	s->scale = 1UL << (shift - real->it_page_shift);
	s->ops = *real->it_ops;
	s->ops.set = stand_in_set;
	s->ops.clear = stand_in_clear;
	*tbl = *real;
	tbl->it_ops = &s->ops;
	tbl->it_page_shift = shift;
	tbl->it_size = real->it_size / s->scale;
	tbl->it_offset = (((u64)real->it_offset << real->it_page_shift) + above) >> shift;
	tbl->it_blocksize = 1;
	tbl->nr_pools = 1;
	tbl->poolsize = tbl->it_size * 3 / 4;
	tbl->it_reserved_start = 0;
	tbl->it_reserved_end = 0;
	set_pool(&tbl->pools[0], 0, tbl->poolsize);
	set_pool(&tbl->large_pool, tbl->poolsize, tbl->it_size);
	tbl->it_map = kcalloc(BITS_TO_LONGS(tbl->it_size), sizeof(long), GFP_KERNEL);
	if (!tbl->it_map)
		goto fail;
	/* What is in use must not be used again; and handle 0 is not given away. */
	if (s->scale == 1)
		bitmap_copy(tbl->it_map, real->it_map, tbl->it_size);
	else
		__set_bit(0, tbl->it_map);
	return s;
fail:
	kfree(s);
	return NULL;
}

static void free_stand_in(struct stand_in *s)
{
	kfree(s->tbl.it_map);
	kfree(s);
}

/* Buffers of each kind through the device's table, whichever it is. */
static int use_table(struct edu *e)
{
	static const int counts[] = { 2, 31 };
	const struct iommu_table *tbl = get_iommu_table_base(e->dev);
	unsigned int shift = tbl->it_page_shift;
	struct page *page = alloc_pages(GFP_KERNEL, 1);
	int ret;

	if (!page)
		return fail(e, -ENOMEM, "no pages");
	ret = stream(e, page, 2 * PAGE_SIZE, PAGE_SIZE - 1000, 2000) ?: run_list(e, SEGMENTS, 0) ?:
	      long_lists(e, counts, shift < 24 ? 2 : 1);
	/* Some kernels (5.10) have no coherent memory of less than an IOMMU page. */
	if (!ret && shift < 24)
		ret = one_coherent(e, max_t(size_t, PAGE_SIZE, 1UL << shift));
	if (!ret && phys)
		ret = stream(e, given_page(0), 2 * PAGE_SIZE, PAGE_SIZE - 1000, 2000) ?:
		      run_list(e, SEGMENTS, 0x5a36) ?: run_list(e, 3, ~0UL);
	__free_pages(page, 1);
	return ret;
}

static int with_pages_of(struct edu *e, unsigned int shift)
{
	struct stand_in *s;
	long before;
	int ret;

	if (!is_taken(e))
		return SKIPPED;
	s = new_stand_in(e, shift, 0);
	if (!s)
		return fail(e, -ENOMEM, "no memory, or no table");
	set_iommu_table_base(e->dev, &s->tbl);
	before = tces_used(e);
	ret = use_table(e);
	if (!ret && tces_used(e) != before)
		ret = fail(e, -EBUSY, "TCEs stay in use");
	set_iommu_table_base(e->dev, s->real);
	free_stand_in(s);
	return ret;
}

static int case_tces_64k(struct edu *e)
{
	return with_pages_of(e, 16);
}

static int case_tces_2m(struct edu *e)
{
	return with_pages_of(e, 21);
}

static int case_tces_16m(struct edu *e)
{
	return with_pages_of(e, 24);
}

/*
 * A split window is one before dma_bypass looks at it, so this is done in steps: split_on and
 * split_off while the device is left to the kernel, split_window while it is taken.
 */
static int case_split_on(struct edu *e)
{
	struct iommu_table *tbl = get_iommu_table_base(e->dev);

	if (!base || !tbl || e->stand_in)
		return fail(e, -EINVAL, "no window to split");
	e->stand_in = new_stand_in(e, tbl->it_page_shift, base + SPLIT_AT);
	if (!e->stand_in)
		return fail(e, -ENOMEM, "no memory");
	e->above = base + SPLIT_AT;
	set_iommu_table_base(e->dev, &e->stand_in->tbl);
	return 0;
}

static int case_split_off(struct edu *e)
{
	if (!e->stand_in)
		return fail(e, -EINVAL, "no window was split");
	set_iommu_table_base(e->dev, e->stand_in->real);
	free_stand_in(e->stand_in);
	e->stand_in = NULL;
	e->above = 0;
	return 0;
}

static int case_split_window(struct edu *e)
{
	return e->stand_in ? use_table(e) : fail(e, -EINVAL, "no window was split");
}

#endif
