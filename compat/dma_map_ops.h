/* SPDX-License-Identifier: GPL-2.0 */
/* struct dma_map_ops, get_dma_ops() and set_dma_ops(), in whichever header they are. */
#ifndef DBP_COMPAT_DMA_MAP_OPS_H
#define DBP_COMPAT_DMA_MAP_OPS_H

#include <linux/device.h>
#include <linux/dma-mapping.h>
#if DBP_HAVE_DMA_MAP_OPS_H
#include <linux/dma-map-ops.h>
#endif

#endif
