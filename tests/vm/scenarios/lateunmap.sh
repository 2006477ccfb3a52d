# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # mapped and cleared come from mark, files from edu_at
# What drivers do late: unmap buffers when they have gone, as the page pool does with pages that sit in sockets; and ask
# for their first mask in work that their probe has started, as NVMe before 6.0 does, and map at once.
# OWN: the guest has no window of the kernel's, so the module makes one.

dev=$(pci_of 0000 0x11e8)
late=/sys/module/dbp_late/parameters
peek=/sys/kernel/debug/dbp_peek
edu_at "$dev"

state_now() {
	grep -v '^used=' $peek/state
}

nothing_is_kept() {
	[ "$(cat $late/kept)" = 0 ]
}

is_as_before() {
	state_now | cmp -s - /tmp/alone
}

# late POLICY: the driver goes with four pages mapped, and unmaps them 1.5 s later.
late() {
	mark begin
	used=$(tces_used)
	ok "$1: loaded" load_module policy="$1" own_windows="${OWN:-N}"
	ok "$1: a driver with mapped pages" insmod /dbp_late.ko keep=4 fail=0 keep_ms=1500
	note "$1: handle $(printf '0x%x' "$(cat $late/streamed)"), path $(cat "$files/kernel_path"), window $(cat "$files/window")"
	strands=$(cat "$files/stranded")
	ok "$1: it goes without unmapping" sh -c "echo $dev >/sys/bus/pci/drivers/dbp_late/unbind"
	if [ "$strands" -gt 0 ]; then
		same "$1: the device is kept" pinned "$(cat "$files/state")"
		ok "$1: and says why" grep -q 'its driver has gone' "$files/reason"
		not_ok "$1: the module stays" unload_module
	fi
	ok "$1: they are unmapped" wait_for 5 nothing_is_kept
	ok "$1: the device is given back" wait_for 8 is_as_before
	rmmod dbp_late
	ok "$1: unloaded" unload_module
	mark end
	note "$1: $mapped TCEs written, $cleared cleared"
	same "$1: as many TCEs cleared as written" "$mapped" "$cleared"
	same "$1: as many in use as before" "$used" "$(tces_used)"
}

insmod /dbp_peek.ko device="$dev"
# The kernel's own way with the masks, once, so that the window is there.
insmod /dbp_late.ko keep=1 fail=0 keep_ms=1
echo "$dev" >/sys/bus/pci/drivers/dbp_late/unbind
wait_for 5 nothing_is_kept
rmmod dbp_late
state_now >/tmp/alone

if [ -n "${OWN:-}" ]; then
	needs_no_kernel_window
	plan 11
	late direct
	exit
fi

plan 29
late translate
late direct

ok "a DAX device can be made" make_dax
pmem=$(awk '/dax0.0/ { split($1, a, "-"); print "0x" a[1] }' /proc/iomem | head -n 1)
ok "loaded" load_module
for ms in 30 2000; do
	# The masks stay what the last driver has set: here those that a new device has.
	insmod /dbp_late.ko mask=32 coherent_mask=32
	rmmod dbp_late
	ok "masks after $ms ms: bound" insmod /dbp_late.ko work_ms=$ms phys="$pmem" fail=0
	same "masks after $ms ms: nothing to do" observing "$(cat "$files/state")"
	ok "masks after $ms ms: asked for" wait_for 10 grep -qx 1 $late/probes
	ok "masks after $ms ms: persistent memory was translated" test $(($(cat $late/streamed))) -lt $((0x100000000))
	rmmod dbp_late
done
