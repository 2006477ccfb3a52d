// SPDX-License-Identifier: GPL-2.0
/*
 * The device-tree property in which Linux records a dynamic DMA window. No kernel service is
 * used here: the unit tests compile this file in user space.
 */
#include "window_prop.h"

static u64 be_read(const u8 *p, unsigned int bytes)
{
	u64 v = 0;

	while (bytes--)
		v = v << 8 | *p++;
	return v;
}

/**
 * dbp_window_prop_parse - read a window property, believing nothing
 * @data: the property's bytes, big-endian
 * @len: how many there are
 * @w: the result; written only on success
 * @why: on failure a sentence's end that says what is wrong; never NULL
 *
 * The layout is the kernel's struct dynamic_dma_window_prop, which is not packed: 24 bytes
 * with the base at offset 8. Reading it as packed gives plausible nonsense, so every field
 * is checked for what a window can be.
 *
 * Context: any. Return: 0, or -EINVAL.
 */
int dbp_window_prop_parse(const void *data, size_t len, struct dbp_window_prop *w,
			  const char **why)
{
	const u8 *p = data;
	struct dbp_window_prop r;

	if (!data || len != DBP_WINDOW_PROP_LEN) {
		*why = "its length is not 24 bytes";
		return -EINVAL;
	}
	r.liobn = be_read(p, 4);
	r.dma_base = be_read(p + 8, 8);
	r.tce_shift = be_read(p + 16, 4);
	r.window_shift = be_read(p + 20, 4);

	if (!r.liobn) {
		*why = "its bus number (LIOBN) is zero";
		return -EINVAL;
	}
	/* PAPR pages run from 4K to 16G. */
	if (r.tce_shift < 12 || r.tce_shift > 34) {
		*why = "its page size is none that PAPR knows";
		return -EINVAL;
	}
	if (r.window_shift <= r.tce_shift || r.window_shift > 63) {
		*why = "its size is impossible";
		return -EINVAL;
	}
	if (r.dma_base & ((1ULL << r.tce_shift) - 1)) {
		*why = "its base is not aligned to its page size";
		return -EINVAL;
	}
	if (r.dma_base + ((1ULL << r.window_shift) - 1) < r.dma_base) {
		*why = "it ends behind the last bus address";
		return -EINVAL;
	}
	*w = r;
	*why = "";
	return 0;
}
