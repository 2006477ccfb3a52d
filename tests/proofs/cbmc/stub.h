/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the module's sources need of a kernel, for CBMC (64 bits). It stands for each <linux/...> and <asm/...>; what a
 * kernel has and has not comes from docs/kernels, as compat/probe would say it. One CPU: orderings are for lkmm/.
 */
#ifndef PROVE_STUB_H
#define PROVE_STUB_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef int s32;
typedef long s64;
typedef unsigned long size_t;
typedef long ssize_t;
typedef _Bool bool;
typedef u64 dma_addr_t, phys_addr_t, resource_size_t;
typedef u64 __be64;
typedef u32 __be32;
typedef unsigned int gfp_t;

#define true 1
#define false 0
#define NULL ((void *)0)
#define U64_MAX (~0UL)

#define EIO 5
#define ENXIO 6
#define E2BIG 7
#define ENOMEM 12
#define EFAULT 14
#define EBUSY 16
#define ENODEV 19
#define EINVAL 22
#define ENOSPC 28
#define EOPNOTSUPP 95

#define __percpu
#define __rcu
#define __user
#define __maybe_unused
#define ____cacheline_aligned
#define __always_inline inline
#define noinline
#define notrace
#define __acquires(x)
#define __releases(x)

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define offsetof(type, member) __builtin_offsetof(type, member)
#define container_of(p, type, member) ((type *)((char *)(p) - offsetof(type, member)))
#define likely(x) (x)
#define unlikely(x) (x)
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define is_power_of_2(n) ((n) && !((n) & ((n) - 1)))
#define BUILD_BUG_ON(x)
#define IS_ENABLED(option) 1
#define pr_info(...)
#define pr_warn(...)
#define cond_resched()
extern unsigned long jiffies;
unsigned long msecs_to_jiffies(unsigned int ms);
#define time_before(a, b) ((long)((a) - (b)) < 0)
#define time_after(a, b) time_before(b, a)
#define might_sleep()
void *memset(void *p, int c, size_t n);
void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
int memcmp(const void *a, const void *b, size_t n);
int strcmp(const char *a, const char *b);
char *strstr(const char *a, const char *b);
int snprintf(char *buf, size_t size, const char *fmt, ...);

#define READ_ONCE(x) (x)
#define WRITE_ONCE(x, v) ((x) = (v))
#define smp_rmb()
#define smp_wmb()
#define smp_mb()
#define smp_store_release(p, v) (*(p) = (v))

#define PAGE_SHIFT 16
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PHYS_PFN(x) ((x) >> PAGE_SHIFT)
#define PFN_PHYS(x) ((u64)(x) << PAGE_SHIFT)
#define pfn_valid(pfn) 1

/* A page is known by its frame number alone, and never looked into. */
struct page;
#define page_to_phys(page) ((u64)(page) << PAGE_SHIFT)
#define pfn_to_page(pfn) ((struct page *)(pfn))
#define offset_in_page(p) ((u64)(p) & (PAGE_SIZE - 1))

#define GFP_KERNEL 0
#define GFP_ATOMIC 1
void *kmalloc(size_t size, gfp_t gfp);
void *kzalloc(size_t size, gfp_t gfp);
void *kmemdup(const void *from, size_t size, gfp_t gfp);
void kfree(const void *p);
void *kvmalloc(size_t size, gfp_t gfp);
void kvfree(const void *p);

struct list_head { struct list_head *next, *prev; };
struct mutex { int unused; };
struct lockdep_map { int unused; };
typedef struct { int unused; } spinlock_t;
typedef struct { s64 counter; } atomic64_t;
struct work_struct { void (*func)(struct work_struct *work); };
struct delayed_work { struct work_struct work; };
struct rcu_head { int unused; };
struct srcu_struct { int unused; };
struct dentry;
struct module_attribute { int unused; };
struct vm_area_struct;
struct sg_table;
struct attribute_group;

#define atomic64_inc(p) ((p)->counter++)
#define atomic64_add(n, p) ((p)->counter += (n))
#define atomic64_read(p) ((p)->counter)
#define atomic64_set(p, n) ((p)->counter = (n))
#define raw_cpu_ptr(p) (p)
#define per_cpu_ptr(p, cpu) (p)
#define spin_lock_init(l)
#define spin_lock_irqsave(l, flags) ((void)(flags))
#define spin_unlock_irqrestore(l, flags) ((void)(flags))
#define INIT_WORK(w, f) ((w)->func = (f))
#define schedule_work(w) 1
#define schedule_delayed_work(w, delay) 1
#define struct_size(p, member, n) (sizeof(*(p)) + sizeof(*(p)->member) * (n))
#define rcu_read_lock()
#define rcu_read_unlock()
#define rcu_dereference(p) (p)
#define rcu_dereference_raw(p) (p)
#define rcu_dereference_protected(p, c) (p)
#define rcu_access_pointer(p) (p)
#define rcu_assign_pointer(p, v) ((p) = (v))
#define lockdep_is_held(l) 1
#define synchronize_rcu()
#define synchronize_rcu_tasks()

enum dma_data_direction { DMA_BIDIRECTIONAL };
#define DMA_MAPPING_ERROR (~(dma_addr_t)0)
#define DMA_ATTR_NO_KERNEL_MAPPING (1UL << 4)
#define DMA_ATTR_SKIP_CPU_SYNC (1UL << 5)

