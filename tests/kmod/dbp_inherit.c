// SPDX-License-Identifier: GPL-2.0
/*
 * A driver for QEMU's "edu" device that keeps DMA buffers of each kind for as long as a test wants,
 * so that some are older than the module's rule over the device, and others younger:
 *
 *	echo "map old pages" >/sys/module/dbp_inherit/parameters/do
 *	echo "unmap old pages" >/sys/module/dbp_inherit/parameters/do
 *
 * Kinds: pages, list, coherent, noncoherent. "masks 64" sets both masks.
 */
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/scatterlist.h>

#define COUNT 4

static unsigned int mask = 32;
module_param(mask, uint, 0444);
MODULE_PARM_DESC(mask, "bits of both masks at first");

static bool leave;
module_param(leave, bool, 0644);
MODULE_PARM_DESC(leave, "the driver goes without its old buffers, and finds them when it comes again");

static struct device *bound;

/* One kind of one age. */
struct buffers {
	bool mapped;
	struct scatterlist sgl[COUNT];
	struct page *pages[COUNT];
	void *vaddr[COUNT];
	dma_addr_t handles[COUNT];
};

enum { OLD, NEW, AGES };

static const char *const age_names[AGES] = { "old", "new" };

static int map_pages(struct buffers *b)
{
	int i;

	for (i = 0; i < COUNT; i++) {
		b->handles[i] = dma_map_page(bound, b->pages[i], 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
		if (dma_mapping_error(bound, b->handles[i]))
			return -ENOMEM;
	}
	return 0;
}

static void unmap_pages(struct buffers *b)
{
	int i;

	for (i = 0; i < COUNT; i++)
		dma_unmap_page(bound, b->handles[i], PAGE_SIZE, DMA_BIDIRECTIONAL);
}

/* Segments with a hole in each, so that none are merged. */
static int map_list(struct buffers *b)
{
	int i;

	sg_init_table(b->sgl, COUNT);
	for (i = 0; i < COUNT; i++)
		sg_set_page(&b->sgl[i], b->pages[i], 512, 256);
	return dma_map_sg(bound, b->sgl, COUNT, DMA_BIDIRECTIONAL) > 0 ? 0 : -ENOMEM;
}

static void unmap_list(struct buffers *b)
{
	dma_unmap_sg(bound, b->sgl, COUNT, DMA_BIDIRECTIONAL);
}

static int alloc_coherent(struct buffers *b)
{
	int i;

	for (i = 0; i < COUNT; i++) {
		b->vaddr[i] = dma_alloc_coherent(bound, PAGE_SIZE, &b->handles[i], GFP_KERNEL);
		if (!b->vaddr[i])
			return -ENOMEM;
	}
	return 0;
}

static void free_coherent(struct buffers *b)
{
	int i;

	for (i = 0; i < COUNT; i++)
		dma_free_coherent(bound, PAGE_SIZE, b->vaddr[i], b->handles[i]);
}

#if DBP_HAVE_DMA_OPS_ALLOC_PAGES || DBP_HAVE_DMA_OPS_ALLOC_PAGES_OP
static int alloc_noncoherent(struct buffers *b)
{
	int i;

	for (i = 0; i < COUNT; i++) {
		b->vaddr[i] = dma_alloc_noncoherent(bound, PAGE_SIZE, &b->handles[i],
						    DMA_BIDIRECTIONAL, GFP_KERNEL);
		if (!b->vaddr[i])
			return -ENOMEM;
	}
	return 0;
}

static void free_noncoherent(struct buffers *b)
{
	int i;

	for (i = 0; i < COUNT; i++)
		dma_free_noncoherent(bound, PAGE_SIZE, b->vaddr[i], b->handles[i],
				     DMA_BIDIRECTIONAL);
}
#else
static int alloc_noncoherent(struct buffers *b)
{
	return -EOPNOTSUPP;
}

static void free_noncoherent(struct buffers *b)
{
}
#endif

static struct kind {
	const char *name;
	int (*map)(struct buffers *b);
	void (*unmap)(struct buffers *b);
	struct buffers of[AGES];
} kinds[] = {
	{ "pages", map_pages, unmap_pages },
	{ "list", map_list, unmap_list },
	{ "coherent", alloc_coherent, free_coherent },
	{ "noncoherent", alloc_noncoherent, free_noncoherent },
};

static struct buffers *find(const char *age, const char *name, struct kind **kind)
{
	int i, k;

	for (k = 0; k < ARRAY_SIZE(kinds); k++)
		for (i = 0; i < AGES; i++)
			if (!strcmp(kinds[k].name, name) && !strcmp(age_names[i], age)) {
				*kind = &kinds[k];
				return &kinds[k].of[i];
			}
	return NULL;
}

static int do_set(const char *val, const struct kernel_param *kp)
{
	char what[8], age[8], name[16];
	struct buffers *b;
	struct kind *kind;
	unsigned int bits;
	int ret;

	if (!bound)
		return -ENODEV;
	if (sscanf(val, "masks %u", &bits) == 1)
		return bits - 1 < 64 ? dma_set_mask_and_coherent(bound, DMA_BIT_MASK(bits)) :
				       -EINVAL;
	if (sscanf(val, "%7s %7s %15s", what, age, name) != 3)
		return -EINVAL;
	b = find(age, name, &kind);
	if (!b || b->mapped != !strcmp(what, "unmap"))
		return -EINVAL;
	if (b->mapped) {
		kind->unmap(b);
		b->mapped = false;
		return 0;
	}
	ret = kind->map(b);
	b->mapped = !ret;
	return ret;
}

static const struct kernel_param_ops do_ops = { .set = do_set };

module_param_cb(do, &do_ops, NULL, 0200);
MODULE_PARM_DESC(do, "what to do now: see the head of the source");

static void free_pages_of(struct buffers *b)
{
	int i;

	for (i = 0; i < COUNT; i++)
		if (b->pages[i])
			__free_page(b->pages[i]);
	memset(b->pages, 0, sizeof(b->pages));
}

static int inherit_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	int ret = pcim_enable_device(pdev);

	if (!ret)
		ret = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(mask));
	if (!ret)
		bound = &pdev->dev;
	return ret;
}

