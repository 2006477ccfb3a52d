/* SPDX-License-Identifier: GPL-2.0 */
/* Cases of dbp_edu.c: memory that the DMA API allocates. */
#ifndef TESTS_EDU_ALLOC_H
#define TESTS_EDU_ALLOC_H

#include <linux/anon_inodes.h>
#include <linux/dmapool.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/mman.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "edu.h"

/* The first and the last part of memory that the DMA API allocated. */
static int check_ends(struct edu *e, u8 *p, dma_addr_t handle, size_t size, const char *what)
{
	size_t part = min_t(size_t, size, EDU_SIZE);
	int ret = there_and_back(e, p, handle, part, what);

	if (!ret && size > part)
		ret = there_and_back(e, p + size - part, handle + size - part, part, what);
	return ret;
}

static int one_coherent(struct edu *e, size_t size)
{
	dma_addr_t handle;
	u8 *p = dma_alloc_coherent(e->dev, size, &handle, GFP_KERNEL);
	u64 limit = e->dev->coherent_dma_mask;
	int ret;

	if (!p)
		return fail(e, -ENOMEM, "no coherent memory");
	ret = use_handle(e, handle, size, limit) ?:
	      check_route(e, handle, virt_to_phys(p), size, limit);
	if (!ret && handle & ((PAGE_SIZE << get_order(size)) - 1))
		ret = fail(e, -EINVAL, "coherent memory is not aligned");
	if (!ret && !holds_only(p, 0, size))
		ret = fail(e, -EINVAL, "coherent memory is not zeroed");
	if (!ret)
		ret = check_ends(e, p, handle, size, "coherent");
	dma_free_coherent(e->dev, size, p, handle);
	return ret;
}

static int case_coherent(struct edu *e)
{
	static const size_t sizes[] = { 64, 4096, PAGE_SIZE, SZ_256K };
	int i, ret = 0;

	for (i = 0; i < ARRAY_SIZE(sizes) && !ret; i++)
		ret = one_coherent(e, sizes[i]);
	return ret;
}

/*
 * Memory that the kernel does not want to see: only the device may touch it. A pattern goes there
 * from other memory and comes back from there.
 */
static int case_no_kernel_mapping(struct edu *e)
{
	const unsigned long attrs = DMA_ATTR_NO_KERNEL_MAPPING;
	dma_addr_t handle, own;
	void *cookie = dma_alloc_attrs(e->dev, SZ_64K, &handle, GFP_KERNEL, attrs);
	u8 *p = dma_alloc_coherent(e->dev, EDU_SIZE, &own, GFP_KERNEL);
	int ret = 0;

	if (!cookie || !p)
		ret = fail(e, -ENOMEM, "no memory");
	if (!ret)
		ret = use_handle(e, handle, SZ_64K, e->dev->coherent_dma_mask);
	if (!ret) {
		fill(e, p, EDU_SIZE);
		dma_wmb();
		ret = edu_move(e, own, EDU_SIZE, false) ?: edu_move(e, handle, EDU_SIZE, true);
		memset(p, POISON, EDU_SIZE);
		dma_wmb();
		if (!ret)
			ret = edu_move(e, own, EDU_SIZE, false) ?:
			      edu_move(e, handle, EDU_SIZE, false) ?:
			      edu_move(e, own, EDU_SIZE, true);
		dma_rmb();
		compare(e, p, EDU_SIZE, "no kernel mapping");
	}
	if (p)
		dma_free_coherent(e->dev, EDU_SIZE, p, own);
	if (cookie)
		dma_free_attrs(e->dev, SZ_64K, cookie, handle, attrs);
	return ret;
}

#if DBP_HAVE_DMA_ALLOC_PAGES
static int case_alloc_pages(struct edu *e)
{
	dma_addr_t handle;
	struct page *page = dma_alloc_pages(e->dev, SZ_128K, &handle, DMA_BIDIRECTIONAL,
					    GFP_KERNEL);
	int ret;

	if (!page)
		return fail(e, -ENOMEM, "no pages");
	ret = use_streaming(e, handle, page_to_phys(page), SZ_128K) ?:
	      check_ends(e, page_address(page), handle, SZ_128K, "pages");
	dma_free_pages(e->dev, SZ_128K, page, handle, DMA_BIDIRECTIONAL);
	return ret;
}

static int case_noncoherent(struct edu *e)
{
	dma_addr_t handle;
	u8 *p = dma_alloc_noncoherent(e->dev, SZ_8K, &handle, DMA_BIDIRECTIONAL, GFP_KERNEL);
	int ret;

	if (!p)
		return fail(e, -ENOMEM, "no memory");
	ret = use_streaming(e, handle, virt_to_phys(p), SZ_8K) ?:
	      check_ends(e, p, handle, SZ_8K, "noncoherent");
	dma_free_noncoherent(e->dev, SZ_8K, p, handle, DMA_BIDIRECTIONAL);
	return ret;
}
#else
#define case_alloc_pages case_missing
#define case_noncoherent case_missing
#endif

