// SPDX-License-Identifier: GPL-2.0
/*
 * A driver for QEMU's "edu" device that changes its mind: its probe fails at the very end, when it
 * has memory that only the driver core gives back, and that after all notifiers were told; it asks
 * for a small mask before it asks for a large one; it sets another mask when it is long bound, or
 * its first one in work that its probe has started; and it unmaps when it has gone, as the page
 * pool does with what sits in sockets.
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/pci.h>
#include <linux/sizes.h>
#include <linux/workqueue.h>

static unsigned int first_mask;
module_param(first_mask, uint, 0444);
MODULE_PARM_DESC(first_mask, "bits of both masks at first; 0: none but the following");

static unsigned int mask = 64;
module_param(mask, uint, 0444);
MODULE_PARM_DESC(mask, "bits of the streaming DMA mask");

static unsigned int coherent_mask = 64;
module_param(coherent_mask, uint, 0444);
MODULE_PARM_DESC(coherent_mask, "bits of the coherent DMA mask; 0: as it is");

static bool fail = true;
module_param(fail, bool, 0644);
MODULE_PARM_DESC(fail, "the probe fails when all is done");

static unsigned int slow_ms;
module_param(slow_ms, uint, 0444);
MODULE_PARM_DESC(slow_ms, "milliseconds that the probe takes when all is done");

static unsigned int probes;
module_param(probes, uint, 0444);
MODULE_PARM_DESC(probes, "how often all was done in a probe");

static unsigned long long streamed;
module_param(streamed, ullong, 0444);
MODULE_PARM_DESC(streamed, "the last handle of a page");

static unsigned long long allocated;
module_param(allocated, ullong, 0444);
MODULE_PARM_DESC(allocated, "the last handle of allocated memory");

static unsigned int store_ms;
module_param(store_ms, uint, 0644);
MODULE_PARM_DESC(store_ms, "milliseconds after which remask stores the mask itself; 0: the kernel does");

static unsigned int work_ms;
module_param(work_ms, uint, 0444);
MODULE_PARM_DESC(work_ms, "ask for the masks so long after the probe, and map a page then; 0: in the probe");

static unsigned long phys;
module_param(phys, ulong, 0444);
MODULE_PARM_DESC(phys, "which page is mapped then");

static unsigned int keep;
module_param(keep, uint, 0444);
MODULE_PARM_DESC(keep, "pages that are mapped in the probe, and unmapped when the driver has gone");

static unsigned int keep_ms = 1500;
module_param(keep_ms, uint, 0444);
MODULE_PARM_DESC(keep_ms, "milliseconds after which they are unmapped");

static unsigned int kept;
module_param(kept, uint, 0444);
MODULE_PARM_DESC(kept, "how many of them are mapped now");

/* Set while the device is bound. */
static struct device *bound;

static bool are_bits(unsigned int n)
{
	return n - 1 < 64;
}

/*
 * A kernel that makes a window for a mask sleeps before it stores the mask. Here it is asked for
 * the mask that it knows already, and what it would store so late is stored by hand.
 */
static int remask_set(const char *val, const struct kernel_param *kp)
{
	unsigned int bits;
	int ret = kstrtouint(val, 0, &bits);

	if (ret)
		return ret;
	if (!bound || !are_bits(bits))
		return -EINVAL;
	if (!store_ms)
		return dma_set_mask(bound, DMA_BIT_MASK(bits));
	ret = dma_set_mask(bound, dma_get_mask(bound));
	if (ret)
		return ret;
	msleep(store_ms);
	*bound->dma_mask = DMA_BIT_MASK(bits);
	return 0;
}

static const struct kernel_param_ops remask_ops = { .set = remask_set };

module_param_cb(remask, &remask_ops, NULL, 0200);
MODULE_PARM_DESC(remask, "bits of the streaming DMA mask to set now, outside of any probe");

static int set_masks(struct device *dev)
{
	int ret = 0;

	if (first_mask)
		ret = dma_set_mask_and_coherent(dev, DMA_BIT_MASK(first_mask));
	if (!ret)
		ret = dma_set_mask(dev, DMA_BIT_MASK(mask));
	if (!ret && coherent_mask)
		ret = dma_set_coherent_mask(dev, DMA_BIT_MASK(coherent_mask));
	return ret;
}

