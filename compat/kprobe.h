/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A kprobe on the entry of a function of the kernel that is a trap and stays one.
 *
 * On powerpc a kprobe at the place where ftrace hooks a function is not a trap but goes by ftrace
 * (CONFIG_KPROBES_ON_FTRACE), so it works no better than ftrace does. And the kernel turns traps
 * into jumps where it can, with the r13 of the CPU that was left (docs/upstream.md, 10); not one
 * that has a post_handler. So this one lies at the first instruction behind ftrace's place, where
 * the arguments are still in their registers: the compiler puts that place in front of all else.
 */
#ifndef DBP_COMPAT_KPROBE_H
#define DBP_COMPAT_KPROBE_H

#include <linux/errno.h>
#include <linux/kprobes.h>
#include <linux/string.h>

#ifdef CONFIG_KPROBES

struct dbp_kprobe {
	struct kprobe kp;
};

/* The one that was hit, for handlers. */
#define dbp_kprobe_of(p)	container_of(p, struct dbp_kprobe, kp)

static inline void dbp_kprobe_after(struct kprobe *kp, struct pt_regs *regs, unsigned long flags)
{
}

/*
 * Only the kernel knows where ftrace's place is. It tells who asks for the function by its name: a
 * kprobe that is registered disabled changes no instruction. Where kprobes cannot lie at that place
 * it does not tell, and the first instruction may be one that ftrace has taken away.
 */
static inline int dbp_kprobe_find(const char *name, const void *entry, kprobe_opcode_t **place)
{
	struct kprobe look = { .symbol_name = name, .flags = KPROBE_FLAG_DISABLED };
	bool at_ftrace;
	int ret;

	if (IS_ENABLED(CONFIG_FUNCTION_TRACER) && !IS_ENABLED(CONFIG_KPROBES_ON_FTRACE))
		return -EOPNOTSUPP;
	ret = register_kprobe(&look);
	if (ret)
		return ret;
	*place = look.addr;
	at_ftrace = look.flags & KPROBE_FLAG_FTRACE;
	unregister_kprobe(&look);
#if defined(_CALL_ELF) && _CALL_ELF == 2
	/* The kernel's code takes 16 bytes for the most that an entry may have (kprobes.c). */
	if (entry && (unsigned long)*place - (unsigned long)entry > 16)
		return -ENXIO;
#endif
	*place += at_ftrace;
	return 0;
}

/* Is the trap in its place, now? */
static inline bool dbp_kprobe_armed(const struct dbp_kprobe *p)
{
	return READ_ONCE(*p->kp.addr) == BREAKPOINT_INSTRUCTION;
}

static inline void dbp_kprobe_remove(struct dbp_kprobe *p)
{
	unregister_kprobe(&p->kp);
}

/*
 * Puts a trap at the entry of a function. @entry is its address, or NULL where it is not exported.
 * Returns 0, or an errno: -EOPNOTSUPP where no place is known, -ENXIO when the name is that of
 * another function, -EIO when all kprobes are switched off.
 */
static inline int dbp_kprobe_install(struct dbp_kprobe *p, const char *name, const void *entry,
				     kprobe_pre_handler_t handler)
{
	kprobe_opcode_t *place;
	int ret = dbp_kprobe_find(name, entry, &place);

	if (ret)
		return ret;
	memset(&p->kp, 0, sizeof(p->kp));
	p->kp.addr = place;
	p->kp.pre_handler = handler;
	p->kp.post_handler = dbp_kprobe_after;
	ret = register_kprobe(&p->kp);
	if (ret)
		return ret;
	if (dbp_kprobe_armed(p))
		return 0;
	dbp_kprobe_remove(p);
	return -EIO;
}

/* Begins the definition of a handler: DBP_KPROBE_HANDLER(name) { body }, which sees p and regs. */
#define DBP_KPROBE_HANDLER(name)						\
	static __always_inline void name##_body(struct dbp_kprobe *p,		\
						const struct pt_regs *regs);	\
	static int name(struct kprobe *kp, struct pt_regs *regs)		\
	{									\
		name##_body(dbp_kprobe_of(kp), regs);				\
		return 0;							\
	}									\
	static __always_inline void name##_body(struct dbp_kprobe *p,		\
						const struct pt_regs *regs)

#else /* !CONFIG_KPROBES */

struct dbp_kprobe {
	int none;
};

static inline int dbp_kprobe_install(struct dbp_kprobe *p, const char *name, const void *entry,
				     void (*handler)(struct dbp_kprobe *, const struct pt_regs *))
{
	return -EOPNOTSUPP;
}

static inline bool dbp_kprobe_armed(const struct dbp_kprobe *p)
{
	return false;
}

static inline void dbp_kprobe_remove(struct dbp_kprobe *p)
{
}

#define DBP_KPROBE_HANDLER(name)						\
	static void name(struct dbp_kprobe *p, const struct pt_regs *regs)

#endif /* CONFIG_KPROBES */
#endif
