/* SPDX-License-Identifier: GPL-2.0 */
/*
 * QEMU's "edu" device, and what every case of dbp_edu.c does with it: move
 * data to the device and back, and compare.
 */
#ifndef TESTS_EDU_H
#define TESTS_EDU_H

#include <linux/bitmap.h>
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/string.h>
#include <linux/swab.h>

#include "map_any.h"
#include "orig_ops.h"
#include "tce_table.h"

#define EDU_ID		0x00
#define EDU_SRC		0x80
#define EDU_DST		0x88
#define EDU_COUNT	0x90
#define EDU_COMMAND	0x98
#define EDU_START	BIT(0)
#define EDU_TO_RAM	BIT(1)
#define EDU_BUFFER	0x40000
/* The buffer has 4096 bytes, but older emulations stop dead when its last byte is used. */
#define EDU_SIZE	4095
#define EDU_MS		100	/* for each transfer, whatever its length */

#define POISON		0xa5
#define SKIPPED		1	/* what a case returns that could not run */

struct hold;

struct edu {
	struct pci_dev *pdev;
	struct device *dev;
	void __iomem *bar;
	bool swap;
	struct mutex lock;	/* one run at a time, and its result */
	struct dentry *dir;
	struct hold *hold;
	char *result;
	size_t used;
	/* of the case that runs */
	u64 seed, bytes, wrong;
	u64 random, first_random;
	long tces;
	u64 low, high;
	char why[96];
};

/* What is known about the window. Without "expect" a handle may come from either path. */
static char expect[12];
module_param_string(expect, expect, sizeof(expect), 0644);
MODULE_PARM_DESC(expect, "where buffers must go: direct (if they lie in the window), translate, any");

static unsigned long long base;
module_param(base, ullong, 0644);
MODULE_PARM_DESC(base, "handle of physical address 0 in the direct window");

static unsigned long long ram_end;
module_param(ram_end, ullong, 0644);
MODULE_PARM_DESC(ram_end, "end of the RAM in the direct window");

static unsigned long long hole;
module_param(hole, ullong, 0644);
MODULE_PARM_DESC(hole, "start of a hole in that RAM: offline memory that the test may write to");

static unsigned long hole_len;
module_param(hole_len, ulong, 0644);
MODULE_PARM_DESC(hole_len, "bytes in the hole");

/* The device ----------------------------------------------------------------- */

/* Older emulations have the byte order of the emulated CPU, newer ones little endian. */
static void edu_write(struct edu *e, unsigned int reg, u64 value)
{
	writeq(e->swap ? swab64(value) : value, e->bar + reg);
}

static u64 edu_read(struct edu *e, unsigned int reg)
{
	u64 value = readq(e->bar + reg);

	return e->swap ? swab64(value) : value;
}

static int edu_wait(struct edu *e)
{
	int tries = 5000;

	if (edu_read(e, EDU_COMMAND) & EDU_START)
		usleep_range(EDU_MS * 1000, EDU_MS * 1000 + 500);
	while (edu_read(e, EDU_COMMAND) & EDU_START) {
		if (!tries--)
			return -ETIMEDOUT;
		usleep_range(1000, 2000);
	}
	return 0;
}

static int edu_move(struct edu *e, dma_addr_t handle, size_t n, bool to_ram)
{
	int ret = edu_wait(e);

	if (ret)
		return ret;
	edu_write(e, EDU_SRC, to_ram ? EDU_BUFFER : handle);
	edu_write(e, EDU_DST, to_ram ? handle : EDU_BUFFER);
	edu_write(e, EDU_COUNT, n);
	edu_write(e, EDU_COMMAND, EDU_START | (to_ram ? EDU_TO_RAM : 0));
	return edu_wait(e);
}

/* What every case does --------------------------------------------------------- */

static u8 pattern(u64 seed, size_t i)
{
	return (seed * 0x9e3779b97f4a7c15ULL + i * 0xbf58476d1ce4e5b9ULL) >> 37;
}

static void fill(struct edu *e, u8 *p, size_t n)
{
	size_t i;

	e->seed++;
	for (i = 0; i < n; i++)
		p[i] = pattern(e->seed, i);
}

static void compare(struct edu *e, const u8 *p, size_t n, const char *what)
{
	size_t i, wrong = 0;

	for (i = 0; i < n; i++) {
		if (p[i] == pattern(e->seed, i))
			continue;
		if (!wrong++ && !e->why[0])
			scnprintf(e->why, sizeof(e->why), "%s: byte %zu of %zu is %02x, not %02x",
				  what, i, n, p[i], pattern(e->seed, i));
	}
	e->bytes += n;
	e->wrong += wrong;
}

/* Not memchr_inv(), which KASAN watches: a buffer may lie in memory that is offline. */
static bool holds_only(const u8 *p, u8 byte, size_t n)
{
	while (n && *p == byte) {
		p++;
		n--;
	}
	return !n;
}

/* Nothing beside a buffer may change. */
static void check_untouched(struct edu *e, const u8 *p, size_t n, const char *what)
{
	if (!holds_only(p, POISON, n)) {
		e->wrong++;
		if (!e->why[0])
			scnprintf(e->why, sizeof(e->why), "%s: wrote outside the buffer", what);
	}
}

