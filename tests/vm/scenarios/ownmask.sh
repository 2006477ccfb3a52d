# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # create, remove come from mark, files, edu from edu_at
# A driver that asks for a small mask first, on a PE where a window of our own is there already: the window is not for
# a small mask, but is there when a large one comes.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
dev=$(pci_of 0000 0x11e8)
late=/sys/module/dbp_late/parameters
edu_at "$dev"
wait_for 20 test -b $disk
needs_no_kernel_window
plan 32

is_own() {
	[ "$(cat "$files/state") $(cat "$files/window")" = "attached own" ]
}

# has_own NAME: the device has the window, and the driver's page went through it.
has_own() {
	same "$1: it is taken" attached "$(cat "$files/state")"
	same "$1: it has the window" own "$(cat "$files/window")"
	ok "$1: the reason says so" grep -q 'this module made one' "$files/reason"
}

# goes: the driver is unloaded, and leaves the small mask that a device has at first: the next driver starts with it.
goes() {
	echo 32 >$late/remask
	rmmod dbp_late
}

ok "loaded" load_module policy=auto
same "NVMe has a window of our own" own "$(cat /sys/bus/pci/devices/"$nvme"/dma_bypass/window)"
mark begin

ok "32 bits, then 64: bound" insmod /dbp_late.ko fail=0 first_mask=32
has_own "32 bits, then 64"
ok "32 bits, then 64: a page went direct" test $(($(cat $late/streamed) >> 32)) -gt 0
goes

ok "64 bits: bound" insmod /dbp_late.ko fail=0
has_own "64 bits"
ok "64 bits: a page went direct" test $(($(cat $late/streamed) >> 32)) -gt 0
goes

ok "32 bits: bound" insmod /dbp_late.ko fail=0 mask=32 coherent_mask=32
same "32 bits: it is left alone" observing "$(cat "$files/state")"
ok "32 bits: the reason is the mask" grep -q mask "$files/reason"
ok "32 bits: a page was translated" test $(($(cat $late/streamed) >> 32)) -eq 0
ok "32 bits, and 64 when it is long bound" sh -c "echo 64 >$late/remask"
ok "32 bits, and 64 when it is long bound: taken within 8 s" wait_for 8 is_own
has_own "32 bits, and 64 when it is long bound"
goes

ok "a driver that moves data" insmod /dbp_edu.ko ram_end="$(ram_end)" \
	base="$(cat /sys/bus/pci/devices/"$nvme"/dma_bypass/dma_base)"
has_own "a driver that moves data"
pass "own window" map_page direct
ok "the driver is unloaded" rmmod dbp_edu
mark end
same "no window came or went" "0 0" "$create $remove"
ok "NVMe: data is right" iocheck --from $disk --to ram --bytes 4M --block 64k
ok "unloaded" unload_module
mark unloaded
same "the window is removed" 1 "$remove"
ok "NVMe: data is right without the module" iocheck --from $disk --to ram --bytes 4M --block 64k