/* @phys stands for what a real one says by page and offset. */
struct scatterlist {
	u64 phys;
	unsigned int length;
	dma_addr_t dma_address;
	unsigned int dma_length;
	bool chain;
	struct scatterlist *next;
};

#define sg_phys(s) ((s)->phys)
#define sg_dma_len(s) ((s)->dma_length)
#define sg_dma_address(s) ((s)->dma_address)
#define sg_is_chain(s) ((s)->chain)
#define sg_chain_ptr(s) ((s)->next)

struct device;
struct dma_map_ops {
	void *(*alloc)(struct device *, size_t, dma_addr_t *, gfp_t, unsigned long);
	void (*free)(struct device *, size_t, void *, dma_addr_t, unsigned long);
#if DBP_HAVE_DMA_OPS_MAP_PHYS
	dma_addr_t (*map_phys)(struct device *, phys_addr_t, size_t, enum dma_data_direction,
			       unsigned long);
	void (*unmap_phys)(struct device *, dma_addr_t, size_t, enum dma_data_direction,
			   unsigned long);
#else
	dma_addr_t (*map_page)(struct device *, struct page *, unsigned long, size_t,
			       enum dma_data_direction, unsigned long);
	void (*unmap_page)(struct device *, dma_addr_t, size_t, enum dma_data_direction,
			   unsigned long);
	dma_addr_t (*map_resource)(struct device *, phys_addr_t, size_t, enum dma_data_direction,
				   unsigned long);
	void (*unmap_resource)(struct device *, dma_addr_t, size_t, enum dma_data_direction,
			       unsigned long);
#endif
	int (*map_sg)(struct device *, struct scatterlist *, int, enum dma_data_direction,
		      unsigned long);
	void (*unmap_sg)(struct device *, struct scatterlist *, int, enum dma_data_direction,
			 unsigned long);
	int (*dma_supported)(struct device *, u64);
	u64 (*get_required_mask)(struct device *);
};

struct iommu_table {
	unsigned long it_offset, it_size, it_page_shift, it_index;
};

struct device_driver { const char *name; };
struct device_node;
struct device {
	const struct dma_map_ops *dma_ops;
	u64 *dma_mask;
	u64 coherent_dma_mask, bus_dma_limit;
	bool dma_ops_bypass, dma_skip_sync;
	struct { u64 dma_offset; bool iommu_bypass; } archdata;
	struct device_driver *driver;
	struct iommu_table *table;
};

struct pci_dev {
	struct device dev;
	u64 dma_mask;
};

#define to_pci_dev(d) container_of(d, struct pci_dev, dev)
#define get_dma_ops(d) ((d)->dma_ops)
#define dma_get_mask(d) (*(d)->dma_mask)
#define dev_dma_ops_bypass(d) ((d)->dma_ops_bypass)
#define dev_set_dma_ops_bypass(d) ((d)->dma_ops_bypass = true)
#define dev_clear_dma_ops_bypass(d) ((d)->dma_ops_bypass = false)
#define dev_clear_dma_skip_sync(d) ((d)->dma_skip_sync = false)
#define dma_need_unmap(d) 1
#define pci_name(p) "device"
#define get_iommu_table_base(d) ((d)->table)
#define set_iommu_table_base(d, t) ((d)->table = (t))

/* The device tree has the group of the tables; here a device's own pointer is right. */
#define DBP_TCE_TABLE_H
#define dbp_table_of(d) ((d)->table)
#define dbp_mend_table(d) 0

/* Nobody traces. */
#define BYPASS_TRACE_H
#define bypass_trace_on() 0
#define bypass_trace_direct_on() 0
#define bypass_trace_buffer(...)
#define bypass_trace_list(...)
#define bypass_trace_direct(...)
#define bypass_trace_direct_list(...)
#define trace_dma_bypass_window(...)

struct resource { resource_size_t start, end; };
#define IORES_DESC_NONE 0
#define IORESOURCE_SYSTEM_RAM 1
#define IORESOURCE_BUSY 2
int walk_iomem_res_desc(unsigned long desc, unsigned long flags, u64 start, u64 end, void *arg,
			int (*func)(struct resource *, void *));

#define PLPAR_HCALL_BUFSIZE 4
#define H_GET_TCE 0x1c
#define H_SUCCESS 0
#define H_PARAMETER (-4)
#define H_BUSY 1
#define TCE_PCI_READ 1UL
#define TCE_PCI_WRITE 2UL
long plpar_hcall(unsigned long opcode, unsigned long *ret, ...);

#define FW_FEATURE_LPAR 1
#define FW_FEATURE_PS3_LV1 2
bool firmware_has_feature(unsigned long feature);
bool is_secure_guest(void);
bool is_kdump_kernel(void);
struct machdep_calls { int (*dma_set_mask)(struct device *dev, u64 mask); };
extern struct machdep_calls ppc_md;
struct device_node *of_find_node_by_path(const char *path);
struct device_node *of_find_node_by_type(struct device_node *from, const char *type);
struct device_node *of_node_get(struct device_node *np);
struct device_node *of_get_next_parent(struct device_node *np);
struct device_node *pci_device_to_OF_node(struct pci_dev *pdev);
void of_node_put(struct device_node *np);
const void *of_get_property(const struct device_node *np, const char *name, int *len);
u64 of_read_number(const __be32 *cells, int n);

#endif /* PROVE_STUB_H */