/* For what this kernel's DMA API has not. */
static __maybe_unused int case_missing(struct edu *e)
{
	scnprintf(e->why, sizeof(e->why), "this kernel has no such function");
	return SKIPPED;
}

static int fail(struct edu *e, int ret, const char *what)
{
	if (!e->why[0])
		scnprintf(e->why, sizeof(e->why), "%s: error %d", what, ret);
	return ret;
}

/* Each handle must lie below the mask that it was asked for. */
static int use_handle(struct edu *e, dma_addr_t handle, size_t n, u64 limit)
{
	u64 last = (u64)handle + n - 1;

	e->low = min_t(u64, e->low, handle);
	e->high = max_t(u64, e->high, last);
	if (last <= limit)
		return 0;
	if (!e->why[0])
		scnprintf(e->why, sizeof(e->why), "handle ends at %llx, beyond the mask %llx",
			  last, limit);
	return -ERANGE;
}

static bool expects(const char *what)
{
	return sysfs_streq(expect, what);
}

/* Must the buffer go direct, given that the mask does not forbid it? */
static bool is_inside(phys_addr_t at, size_t n, u64 limit)
{
	bool in_hole = at < hole + hole_len && at + n > hole;

	return expects("direct") && at + n <= ram_end && !in_hole && base + at + n - 1 <= limit;
}

/* Each buffer must have gone the way that it should. */
static int check_route(struct edu *e, dma_addr_t handle, phys_addr_t at, size_t n, u64 limit)
{
	bool inside = is_inside(at, n, limit);
	u64 direct = base + at;

	if (!inside && !expects("direct") && !expects("translate"))
		return 0;
	if (inside ? handle == direct : handle != direct)
		return 0;
	if (!e->why[0])
		scnprintf(e->why, sizeof(e->why), "%zu bytes at %llx %s: handle %llx", n, (u64)at,
			  inside ? "not direct" : "direct", (u64)handle);
	return -EXDEV;
}

/* Entries in use in the TCE table that translates for the device. */
static long tces_used(struct edu *e)
{
	struct iommu_table *tbl = dbp_table_of(e->dev);

	return tbl && tbl->it_map ? bitmap_weight(tbl->it_map, tbl->it_size) : 0;
}

/* The entries that a buffer takes when it is translated. */
static long tces_for(struct edu *e, phys_addr_t at, size_t n)
{
	struct iommu_table *tbl = dbp_table_of(e->dev);
	unsigned long size = tbl ? 1UL << tbl->it_page_shift : PAGE_SIZE;

	return DIV_ROUND_UP((at & (size - 1)) + n, size);
}

/* A number below @n. The same seed gives the same numbers again. */
static u32 any_below(struct edu *e, u32 n)
{
	e->random ^= e->random << 13;
	e->random ^= e->random >> 7;
	e->random ^= e->random << 17;
	return (e->random >> 16) % n;
}

static int use_streaming(struct edu *e, dma_addr_t handle, phys_addr_t at, size_t n)
{
	if (dma_mapping_error(e->dev, handle))
		return fail(e, -ENOMEM, "mapping failed");
	return use_handle(e, handle, n, *e->dev->dma_mask) ?:
	       check_route(e, handle, at, n, *e->dev->dma_mask);
}

/*
 * Coherent memory and long-lived mappings: the data goes to the device, the
 * CPU wipes it, the device brings it back. Only the moved part is compared.
 */
static int there_and_back(struct edu *e, u8 *p, dma_addr_t handle, size_t n, const char *what)
{
	int ret;

	fill(e, p, n);
	/* The device must see the pattern before it is told to start. */
	dma_wmb();
	ret = edu_move(e, handle, n, false);
	if (ret)
		return fail(e, ret, what);
	memset(p, POISON, n);
	dma_wmb();
	ret = edu_move(e, handle, n, true);
	if (ret)
		return fail(e, ret, what);
	dma_rmb();
	compare(e, p, n, what);
	return 0;
}

/*
 * One streaming buffer of up to EDU_SIZE bytes, @off into @size bytes at @base.
 * The two directions are mapped one after the other.
 */
static int stream(struct edu *e, struct page *page, size_t size, size_t off, size_t n)
{
	u8 *base = page_address(page);
	enum dma_data_direction dir;
	char what[40];
	int ret;

	scnprintf(what, sizeof(what), "offset %zu length %zu", off, n);
	memset(base, POISON, size);
	fill(e, base + off, n);
	for (dir = DMA_TO_DEVICE; dir <= DMA_FROM_DEVICE; dir++) {
		dma_addr_t handle = map_any(e->dev, page, off, n, dir, 0);

		ret = use_streaming(e, handle, page_to_phys(page) + off, n);
		if (!ret) {
			ret = edu_move(e, handle, n, dir == DMA_FROM_DEVICE);
			if (ret)
				fail(e, ret, what);
		}
		if (!dma_mapping_error(e->dev, handle))
			dma_unmap_page(e->dev, handle, n, dir);
		if (ret)
			return ret;
		if (dir == DMA_TO_DEVICE)
			memset(base, POISON, size);
	}
	compare(e, base + off, n, what);
	check_untouched(e, base, off, what);
	check_untouched(e, base + off + n, size - off - n, what);
	return 0;
}

#endif
