/* SPDX-License-Identifier: GPL-2.0 */
/* Where struct dma_map_ops lives: its own header since 5.10, dma-mapping.h before. */
#include <linux/stddef.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#if __has_include("linux/dma-map-ops.h")
#include <linux/dma-map-ops.h>
#endif
