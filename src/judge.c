// SPDX-License-Identifier: GPL-2.0
/*
 * Judging a device: what the kernel itself would do with its buffers, what it could not release,
 * and whether taking it over would change anything. Nothing is changed here but the reason.
 */
#include <linux/dma-mapping.h>

#include "core.h"
#include "judge.h"

static const char why_no_window[] =
	"no direct window: the device tree has no " DBP_PROP_DIRECT64 " for it";
static const char why_dynamic[] =
	"its window is a dynamic one (" DBP_PROP_DMA64 "), in which nothing is pre-mapped";
static const char why_unproved[] =
	"the hypervisor confirmed none of the direct window's entries";
static const char why_no_table[] =
	"it has no TCE table to translate with";
static const char why_mask_ignored[] =
	"the kernel goes direct, although one of its DMA masks does not reach the window";

/**
 * bypass_judge_required_mask - the mask that reaches the last byte of RAM in the window
 * @bd: the device; its window was looked at
 *
 * The same figure as the kernel's dma_direct_get_required_mask().
 *
 * Context: bypass_lock held, or preemption off. Return: the mask.
 */
u64 bypass_judge_required_mask(const struct bypass_dev *bd)
{
	const struct dbp_spans *spans = rcu_dereference_raw(bd->spans);
	u64 last = bd->window.prop.dma_base;

	if (spans && spans->nr)
		last += spans->s[spans->nr - 1].end - 1;
	return last ? U64_MAX >> (64 - fls64(last)) : 0;
}

static u64 limited(u64 mask, u64 limit)
{
	return limit && limit < mask ? limit : mask;
}

static enum bypass_kernel_path kernel_path(const struct bypass_dev *bd, u64 mask, bool by_handle)
{
	/* The kernel knows nothing of that window, which goes away when it has the device again. */
	if (bd->window.own)
		return KERNEL_TRANSLATES;
	if (bd->kernel.bypass && limited(mask, bd->kernel.limit) >= bypass_judge_required_mask(bd))
		return KERNEL_DIRECT;
	if (bd->kernel.limit && by_handle)
		return KERNEL_BY_HANDLE;
	return KERNEL_TRANSLATES;
}

static enum bypass_kernel_path stream_path(const struct bypass_dev *bd, u64 mask)
{
	return kernel_path(bd, dbp_ops_choose() ? U64_MAX : mask, dbp_core_mixes());
}

/**
 * bypass_judge_path - what the kernel itself would do with the device's streaming buffers
 * @bd: the device
 *
 * Context: bypass_lock held, or preemption off. Return: its path, from the flags that it last
 * set and the streaming mask.
 */
enum bypass_kernel_path bypass_judge_path(const struct bypass_dev *bd)
{
	return stream_path(bd, dma_get_mask(&bd->pdev->dev));
}

/**
 * bypass_judge_counts - must direct streaming handles be counted?
 * @bd: the device; its window was looked at
 *
 * Where none can be made yet, counting costs nothing, and the window that comes may need it.
 *
 * Context: as bypass_judge_path(). Return: true when the kernel could not release them.
 */
bool bypass_judge_counts(const struct bypass_dev *bd)
{
	return bypass_judge_path(bd) == KERNEL_TRANSLATES || !rcu_access_pointer(bd->spans);
}

/**
 * bypass_judge_paths - what the kernel itself would do with each kind of buffer
 * @bd: the device
 *
 * Allocated memory goes by the coherent mask, which may be smaller than the streaming one. Since
 * 7.0 the kernel decides about coherent memory by handle, but not about that of
 * dma_alloc_pages().
 *
 * Context: as bypass_judge_path(). Return: the paths.
 */
struct bypass_kernel_paths bypass_judge_paths(const struct bypass_dev *bd)
{
	u64 mask = bd->pdev->dev.coherent_dma_mask;

	return (struct bypass_kernel_paths) {
		.stream = bypass_judge_path(bd),
		.coherent = kernel_path(bd, mask, bd->kernel.bypass && dbp_core_mixes_coherent()),
		.pages = kernel_path(bd, mask, false),
	};
}