#if DBP_HAVE_DMA_ALLOC_NONCONTIGUOUS
static int case_noncontiguous(struct edu *e)
{
	struct sg_table *table;
	u8 *p = NULL;
	int ret = 0;

	table = dma_alloc_noncontiguous(e->dev, SZ_128K, DMA_BIDIRECTIONAL, GFP_KERNEL, 0);
	if (!table)
		return fail(e, -ENOMEM, "no memory");
	p = dma_vmap_noncontiguous(e->dev, SZ_128K, table);
	if (!p)
		ret = fail(e, -ENOMEM, "no mapping");
	if (!ret && (table->nents != 1 || sg_dma_len(table->sgl) != SZ_128K))
		ret = fail(e, -EINVAL, "not one range of handles");
	if (!ret)
		ret = use_handle(e, sg_dma_address(table->sgl), SZ_128K, *e->dev->dma_mask) ?:
		      check_ends(e, p, sg_dma_address(table->sgl), SZ_128K, "noncontiguous");
	if (p)
		dma_vunmap_noncontiguous(e->dev, p);
	dma_free_noncontiguous(e->dev, SZ_128K, table, DMA_BIDIRECTIONAL);
	return ret;
}
#else
#define case_noncontiguous case_missing
#endif

static int case_pool(struct edu *e)
{
	struct dma_pool *pool = dma_pool_create("dbp_edu", e->dev, 96, 32, 4096);
	dma_addr_t handle[3];
	int i, got, ret = 0;
	u8 *p[3];

	if (!pool)
		return fail(e, -ENOMEM, "no pool");
	for (got = 0; got < 3; got++) {
		p[got] = dma_pool_alloc(pool, GFP_KERNEL, &handle[got]);
		if (!p[got]) {
			ret = fail(e, -ENOMEM, "no memory in the pool");
			break;
		}
	}
	for (i = 0; i < got; i++) {
		if (!ret)
			ret = use_handle(e, handle[i], 96, e->dev->coherent_dma_mask) ?:
			      check_route(e, handle[i], virt_to_phys(p[i]), 96,
					  e->dev->coherent_dma_mask);
		if (!ret)
			ret = there_and_back(e, p[i], handle[i], 96, "pool");
		dma_pool_free(pool, p[i], handle[i]);
	}
	dma_pool_destroy(pool);
	return ret;
}

/* Coherent memory in a page table of user space --------------------------------- */

struct shared {
	struct edu *e;
	u8 *p;
	dma_addr_t handle;
	int ret;
};

#define SHARED_SIZE	SZ_128K

static int shared_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct shared *s = file->private_data;

	s->ret = dma_mmap_coherent(s->e->dev, vma, s->p, s->handle, SHARED_SIZE);
	return s->ret;
}

static const struct file_operations shared_fops = {
	.owner = THIS_MODULE,
	.mmap = shared_mmap,
};

/* User space writes, the device moves, user space reads: this is a process' own call. */
static int through_user(struct edu *e, struct shared *s, unsigned long at, size_t off)
{
	u8 __user *user = (u8 __user *)at + off;
	u8 *data = kmalloc(EDU_SIZE, GFP_KERNEL);
	int ret = -ENOMEM;

	if (!data)
		return fail(e, ret, "no memory");
	fill(e, data, EDU_SIZE);
	ret = -EFAULT;
	if (!copy_to_user(user, data, EDU_SIZE)) {
		dma_wmb();
		ret = edu_move(e, s->handle + off, EDU_SIZE, false);
		memset(s->p + off, POISON, EDU_SIZE);
		dma_wmb();
		if (!ret)
			ret = edu_move(e, s->handle + off, EDU_SIZE, true);
		dma_rmb();
		if (!ret && copy_from_user(data, user, EDU_SIZE))
			ret = -EFAULT;
	}
	if (ret)
		fail(e, ret, "mmap");
	else
		compare(e, data, EDU_SIZE, "mmap");
	kfree(data);
	return ret;
}

static int case_mmap(struct edu *e)
{
	struct shared s = { .e = e };
	struct file *file;
	unsigned long at;
	int ret;

	s.p = dma_alloc_coherent(e->dev, SHARED_SIZE, &s.handle, GFP_KERNEL);
	if (!s.p)
		return fail(e, -ENOMEM, "no coherent memory");
	file = anon_inode_getfile("dbp_edu", &shared_fops, &s, O_RDWR);
	if (IS_ERR(file)) {
		ret = fail(e, PTR_ERR(file), "no file");
		goto free;
	}
	at = vm_mmap(file, 0, SHARED_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	if (IS_ERR_VALUE(at)) {
		ret = fail(e, s.ret ?: -ENOMEM, "mmap");
	} else {
		ret = through_user(e, &s, at, 0) ?:
		      through_user(e, &s, at, SHARED_SIZE - EDU_SIZE);
		vm_munmap(at, SHARED_SIZE);
	}
	fput(file);
free:
	dma_free_coherent(e->dev, SHARED_SIZE, s.p, s.handle);
	return ret;
}

/* The list must name the very pages that the memory has. */
static int case_get_sgtable(struct edu *e)
{
	dma_addr_t handle;
	u8 *p = dma_alloc_coherent(e->dev, SZ_128K, &handle, GFP_KERNEL);
	struct sg_table table;
	int ret;

	if (!p)
		return fail(e, -ENOMEM, "no coherent memory");
	ret = dma_get_sgtable(e->dev, &table, p, handle, SZ_128K);
	if (ret) {
		fail(e, ret, "get_sgtable");
	} else {
		if (sg_phys(table.sgl) != virt_to_phys(p) || table.sgl->length != SZ_128K)
			ret = fail(e, -EINVAL, "get_sgtable names other pages");
		sg_free_table(&table);
	}
	if (!ret)
		ret = check_ends(e, p, handle, SZ_128K, "get_sgtable");
	dma_free_coherent(e->dev, SZ_128K, p, handle);
	return ret;
}

#endif
