/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One device, tasks that map and unmap, and a task that takes the device and gives it back, or whose driver goes
 * (docs/life.md). One step is one access to what others see; the order of the accesses themselves is for lkmm/.
 *
 * KPATH is what the kernel does with its flag and limit as it wants them:
 *   0 translates all; 1 direct, whatever it is; 2 by a limit; 3 by a limit, with the flag (7.0 and later)
 *
 * claim: no buffer outside the window goes direct, no handle is released on a path that it was not made on, and whoever
 *	is in a function of ours finds the device
 *
 * source: src/attach.c wrap_live: bypass_wrap(bd ... wait_for_everybody(bd)
 * source: src/attach.c bypass_attach: wrap_live(bd) ... bypass_flags_clear(bd, live) ... set_taken(bd, true)
 * source: src/attach.c drain: hold(bd, true, paths) ... wait_for_everybody(bd) ... bypass_judge_stranded(bd)
 * source: src/attach.c bypass_detach: drain(bd) ... bypass_restore(bd, true) ... wait_for_everybody(bd) ... if (bd->wrapped) bypass_park(bd) ... wait_for_everybody(bd) ... bypass_unpark(bd)
 * source: src/life.c bypass_life_unbound: bypass_restore(bd, false) ... bypass_core_wait_tasks() ... bypass_park(bd)
 * source: src/attach.c bypass_wrap: bd->unsettled ... bypass_core_wait_tasks() ... bypass_core_fill_ops(bd
 * source: src/bypass_core.c route_map: READ_ONCE(bd->direct_end) ... READ_ONCE(bd->translate_above)
 * source: src/bypass_core.c route_unmap: bypass_handle_is_direct(bd, handle)
 * source: src/bypass_core.c unmap_slowly: bump(&bd->stats->released, 1) ... READ_ONCE(bd->translator)->DBP_UNMAP_MEMBER
 * source: src/bypass_core.c counted_handle: bump(&bd->stats->translated, 1)
 * kernel: kernel/dma/mapping.c dma_go_direct: dev_dma_ops_bypass(dev) ... dev->bus_dma_limit
 * kernel: kernel/dma/mapping.c dma_map_phys: get_dma_ops(dev) ... dma_map_direct(dev, ops) ... arch_dma_map_phys_direct(dev ... ops->map_phys(dev
 * kernel: kernel/dma/mapping.c dma_unmap_phys: get_dma_ops(dev) ... dma_map_direct(dev, ops) ... arch_dma_unmap_phys_direct(dev ... ops->unmap_phys(dev
 * kernel: arch/powerpc/kernel/dma-iommu.c arch_dma_map_phys_direct: dev->bus_dma_limit ... can_map_direct(dev, addr)
 * kernel: arch/powerpc/kernel/dma-iommu.c arch_dma_unmap_phys_direct: dev->bus_dma_limit ... is_direct_handle(dev, dma_handle)
 *
 * run: translate: -DKPATH=0 -DMAPPERS=2
 * run: direct: -DKPATH=1 -DMAPPERS=2
 * run: by-limit: -DKPATH=2 -DMAPPERS=2
 * run: by-limit with a flag: -DKPATH=3 -DMAPPERS=2
 * run: by-limit with a flag, twice: -DKPATH=3 -DTURNS=2 -DROUNDS=2
 * run: direct, twice: -DKPATH=1 -DTURNS=2 -DROUNDS=2
 * run: translate, twice: -DKPATH=0 -DTURNS=2 -DROUNDS=2
 * run: translate, the driver goes: -DKPATH=0 -DUNBIND -DMAPPERS=2
 * run: direct, the driver goes: -DKPATH=1 -DUNBIND -DMAPPERS=2
 * run: by-limit, the driver goes: -DKPATH=2 -DUNBIND -DMAPPERS=2
 * run: by-limit with a flag, the driver goes: -DKPATH=3 -DUNBIND -DMAPPERS=2
 * control: no wait before the next take: -DKPATH=0 -DTURNS=2 -DROUNDS=2 -DNO_WAIT_AGAIN
 * control: no wait before the next take: -DKPATH=3 -DTURNS=2 -DROUNDS=2 -DNO_WAIT_AGAIN
 * control: no wait behind the ops: -DKPATH=1 -DNO_WAIT_OPS
 * control: no wait between flag and limit: -DKPATH=3 -DNO_WAIT_CLEAR
 * control: no hold: -DKPATH=1 -DNO_HOLD
 * control: no hold: -DKPATH=0 -DNO_HOLD
 * control: no wait behind the hold: -DKPATH=1 -DNO_WAIT_HOLD
 * control: no wait behind the hold: -DKPATH=0 -DNO_WAIT_HOLD
 * control: no wait behind the flag: -DKPATH=1 -DNO_WAIT_LEFT
 * control: no wait behind the limit: -DKPATH=2 -DNO_WAIT_LEFT
 * control: no wait behind the functions: -DKPATH=0 -DNO_WAIT_PARKED
 * control: the pointer before the functions: -DKPATH=0 -DPOINTER_FIRST
 * control: no wait before the functions when the driver goes: -DKPATH=1 -DUNBIND -DNO_WAIT_LEFT
 * control: no wait before the functions when the driver goes: -DKPATH=2 -DUNBIND -DNO_WAIT_LEFT
 * control: no wait for what lives when the driver goes: -DKPATH=0 -DUNBIND -DNO_LIVE
 */
#ifndef MAPPERS
#define MAPPERS 1
#endif
#ifndef ROUNDS
#define ROUNDS 1
#endif
#ifndef TURNS
#define TURNS 1
#endif

#define FLAG (KPATH == 1 || KPATH == 3)
#define LIMIT (KPATH >= 2)

#define NONE 0
#define DIRECT 1
#define TRANSLATED 2

bool flag = FLAG, limit = LIMIT;	/* the kernel's, of the device */
bool ops_ours;				/* dev->dma_ops */
bool fn_ours;				/* the functions in our struct: ours, or the kernel's */
bool routes;				/* our functions make direct handles */
bool held;				/* nothing is made that the kernel could not release */
bool gone;				/* the driver maps no more; what it mapped may still be released */
bool inside[MAPPERS];			/* where nobody sleeps: what the waits wait for */
bool mapping[MAPPERS];
short live;				/* handles that the kernel could not release, as we count them */

/* Only for the claims: all that begins and is decided while this is set is ours to get right. */
bool ours;

/* Each mapper was outside at some time since the wait began, in any order. */
inline wait_for_all()
{
#if MAPPERS == 2
	if
	:: !inside[0] -> !inside[1]
	:: !inside[1] -> !inside[0]
	fi
#else
	!inside[0]
#endif
}

/* dma_go_direct(), which reads the flag and then the limit; then arch_dma_*_direct(), which reads the limit once more. */
inline core_decides(below)
{
	direct = false;
	seen = flag;
	if
	:: seen -> direct = !limit
	:: else
	fi;
	if
	:: !direct -> direct = (limit && below)
	:: else
	fi
}

proctype mapper(byte me)
{
	byte rounds, handle;
	bool in_ram, direct, seen, pointer, began;

	do
	:: atomic { rounds < ROUNDS && !gone ->
			rounds++;
			inside[me] = true;
			mapping[me] = true;
			began = ours }
		if
		:: in_ram = true
		:: in_ram = false
		fi;
		handle = NONE;
		pointer = ops_ours;
		core_decides(in_ram);
		if
		:: direct ->
			atomic {
				handle = DIRECT;
				/* On path 1 the kernel alone is wrong, but not while the device is ours. */
				assert(in_ram || (KPATH == 1 && !(began && ours)))
			}
		:: !direct && !pointer -> handle = TRANSLATED
		:: else ->
			seen = fn_ours;
			if
			:: !seen -> handle = TRANSLATED
			:: else ->
				assert(ops_ours);
				atomic {
					if
					:: routes && in_ram && !(held && KPATH == 0) -> handle = DIRECT
					:: else ->
						if
						:: held && KPATH == 1 -> skip
						:: else -> handle = TRANSLATED
						fi
					fi
				}
				/* Counted when it is made. */
				if
				:: handle == DIRECT && KPATH == 0 -> live++
				:: handle == TRANSLATED && KPATH == 1 -> live++
				:: else
				fi
			fi
		fi;
		atomic {
			inside[me] = false;
			mapping[me] = false;
			direct = false;
			seen = false;
			pointer = false;
			began = false;
			in_ram = false
		}
		if
		:: handle == NONE
		:: else ->
			inside[me] = true;
			pointer = ops_ours;
			core_decides(handle == DIRECT);
			if
			:: direct -> assert(handle == DIRECT)		/* else its entry is never cleared */
			:: !direct && !pointer -> assert(handle == TRANSLATED)	/* else it is in no table */
			:: else ->
				seen = fn_ours;
				if
				:: !seen -> assert(handle == TRANSLATED)
				:: else ->
					assert(ops_ours);
					if
					:: handle == DIRECT && KPATH == 0 -> live--
					:: handle == TRANSLATED && KPATH == 1 -> live--
					:: else
					fi
				fi
			fi;
			atomic {
				inside[me] = false;
				handle = NONE;
				direct = false;
				seen = false;
				pointer = false
			}
		fi
	:: rounds == ROUNDS || gone -> break
	od
}

inline take()
{
	/* Who has found our struct by the pointer from the time before must not find our functions in it yet. */
#ifndef NO_WAIT_AGAIN
	wait_for_all();
#endif
	fn_ours = true;
	ops_ours = true;
#ifndef NO_WAIT_OPS
	wait_for_all();
#endif
	flag = false;
#if KPATH == 3 && !defined(NO_WAIT_CLEAR)
	wait_for_all();
#endif
	limit = false;
	routes = true;
#ifndef NO_WAIT_OPS
	ours = true
#else
	skip
#endif
}

inline restore()
{
	ours = false;
	limit = LIMIT;
#if KPATH == 3
	wait_for_all();
#endif
	flag = FLAG;
	routes = false
}

inline give_back()
{
	restore();
#ifndef NO_WAIT_LEFT
	wait_for_all();
#endif
#ifdef POINTER_FIRST
	ops_ours = false;
	wait_for_all();
	fn_ours = false;
#else
	fn_ours = false;
#ifndef NO_WAIT_PARKED
	wait_for_all();
#endif
	ops_ours = false;
#endif
	held = false
}

proctype admin()
{
	byte turns;

	do
	:: turns < TURNS ->
		turns++;
		take();
#ifdef UNBIND
		gone = true;
#if MAPPERS == 2
		!mapping[0] && !mapping[1];
#else
		!mapping[0];
#endif
#ifndef NO_LIVE
		live <= 0;
#endif
#else
#ifndef NO_HOLD
		held = true;
#endif
#ifndef NO_WAIT_HOLD
		wait_for_all();
#endif
		if
		:: live > 0 ->	/* -EBUSY */
			held = false;
			break
		:: else
		fi;
#endif
		give_back()
	:: else -> break
	od
}

init {
	atomic {
		run mapper(0);
#if MAPPERS == 2
		run mapper(1);
#endif
		run admin()
	}
}