static int map_once(struct device *dev)
{
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t handle;
	int ret = 0;

	if (!page)
		return -ENOMEM;
	handle = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
	if (dma_mapping_error(dev, handle)) {
		ret = -ENOMEM;
	} else {
		streamed = handle;
		dma_unmap_page(dev, handle, PAGE_SIZE, DMA_BIDIRECTIONAL);
	}
	__free_page(page);
	return ret;
}

#define MAX_KEPT 16

static struct page *kept_pages[MAX_KEPT];
static dma_addr_t kept_handles[MAX_KEPT];
static struct device *kept_dev;

static int keep_pages(struct device *dev)
{
	while (kept < min_t(unsigned int, keep, MAX_KEPT)) {
		kept_pages[kept] = alloc_page(GFP_KERNEL);
		if (!kept_pages[kept])
			return -ENOMEM;
		kept_handles[kept] = dma_map_page(dev, kept_pages[kept], 0, PAGE_SIZE,
						  DMA_BIDIRECTIONAL);
		if (dma_mapping_error(dev, kept_handles[kept])) {
			__free_page(kept_pages[kept]);
			return -ENOMEM;
		}
		streamed = kept_handles[kept++];
	}
	if (kept)
		kept_dev = get_device(dev);
	return 0;
}

static void unmap_late(struct work_struct *work)
{
	while (kept) {
		kept--;
		dma_unmap_page(kept_dev, kept_handles[kept], PAGE_SIZE, DMA_BIDIRECTIONAL);
		__free_page(kept_pages[kept]);
	}
	put_device(kept_dev);
	kept_dev = NULL;
}

static DECLARE_DELAYED_WORK(unmap_work, unmap_late);

static void mask_late(struct work_struct *work)
{
	struct page *page = pfn_to_page(PHYS_PFN(phys));
	dma_addr_t handle;

	if (set_masks(bound))
		return;
	handle = dma_map_page(bound, page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
	if (dma_mapping_error(bound, handle))
		return;
	streamed = handle;
	dma_unmap_page(bound, handle, PAGE_SIZE, DMA_BIDIRECTIONAL);
	probes++;
}

static DECLARE_DELAYED_WORK(mask_work, mask_late);

static int late_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct device *dev = &pdev->dev;
	dma_addr_t handle;
	int ret;

	ret = pcim_enable_device(pdev);
	if (ret)
		return ret;
	if (work_ms) {
		bound = dev;
		schedule_delayed_work(&mask_work, msecs_to_jiffies(work_ms));
		return 0;
	}
	ret = set_masks(dev);
	if (ret)
		return ret;
	if (keep) {
		bound = dev;
		return keep_pages(dev);
	}
	if (!dmam_alloc_coherent(dev, SZ_64K, &handle, GFP_KERNEL))
		return -ENOMEM;
	allocated = handle;
	ret = map_once(dev);
	if (ret)
		return ret;
	probes++;
	msleep(slow_ms);
	if (fail)
		return -EIO;
	bound = dev;
	return 0;
}

static void late_remove(struct pci_dev *pdev)
{
	cancel_delayed_work_sync(&mask_work);
	bound = NULL;
	if (kept)
		schedule_delayed_work(&unmap_work, msecs_to_jiffies(keep_ms));
}

static const struct pci_device_id late_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{ }
};

static struct pci_driver late_driver = {
	.name = "dbp_late",
	.id_table = late_ids,
	.probe = late_probe,
	.remove = late_remove,
};

static int __init late_init(void)
{
	if (first_mask > 64 || !are_bits(mask) || coherent_mask > 64)
		return -EINVAL;
	return pci_register_driver(&late_driver);
}
module_init(late_init);

static void __exit late_exit(void)
{
	pci_unregister_driver(&late_driver);
	flush_delayed_work(&unmap_work);
}
module_exit(late_exit);

MODULE_DESCRIPTION("A driver whose probe fails late, and whose masks change");
MODULE_LICENSE("GPL");