/**
 * bypass_kernel_path_name - a word for a path
 * @path: the path
 *
 * Context: any. Return: a static string.
 */
const char *bypass_kernel_path_name(enum bypass_kernel_path path)
{
	static const char *const names[] = {
		[KERNEL_TRANSLATES] = "translate",
		[KERNEL_DIRECT] = "direct",
		[KERNEL_BY_HANDLE] = "by-limit",
	};

	return names[path];
}

static long at_least_0(long n)
{
	return n > 0 ? n : 0;
}

/**
 * bypass_judge_strands_translated - could the kernel not release translated handles?
 * @bd: the device
 * @path: what the kernel does with buffers of their kind
 *
 * In a split window, where the TCE table is above, it takes them for direct ones (6.11 to 7.3).
 *
 * Context: as bypass_judge_path(). Return: true when it could not.
 */
bool bypass_judge_strands_translated(const struct bypass_dev *bd, enum bypass_kernel_path path)
{
	if (path == KERNEL_BY_HANDLE)
		return bd->window.owned_len < 1ULL << bd->window.prop.window_shift;
	return path == KERNEL_DIRECT;
}

static long stranded_by(const struct bypass_dev *bd, enum bypass_kernel_path path, long direct,
			long translated)
{
	if (bypass_judge_strands_translated(bd, path))
		return at_least_0(translated);
	return path == KERNEL_TRANSLATES ? at_least_0(direct) : 0;
}

/**
 * bypass_judge_stranded_memory - long-lived handles that the kernel could not release
 * @bd: the device
 * @sum: its counters
 *
 * They go only when the driver frees them, so waiting for them is no use.
 *
 * Context: as bypass_judge_path(). Return: their number.
 */
long bypass_judge_stranded_memory(const struct bypass_dev *bd, const struct bypass_stats *sum)
{
	struct bypass_kernel_paths paths = bypass_judge_paths(bd);

	return stranded_by(bd, paths.coherent, sum->live_coherent_direct,
			   sum->live_coherent_translated) +
	       stranded_by(bd, paths.pages, sum->live_pages_direct, sum->live_pages_translated);
}

/*
 * Short-lived ones. Where MMIO has members of its own, the kernel has none that would release
 * it, whatever its path.
 */
static long stranded_streaming(const struct bypass_dev *bd, const struct bypass_stats *sum)
{
	enum bypass_kernel_path path = bypass_judge_path(bd);
	long resources = at_least_0(sum->live_resources);

	if (bypass_judge_strands_translated(bd, path))
		return at_least_0(sum->live_translated);
	if (path == KERNEL_BY_HANDLE)
		return at_least_0(sum->live_mixed) + resources;
	return at_least_0(sum->live_direct) + resources;
}

/**
 * bypass_judge_counted - how many counted handles could the kernel's own path not release?
 * @bd: the device
 *
 * Context: any. Return: their number; 0 for a device that is not taken.
 */
long bypass_judge_counted(const struct bypass_dev *bd)
{
	struct bypass_stats sum;

	if (!READ_ONCE(bd->taken))
		return 0;
	bypass_core_sum(bd, &sum);
	return bypass_judge_stranded_memory(bd, &sum) + stranded_streaming(bd, &sum);
}

/**
 * bypass_judge_stranded - how many live handles could the kernel's own path not release?
 * @bd: the device
 *
 * Context: any. Return: their number, with one more where some may live that nobody counted; 0 for
 * a device that is not taken.
 */
long bypass_judge_stranded(const struct bypass_dev *bd)
{
	bool uncounted = READ_ONCE(bd->taken) && bd->uncounted_direct &&
			 bypass_judge_path(bd) == KERNEL_TRANSLATES;

	return bypass_judge_counted(bd) + uncounted;
}

/* NULL when the device can go direct, else why not. */
static const char *why_not_direct(const struct bypass_dev *bd)
{
	switch (bd->window.kind) {
	case BYPASS_WINDOW_DIRECT:
		if (rcu_access_pointer(bd->spans))
			return NULL;
		return bd->unproved ?: why_unproved;
	case BYPASS_WINDOW_DYNAMIC:
		return why_dynamic;
	default:
		return bd->window.why ?: why_no_window;
	}
}

