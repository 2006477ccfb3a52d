/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Trace events: what happens to a device, and every buffer that goes through TCEs. Direct maps have
 * one only while they are counted, and so do not take the hot path, which is one compare.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM dma_bypass

#if !defined(DBP_EVENTS_H) || defined(TRACE_HEADER_MULTI_READ)
#define DBP_EVENTS_H

#include <linux/tracepoint.h>

int bypass_trace_start(void);
void bypass_trace_stop(void);

/* Fixed arrays: how __string() is assigned has changed between kernels. */
#define DBP_DEV_LEN 16
#define DBP_TEXT_LEN 96

TRACE_EVENT(dma_bypass_attach,
	    TP_PROTO(const char *dev, const char *reason),
	    TP_ARGS(dev, reason),
	    TP_STRUCT__entry(__array(char, dev, DBP_DEV_LEN)
			     __array(char, reason, DBP_TEXT_LEN)),
	    TP_fast_assign(strscpy(__entry->dev, dev, DBP_DEV_LEN);
			   strscpy(__entry->reason, reason, DBP_TEXT_LEN);),
	    TP_printk("%s: %s", __entry->dev, __entry->reason)
);

TRACE_EVENT(dma_bypass_detach,
	    TP_PROTO(const char *dev),
	    TP_ARGS(dev),
	    TP_STRUCT__entry(__array(char, dev, DBP_DEV_LEN)),
	    TP_fast_assign(strscpy(__entry->dev, dev, DBP_DEV_LEN);),
	    TP_printk("%s", __entry->dev)
);

TRACE_EVENT(dma_bypass_mode,
	    TP_PROTO(const char *dev, const char *from, const char *to, int ret),
	    TP_ARGS(dev, from, to, ret),
	    TP_STRUCT__entry(__array(char, dev, DBP_DEV_LEN)
			     __array(char, from, DBP_DEV_LEN)
			     __array(char, to, DBP_DEV_LEN)
			     __field(int, ret)),
	    TP_fast_assign(strscpy(__entry->dev, dev, DBP_DEV_LEN);
			   strscpy(__entry->from, from, DBP_DEV_LEN);
			   strscpy(__entry->to, to, DBP_DEV_LEN);
			   __entry->ret = ret;),
	    TP_printk("%s: from=%s to=%s ret=%d", __entry->dev, __entry->from, __entry->to,
		      __entry->ret)
);

TRACE_EVENT(dma_bypass_window,
	    TP_PROTO(const char *dev, const char *kind, u64 dma_base, u64 direct, u64 outside),
	    TP_ARGS(dev, kind, dma_base, direct, outside),
	    TP_STRUCT__entry(__array(char, dev, DBP_DEV_LEN)
			     __array(char, kind, DBP_DEV_LEN)
			     __field(u64, dma_base)
			     __field(u64, direct)
			     __field(u64, outside)),
	    TP_fast_assign(strscpy(__entry->dev, dev, DBP_DEV_LEN);
			   strscpy(__entry->kind, kind, DBP_DEV_LEN);
			   __entry->dma_base = dma_base;
			   __entry->direct = direct;
			   __entry->outside = outside;),
	    TP_printk("%s: window=%s dma_base=0x%llx direct=%llu outside=%llu", __entry->dev,
		      __entry->kind, __entry->dma_base, __entry->direct, __entry->outside)
);

/* @maps is where the entry of the handle points, read back from the hypervisor. */
DECLARE_EVENT_CLASS(dma_bypass_buffer,
		    TP_PROTO(const char *dev, u64 phys, u64 size, u64 handle, u64 maps),
		    TP_ARGS(dev, phys, size, handle, maps),
		    TP_STRUCT__entry(__array(char, dev, DBP_DEV_LEN)
				     __field(u64, phys)
				     __field(u64, size)
				     __field(u64, handle)
				     __field(u64, maps)),
		    TP_fast_assign(strscpy(__entry->dev, dev, DBP_DEV_LEN);
				   __entry->phys = phys;
				   __entry->size = size;
				   __entry->handle = handle;
				   __entry->maps = maps;),
		    TP_printk("%s: phys=0x%llx size=%llu handle=0x%llx maps=0x%llx", __entry->dev,
			      __entry->phys, __entry->size, __entry->handle, __entry->maps)
);

/* As long as nobody looks, such buffers take a way on which nobody asks whether somebody does. */
DEFINE_EVENT_FN(dma_bypass_buffer, dma_bypass_translated,
		TP_PROTO(const char *dev, u64 phys, u64 size, u64 handle, u64 maps),
		TP_ARGS(dev, phys, size, handle, maps),
		bypass_trace_start, bypass_trace_stop
);

DEFINE_EVENT(dma_bypass_buffer, dma_bypass_direct,
	     TP_PROTO(const char *dev, u64 phys, u64 size, u64 handle, u64 maps),
	     TP_ARGS(dev, phys, size, handle, maps)
);

#endif /* DBP_EVENTS_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE dbp_events
#include <trace/define_trace.h>
