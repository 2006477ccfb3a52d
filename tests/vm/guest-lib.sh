# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Functions for the scenarios. Descriptor 3 is the result channel: KTAP lines go up to the
# host, and so do requests, which the host answers with one line.

test_number=0

plan() {
	echo "1..$1" >&3
}

# A line that explains the next result.
note() {
	echo "# $*" >&3
}

result() {
	test_number=$((test_number + 1))
	echo "$1 $test_number - $2" >&3
}

# What the last checked command printed, for the log of a failure.
explain() {
	head -n 20 /tmp/output | while IFS= read -r line; do note "$line"; done
}

# ok NAME COMMAND...: passes when the command succeeds. It runs in this shell.
ok() {
	ok_name=$1
	shift
	if "$@" >/tmp/output 2>&1; then
		result ok "$ok_name"
	else
		note "'$*' gave status $?"
		explain
		result 'not ok' "$ok_name"
	fi
}

# not_ok NAME COMMAND...: passes when the command fails.
not_ok() {
	ok_name=$1
	shift
	if "$@" >/tmp/output 2>&1; then
		note "'$*' succeeded, and should not have"
		explain
		result 'not ok' "$ok_name"
	else
		result ok "$ok_name"
	fi
}

# same NAME WANTED GOT: passes when the two strings are equal.
same() {
	if [ "$2" = "$3" ]; then
		result ok "$1"
	else
		note "wanted '$2', got '$3'"
		result 'not ok' "$1"
	fi
}

skip() {
	result ok "$1 # SKIP $2"
}

# not_here REASON: ends a scenario that has nothing to show on this kernel.
not_here() {
	plan 1
	skip "all of it" "$1"
	exit 0
}

kernel_has_window() {
	find /proc/device-tree/ -name 'linux,direct64-ddr-window-info' | grep -q .
}

# For scenarios about windows that the module makes: some kernels (seen: 6.8) make one in such a guest.
needs_no_kernel_window() {
	! kernel_has_window || not_here "this kernel makes a direct window without hot-pluggable memory, too"
}

# Sends a request to the host and leaves its answer in $answer.
ask() {
	echo "$*" >&3
	IFS= read -r answer <&3
}

# mark NAME: sets $put, $indirect, $stuff, $get, $query, $create and $remove to the number of
# hypercalls and RTAS calls of that kind that the host has seen since the mark before, and $mapped
# and $cleared to the number of TCEs that they wrote and cleared.
mark() {
	ask "MARK $1"
	eval "$answer"
}

# monitor COMMAND...: runs a command of QEMU's monitor (device_add, object_add...).
monitor() {
	ask "MONITOR $*"
}

# console_expect REGEX: a report that this scenario provokes. The host fails a guest whose
# console shows no such line, and lets those lines pass that match.
console_expect() {
	echo "EXPECT $*" >&3
}

# wait_for SECONDS COMMAND...: tries every tenth of a second until the command succeeds.
wait_for() {
	wait_tries=$(($1 * 10))
	shift
	while ! "$@" >/dev/null 2>&1; do
		[ "$wait_tries" -gt 0 ] || return 1
		wait_tries=$((wait_tries - 1))
		usleep 100000
	done
}

# now_ms: milliseconds since the boot.
now_ms() {
	awk '{ print int($1 * 1000) }' /proc/uptime
}

# tces_used: how many TCEs the kernel's table says are in use, of the device that dbp_peek looks at.
tces_used() {
	sed -n 's/^used=//p' /sys/kernel/debug/dbp_peek/state
}

# draw BELOW: sets $drawn to a number that $state decides, and $state to the next one. Not in a subshell, which would
# forget it.
# shellcheck disable=SC2034 # drawn is for the scenario
draw() {
	state=$(((state * 1103515245 + 12345) & 0x7fffffff))
	drawn=$(((state >> 8) % $1))
}

# mark_streaming NAME DEVICE: a mark that does not count what the driver allocated for good since the one before. A
# dma_pool grows with the number of requests in flight, and in a window of our own such memory gets TCEs; one each.
mark_streaming() {
	mark "$1"
	pool_before=${pool_now:-0}
	pool_now=$(sed -n 's/^live .* \([0-9]*\) coherent translated$/\1/p' /sys/kernel/debug/dma_bypass/"$2"/state)
	put=$((put - (pool_now - pool_before)))
}

