# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # variables of common.sh, and for who reads this file
# What is wrong with a device, or would be if the kernel had it: one judgement for all commands.

has_pmem() {
	for pmem in "$tree"/ibm,persistent-memory/ibm,pmemory*; do
		[ ! -d "$pmem" ] || return 0
	done
	return 1
}

# pmem_is_above ADDRESS: does all persistent memory lie above the limit up to which the kernel sends buffers direct?
# Fails where that cannot be read.
pmem_is_above() {
	limit=
	while read -r word value _; do
		[ "$word" != kernel_limit ] || limit=$value
	done 2>/dev/null <"$debug/$1/state" || return 1
	case $limit in 0x[0-9a-f]*) ;; *) return 1 ;; esac
	above=1
	for region in "$root"/sys/bus/nd/devices/region*; do
		[ -e "$region" ] || continue
		get "$region/resource"
		case $got in 0x[0-9a-f]*) ;; *) return 1 ;; esac
		[ $((got)) -gt 0 ] && [ $((got + dma_base)) -ge $((limit)) ] || return 1
		above=0
	done
	return $above
}

# judge_kernel ADDRESS: what the kernel alone does to the device's data, in $harm, and its identifier in $harm_id; empty: nothing that is known. Wants
# the variables of read_device().
judge_kernel() {
	harm=''
	[ "$driver" != - ] && [ "$state" != refused ] || return 0
	case $kernel_path in
	translate) ;;
	direct)
		if has_pmem; then
			harm_id=DBP-0001
			harm="the kernel sends persistent memory direct, where nothing is mapped: data will be wrong"
		elif [ "$window" = none ] || [ "$window" = dma64 ]; then
			harm_id=DBP-0002
			harm="the kernel goes direct although no window is pre-mapped: data will be wrong"
		fi ;;
	by-limit)
		if has_pmem && ! pmem_is_above "$1"; then
			harm_id=DBP-0001
			harm="the kernel sends persistent memory below its limit direct, where nothing is mapped: data will be wrong"
		fi ;;
	*)
		harm_id=DBP-0009
		harm="what the kernel does with its buffers is not known ($kernel_path): data may be wrong" ;;
	esac
}

# judge_danger ADDRESS: the same for a device that the kernel has now, in $danger.
judge_danger() {
	danger=''
	case $state in
	attached | pinned) ;;
	*)
		judge_kernel "$1"
		danger=$harm ;;
	esac
}

# is_disarmed: was the module told to leave all devices to the kernel, after boots that ended badly? The kernel
# command line, which may say the same, leaves the same mark.
is_disarmed() {
	[ -e "$disarmed" ] && ! cmdline_has 'dma[-_]bypass.policy=off'
}
