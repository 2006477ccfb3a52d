# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # mapped and cleared come from mark, files from edu_at
# A probe that fails when all is done. The driver core tells all notifiers first, and gives back what the driver has
# allocated with dmam_alloc_coherent() only then; so that memory must still be freed on the path that made it. The
# device is given back soon afterwards, as it would be without the module.

dev=$(pci_of 0000 0x11e8)
pci=/sys/bus/pci/devices/$dev
late=/sys/module/dbp_late/parameters
peek=/sys/kernel/debug/dbp_peek
tries=3
edu_at "$dev"

state_now() {
	grep -v '^used=' $peek/state
}

# probe_fails MASK COHERENT-MASK: the driver is loaded, has done all, and has no device.
probe_fails() {
	insmod /dbp_late.ko mask="$1" coherent_mask="$2" && [ "$(cat $late/probes)" = 1 ] && [ ! -e "$pci/driver" ]
}

# fails_often MASK COHERENT-MASK: the same several times, each time without a pause before the next.
fails_often() {
	for _ in $(seq $tries); do
		probe_fails "$@" || return
		handle=$(cat $late/allocated)
		rmmod dbp_late || return
	done
}

is_given_back() {
	state_now | cmp -s - "$1" && grep -qx -e observing -e off "$files/state"
}

# as_before NAME STATE: nothing is left of a probe, nor of what was mapped since the mark before.
as_before() {
	ok "$1: given back within 5 s" wait_for 5 is_given_back "$2"
	state_now | diff "$2" - >/tmp/differ || while IFS= read -r line; do note "$1: $line"; done </tmp/differ
	mark after
	note "$1: $mapped TCEs written, $cleared cleared, state $(cat "$files/state")"
	same "$1: as many TCEs cleared as written" "$mapped" "$cleared"
	same "$1: as many in use as before" "$used" "$(tces_used)"
}

# begin: what as_before compares with.
begin() {
	mark begin
	used=$(tces_used)
}

# next_driver: the driver whose probe fails is followed by another one, which has the device then.
next_driver() {
	probe_fails 64 64 && insmod /dbp_edu.ko ram_end="$(ram_end)" base="$(cat "$files/dma_base")" && has_device dbp_edu
}

# both_drivers: the same under one device_lock(), so that nobody else can have the device in between.
both_drivers() {
	echo "$dev" >/sys/bus/pci/drivers/dbp_edu/unbind && echo "$dev" >/sys/bus/pci/drivers_probe &&
		[ "$(cat $late/probes)" = 2 ] && has_device dbp_edu
}

has_device() {
	[ "$(basename "$(readlink "$pci/driver")")" = "$1" ]
}

# make_window: the first probe. With SPLIT as in edu-split: one window, where the TCE table is above what is direct.
make_window() {
	[ -z "${SPLIT:-}" ] || insmod /dbp_window.ko device="$dev" claim=36 || return
	fails_often 64 64
}

# Each begins with the masks that the one before has left; the drivers afterwards with 64 bits.
policies="direct translate auto" lists="63,63 64,32 64,64" number=137
# In a split window the kernel alone could not free what it translates.
[ -z "${SPLIT:-}" ] || policies="direct translate" lists=64,64 number=66
plan $number

ok "the state can be looked at" insmod /dbp_peek.ko device="$dev"
ok "the kernel alone makes its window" make_window
[ -z "${SPLIT:-}" ] || rmmod dbp_window
for masks in $lists; do
	ok "masks $masks, the kernel alone: the probe fails" fails_often "${masks%,*}" "${masks#*,}"
	state_now >"/tmp/alone $masks"
done

for policy in $policies; do
	ok "$policy: loaded" load_module policy="$policy"
	for masks in $lists; do
		dmesg -c >/tmp/old
		name="$policy, masks $masks"
		case $name in
		translate* | *,32) direct=0 ;;
		*) direct=1 ;;
		esac
		begin
		ok "$name: the probe fails, $tries times" fails_often "${masks%,*}" "${masks#*,}"
		offset=$((handle - $(cat "$files/dma_base")))
		same "$name: was the memory direct?" $direct $((offset >= 0 && offset < $(ram_end)))
		as_before "$name" "/tmp/alone $masks"
		[ "$policy" != translate ] || ok "$name: there were TCEs" test "$mapped" -gt 0
		same "$name: nobody is said to have left anything" "" "$(dmesg | grep 'went without releasing')"
	done

	state=attached mode=$policy
	[ "$policy" != auto ] || state=observing mode=direct
	# It holds memory, which some kernels could not free.
	holds=$state
	case $policy,$(cat "$files/kernel_path") in
	translate,direct) holds=pinned ;;
	translate,*) [ -z "${SPLIT:-}" ] || holds=pinned ;;
	esac
	begin
	ok "$policy: a probe that does not fail" insmod /dbp_late.ko fail=0
	ok "$policy: bound" has_device dbp_late
	same "$policy: bound: its state" $holds "$(cat "$files/state")"
	ok "$policy: unbound" rmmod dbp_late
	as_before "$policy: unbound" "/tmp/alone 64,64"

	begin
	ok "$policy: a failed probe, and another driver" next_driver
	same "$policy: another driver: its state" $state "$(cat "$files/state")"
	pass "$mode" coherent "$mode"
	pass "$mode" map_page "$mode"
	ok "$policy: both drivers at one blow" both_drivers
	same "$policy: both drivers: its state" $state "$(cat "$files/state")"
	pass "$mode" coherent "$mode"
	pass "$mode" map_page "$mode"
	ok "$policy: they go" rmmod dbp_edu dbp_late
	as_before "$policy: they are gone" "/tmp/alone 64,64"

	begin
	ok "$policy: the probe fails" probe_fails 64 64
	ok "$policy: unloaded at once" unload_module
	ok "$policy: the device is as it was" sh -c "grep -v ^used= $peek/state | cmp - '/tmp/alone 64,64'"
	mark unloaded
	same "$policy: unloaded: as many TCEs cleared as written" "$mapped" "$cleared"
	same "$policy: unloaded: as many in use as before" "$used" "$(tces_used)"
	rmmod dbp_late
done