load_module() {
	insmod /dma_bypass.ko "$@"
}

unload_module() {
	rmmod dma_bypass
}

# devs_of DRIVER: the PCI addresses of the devices that a driver is bound to.
devs_of() {
	for devs_path in /sys/bus/pci/drivers/"$1"/*:*; do
		[ -e "$devs_path" ] && echo "${devs_path##*/}"
	done
	return 0
}

# dev_of DRIVER: the first of them.
dev_of() {
	devs_of "$1" | head -n 1
}

# make_dax: turns the NVDIMM into /dev/dax0.0, as ndctl would.
make_dax() {
	nd=/sys/bus/nd
	wait_for 20 test -e $nd/devices/namespace0.0 || return
	echo namespace0.0 2>/dev/null >$nd/drivers/nd_pmem/unbind
	echo 3f0a6d52-93a1-4c5e-8d0b-5b1f7c6e2a10 >$nd/devices/namespace0.0/uuid || return
	cat $nd/devices/region0/available_size >$nd/devices/namespace0.0/size || return
	dax_seed=$(cat $nd/devices/region0/dax_seed)
	echo 3f0a6d52-93a1-4c5e-8d0b-5b1f7c6e2a11 >$nd/devices/"$dax_seed"/uuid || return
	echo ram >$nd/devices/"$dax_seed"/mode || return
	echo 65536 >$nd/devices/"$dax_seed"/align || return
	echo namespace0.0 >$nd/devices/"$dax_seed"/namespace || return
	echo "$dax_seed" >$nd/drivers/dax_pmem/bind || return
	wait_for 20 test -c /dev/dax0.0
}

# make_hole: takes a block of RAM offline, and sets $hole and $hole_len.
# shellcheck disable=SC2034 # for the scenario
make_hole() {
	hole_len=$((0x$(cat /sys/devices/system/memory/block_size_bytes)))
	for hole_block in 4 5 3 6 2 7; do
		hole=$((hole_block * hole_len))
		echo offline >/sys/devices/system/memory/memory$hole_block/state && return
	done 2>/dev/null
	return 1
}

# ram_end: where the RAM ends that the guest was started with.
ram_end() {
	awk '/^[0-9a-f].*: System RAM/ { split($1, a, "-"); end = a[2] } END { print "0x" end " + 1" }' /proc/iomem |
		{ read -r ram_last; echo $((ram_last)); }
}

# pci_of DOMAIN DEVICE: the first device with that device id in a domain.
pci_of() {
	for pci_path in /sys/bus/pci/devices/"$1":*; do
		if grep -q "$2" "$pci_path/device"; then
			echo "${pci_path##*/}"
			return
		fi
	done
}

# mmio_of DOMAIN: the address of the memory of the ivshmem device there, or 0.
mmio_of() {
	mmio_device=$(pci_of "$1" 0x1110)
	echo $((${mmio_device:+$(sed -n 's/ .*//; 3p' /sys/bus/pci/devices/"$mmio_device"/resource)}))
}

# The test device, tests/kmod/dbp_edu.c -----------------------------------------

# edu_at DEVICE: sets $edu and $files to the directories of the driver and of dma_bypass.
# shellcheck disable=SC2034 # for the scenario
edu_at() {
	edu=/sys/kernel/debug/dbp_edu/$1
	files=/sys/bus/pci/devices/$1/dma_bypass
}

# set_param NAME VALUE...: parameters of the test driver.
set_param() {
	while [ $# -gt 1 ]; do
		echo "$2" >/sys/module/dbp_edu/parameters/"$1" || return
		shift 2
	done
}

# pass MODE CASE EXPECT: runs a case or all, and passes each on as a result of its own.
pass() {
	set_param expect "$3"
	echo "$2" >"$edu"/run
	grep '^#' "$edu"/result | while IFS= read -r line; do note "$1: ${line#\# }"; done
	sed -n 's/.*bytes=\([0-9]*\).*/\1/p' "$edu"/result >>/tmp/bytes
	grep -E '^(not )?ok ' "$edu"/result >/tmp/cases
	while IFS= read -r line; do
		case $line in
		ok*) result ok "$1: ${line#* - }" ;;
		*) result 'not ok' "$1: ${line#* - }" ;;
		esac
	done </tmp/cases
}