/*
 * Does the kernel go direct with buffers that one of the device's masks does not reach? Since 7.0 a
 * limit that a large mask brought outlives a small one, and coherent memory goes by the streaming
 * mask. While the driver probes, the masks are those from before; so a small one counts once the
 * driver has asked for it. When the probe is over they are what they are.
 */
static bool ignores_a_mask(const struct bypass_dev *bd, u64 mask)
{
	u64 least = mask;

	if (!bypass_table(bd))
		return false;
	if (dbp_core_mixes_coherent()) {
		if (bd->wrapped && !bd->bound)
			least = min(least, bd->least_mask);
		else if (bypass_judge_paths(bd).coherent == KERNEL_BY_HANDLE)
			least = min(least, bd->pdev->dev.coherent_dma_mask);
	}
	return least <= bd->dma_base;
}

/**
 * bypass_judge_needed - does the kernel alone do something wrong, or slowly, with a device?
 * @bd: the device; its window was looked at
 * @mask: the largest streaming mask to reckon with
 * @uncovered: RAM in bytes that is known not to be in the window
 *
 * Sets @bd->reason.
 *
 * Context: may sleep; bypass_lock held. Return: take it over or not, if nobody has asked for it.
 */
bool bypass_judge_needed(struct bypass_dev *bd, u64 mask, u64 uncovered)
{
	const char *not_direct = why_not_direct(bd);
	enum bypass_kernel_path path = stream_path(bd, mask);

	if (not_direct) {
		if (path == KERNEL_TRANSLATES || !bypass_table(bd)) {
			bd->reason = not_direct;
			return false;
		}
		/* What is not known changes nothing, but persistent memory is surely not mapped. */
		if (bd->unproved && !bypass_pmem_present()) {
			bd->reason = not_direct;
			return bd->taken;
		}
		bd->reason = path == KERNEL_DIRECT ?
			"the kernel goes direct although no window is pre-mapped" :
			"the kernel takes TCE handles for direct ones, and never releases them";
		return true;
	}
	if (path == KERNEL_TRANSLATES) {
		if (mask <= bd->dma_base) {
			bd->reason = "its DMA mask does not reach the direct window";
			return false;
		}
		if (bd->binding) {
			bd->reason = "its driver has not asked for a mask yet";
			return false;
		}
		bd->reason = bd->window.own ?
			"the kernel made no direct window, so this module made one" :
			"the kernel translates every buffer although there is a direct window";
		return true;
	}
	if (ignores_a_mask(bd, mask)) {
		bd->reason = why_mask_ignored;
		return true;
	}
	if (bypass_pmem_present()) {
		bd->reason = "persistent memory is not in the direct window, RAM is";
		return true;
	}
	if (uncovered) {
		bd->reason = "some RAM is not in the direct window, and the kernel does not look";
		return true;
	}
	if (bd->unproved) {
		bd->reason = bd->unproved;
		return bd->taken;
	}
	bd->reason = "the kernel's own routing is right and direct";
	return false;
}

/**
 * bypass_judge_wanted - decide what is to become of a device
 * @bd: the device; its window was looked at
 * @mask: the largest streaming mask to reckon with
 * @uncovered: RAM in bytes that is known not to be in the window
 *
 * Sets @bd->reason.
 *
 * Context: may sleep; bypass_lock held. Return: take it over or not.
 */
bool bypass_judge_wanted(struct bypass_dev *bd, u64 mask, u64 uncovered)
{
	const char *not_direct = why_not_direct(bd);

	switch (bd->mode) {
	case BYPASS_DIRECT:
		bd->reason = not_direct ?: "asked for: every buffer is routed by where it lies";
		return !not_direct;
	case BYPASS_TRANSLATE:
		bd->reason = bypass_table(bd) ?
			"asked for: every new mapping goes through TCEs" : why_no_table;
		return bypass_table(bd);
	case BYPASS_OFF:
		bd->reason = "asked for: the kernel's own behaviour";
		return false;
	default:
		return bypass_judge_needed(bd, mask, uncovered);
	}
}
