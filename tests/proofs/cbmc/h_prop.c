// SPDX-License-Identifier: GPL-2.0
/*
 * src/window_prop.c: every string of bytes, of every length up to 32.
 *
 * proof: h_prop --unwind 40: a property is accepted exactly when it is sound; then the values are those of its bytes, else nothing is written
 * control: h_prop: src/window_prop.c: s/r.window_shift <= r.tce_shift || //
 * control: h_prop: src/window_prop.c: s/r.tce_shift > 34/r.tce_shift > 35/
 * control: h_prop: src/window_prop.c: s/be_read(p + 8, 8)/be_read(p + 4, 8)/
 * control: h_prop: src/window_prop.c: s/len != DBP_WINDOW_PROP_LEN/len < 20/
 */
#include "src/window_prop.c"
#include "prove.h"

void *malloc(size_t size);

static u64 field(const u8 *p, unsigned int bytes)
{
	u64 value = 0;

	while (bytes--)
		value = value << 8 | *p++;
	return value;
}

void h_prop(void)
{
	size_t len = nondet_size();
	const u8 *data = nondet_bool() ? NULL : malloc(len);
	struct dbp_window_prop w = {
		.liobn = nondet_u32(), .dma_base = nondet_u64(),
		.tce_shift = nondet_u32(), .window_shift = nondet_u32(),
	}, was = w;
	const char *why = NULL;
	bool sound = data && len == 24;
	u64 liobn, base, page, size;
	int ret;

	assume(len <= 32);
	ret = dbp_window_prop_parse(data, len, &w, &why);
	claim(why, "why is never NULL");
	if (sound) {
		liobn = field(data, 4);
		base = field(data + 8, 8);
		page = field(data + 16, 4);
		size = field(data + 20, 4);
		sound = liobn && page >= 12 && page <= 34 && size > page && size <= 63 &&
			!(base & ((1UL << page) - 1)) && base <= U64_MAX - ((1UL << size) - 1);
		claim(implies(!ret, w.liobn == liobn && w.dma_base == base && w.tce_shift == page &&
			      w.window_shift == size), "the values are those of the bytes");
	}
	claim(!ret == sound, "accepted exactly when it is sound");
	claim(!ret || ret == -EINVAL, "errno");
	claim(implies(ret, w.liobn == was.liobn && w.dma_base == was.dma_base &&
		      w.tce_shift == was.tce_shift && w.window_shift == was.window_shift),
	      "on failure nothing is written");
}