# balance NAME: two results: TCEs were written since the mark before, and as many cleared.
# shellcheck disable=SC2154 # put, mapped, cleared... come from mark
balance() {
	mark "$1"
	note "$1: $mapped TCEs written, $cleared cleared, in $((put + indirect + stuff)) hypercalls"
	ok "$1: the device translated something" test "$mapped" -gt 0
	same "$1: as many TCEs are in use as before" "$mapped" "$cleared"
}

# count_cases: says how many cases have run.
count_cases() {
	note "$(awk '{ n += $1 } END { print NR " cases, " n " bytes compared" }' /tmp/bytes)"
}

# Things that come and go --------------------------------------------------------

# io_start IOCHECK_ARGS...: moves data in the background until io_stop; may be called more than once.
io_start() {
	: >/tmp/go
	(
		while [ -e /tmp/go ]; do
			iocheck "$@" || echo "status $? of iocheck $*"
		done >>/tmp/io 2>&1
	) &
}

# io_stop NAME: ends all background jobs, which go on while /tmp/go is there. A result: what they moved was right.
io_stop() {
	rm -f /tmp/go
	wait
	note "$1: $(awk '/^blocks=/ { for (i = 1; i <= NF; i++) { split($i, a, "="); n[a[1]] += a[2] } }
		END { print n["blocks"] + 0, "blocks compared,", n["wrong"] + 0, "wrong,", n["errors"] + 0, "errors" }' /tmp/io)"
	same "$1: the data was right" "" "$(grep -v '^blocks=.* wrong=0 .*errors=0' /tmp/io | head -n 3)"
	rm -f /tmp/io
}

# watched DEVICE: sets $files and $debug to the directories of a device that RAM comes and goes for.
watched() {
	files=/sys/bus/pci/devices/$1/dma_bypass
	debug=/sys/kernel/debug/dma_bypass/$1
}

# direct_size_is BYTES
direct_size_is() {
	test "$(cat "$files/direct_size")" -eq "$1"
}

# window_has PHYSICAL-ADDRESS: does the window lead a device to it?
window_has() {
	window_bus=$(($(cat "$files/dma_base") + $1))
	printf '0x%x' $window_bus >"$debug/tce" && grep -qx "$(printf '0x%x 0x%x' $window_bus "$1")" "$debug/tce"
}

# movable_used: pages that are in use in memory from which the kernel can move everything away.
movable_used() {
	awk '/zone +/ { movable = $4 == "Movable" } movable && /pages free/ { free = $3 } movable && $1 == "present" { n += $2 - free }
		END { print n + 0 }' /proc/zoneinfo
}

uses_new_ram() {
	test "$(movable_used)" -gt 400
}

# sample_entries: asks for all entries that count as direct, again and again while /tmp/go is there, and writes to
# /tmp/optimistic what is not right. The kernel clears entries of memory that it has taken away an instant before it
# tells, so one bad answer is asked for again.
sample_entries() {
	while [ -e /tmp/go ]; do
		for sample_try in 1 2; do
			# shellcheck disable=SC2034 # some fields are not looked at
			read -r word entries word2 right rest <"$debug/tces"
			[ "$entries" != "$right" ] || break
		done
		echo "$entries" >>/tmp/samples
		[ "$entries" = "$right" ] || echo "try $sample_try: $entries entries, $right right" >>/tmp/optimistic
		usleep 20000
	done
}

# plug INDEX: what drmgr does when the host has plugged something in; INDEX names its slot.
plug() {
	drc acquire "$1" && echo "dt add index $1" >/sys/kernel/dlpar
}

# plug_in INDEX DEVICE: QEMU takes its time until what was unplugged has let go of its drive, so it is asked again.
plug_in() {
	monitor device_add "$2"
	plug "$1"
}

# unplug INDEX: the same when the host wants it back, and its driver has gone.
unplug() {
	echo "dt remove index $1" >/sys/kernel/dlpar && drc release "$1"
}

# remove_pci DEVICE: the kernel forgets a device, driver first.
remove_pci() {
	echo 1 >/sys/bus/pci/devices/"$1"/remove
}

# nvme_disk DEVICE: the disk of an NVMe device.
nvme_disk() {
	for disk_path in /sys/bus/pci/devices/"$1"/nvme/nvme*; do
		echo "/dev/${disk_path##*/}n1"
	done
}
