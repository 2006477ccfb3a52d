/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BYPASS_SPAN_SETS_H
#define BYPASS_SPAN_SETS_H

#include "spans.h"

struct dbp_spans *bypass_spans_alloc(unsigned int room);
struct dbp_spans *bypass_spans_copy(const struct dbp_spans *set);
int bypass_spans_add(struct dbp_spans **set, u64 start, u64 end);
int bypass_spans_add_all(struct dbp_spans **to, const struct dbp_spans *from);
int bypass_spans_cut(struct dbp_spans **set, u64 start, u64 end);
int bypass_spans_cut_all(struct dbp_spans **from, const struct dbp_spans *what);

#endif /* BYPASS_SPAN_SETS_H */