static void inherit_remove(struct pci_dev *pdev)
{
	int i, k;

	for (k = 0; k < ARRAY_SIZE(kinds); k++)
		for (i = 0; i < AGES; i++)
			if (kinds[k].of[i].mapped && (!leave || i != OLD)) {
				kinds[k].unmap(&kinds[k].of[i]);
				kinds[k].of[i].mapped = false;
			}
	bound = NULL;
}

static const struct pci_device_id inherit_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{ }
};

static struct pci_driver inherit_driver = {
	.name = "dbp_inherit",
	.id_table = inherit_ids,
	.probe = inherit_probe,
	.remove = inherit_remove,
};

static void free_all(void)
{
	int i, k;

	for (k = 0; k < ARRAY_SIZE(kinds); k++)
		for (i = 0; i < AGES; i++)
			free_pages_of(&kinds[k].of[i]);
}

static int __init inherit_init(void)
{
	int i, k, n, ret;

	if (mask - 1 >= 64)
		return -EINVAL;
	for (k = 0; k < ARRAY_SIZE(kinds); k++)
		for (i = 0; i < AGES; i++)
			for (n = 0; n < COUNT; n++) {
				kinds[k].of[i].pages[n] = alloc_page(GFP_KERNEL);
				if (!kinds[k].of[i].pages[n]) {
					free_all();
					return -ENOMEM;
				}
			}
	ret = pci_register_driver(&inherit_driver);
	if (ret)
		free_all();
	return ret;
}
module_init(inherit_init);

static void __exit inherit_exit(void)
{
	pci_unregister_driver(&inherit_driver);
	free_all();
}
module_exit(inherit_exit);

MODULE_DESCRIPTION("A driver that has DMA buffers from before its device was taken over");
MODULE_LICENSE("GPL");
