# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # files comes from edu_at
# Masks that come and go, on kernels that go direct with buffers which a mask does not reach (7.0 and later): the module
# must go by the masks that a device has, not by one that its driver had asked for once; nor by what the masks
# were when the driver asked, since the kernel may sleep before it stores them.

dev=$(pci_of 0000 0x11e8)
params=/sys/module/dma_bypass/parameters
late=/sys/module/dbp_late/parameters
edu_at "$dev"
right="the kernel's own routing is right and direct"
ignored="the kernel goes direct, although one of its DMA masks does not reach the window"

# now: what the module thinks of the device.
now() {
	echo "$(cat "$files/state"): $(cat "$files/reason")"
}

is_taken() {
	[ "$(now)" = "attached: $ignored" ]
}

is_left() {
	[ "$(now)" = "observing: $right" ]
}

# goes: the driver is unloaded, and leaves a large mask: the next one starts with it. A kernel with a small one could not
# free what it has allocated with a large one.
goes() {
	echo 0 >$late/store_ms
	echo 64 >$late/remask
	rmmod dbp_late
}

# The kernel alone: does it keep its limit, below which all goes direct, when the mask gets small?
insmod /dbp_peek.ko device="$dev"
insmod /dbp_late.ko fail=0
echo 32 >$late/remask
! grep -qx 'limit=0x0' /sys/kernel/debug/dbp_peek/state || not_here "this kernel heeds a small mask"
goes
plan 38

ok "loaded" load_module policy=auto

ok "64 bits: bound" insmod /dbp_late.ko fail=0
same "64 bits: left to the kernel" "observing: $right" "$(now)"
goes

ok "32 bits, then 64: bound" insmod /dbp_late.ko fail=0 first_mask=32
not_ok "32 bits, then 64: no mask is held against it" grep -q 'does not reach' "$files/reason"
ok "32 bits, then 64: a page went direct" test $(($(cat $late/streamed) >> 32)) -gt 0
for round in 1 2; do
	ok "32 bits, then 64: off, round $round" sh -c "echo off >$params/$dev"
	ok "32 bits, then 64: auto, round $round" sh -c "echo auto >$params/$dev"
	same "32 bits, then 64: left to the kernel, round $round" "observing: $right" "$(now)"
done
goes

# What is small still counts.
ok "32 bits: bound" insmod /dbp_late.ko fail=0 mask=32 coherent_mask=32
same "32 bits: taken" "attached: $ignored" "$(now)"
ok "32 bits: a page was translated" test $(($(cat $late/streamed) >> 32)) -eq 0
goes
ok "32 bits for coherent memory, then 64 for pages: bound" insmod /dbp_late.ko fail=0 first_mask=32 coherent_mask=0
same "32 bits for coherent memory, then 64 for pages: taken" "attached: $ignored" "$(now)"
ok "32 bits for coherent memory, then 64 for pages: off" sh -c "echo off >$params/$dev"
ok "32 bits for coherent memory, then 64 for pages: auto" sh -c "echo auto >$params/$dev"
same "32 bits for coherent memory, then 64 for pages: taken again" "attached: $ignored" "$(now)"
goes
# In that order the kernel translates coherent memory, and is right.
ok "64 bits, then 32 for coherent memory: bound" insmod /dbp_late.ko fail=0 coherent_mask=32
ok "64 bits, then 32 for coherent memory: memory was translated" test $(($(cat $late/allocated) >> 32)) -eq 0
ok "64 bits, then 32 for coherent memory: off" sh -c "echo off >$params/$dev"
ok "64 bits, then 32 for coherent memory: auto" sh -c "echo auto >$params/$dev"
same "64 bits, then 32 for coherent memory: left to the kernel" "observing: $right" "$(now)"
goes

for ms in 0 300; do
	ok "mask stored after $ms ms: bound" insmod /dbp_late.ko fail=0 store_ms=$ms
	same "mask stored after $ms ms: left to the kernel first" "observing: $right" "$(now)"
	ok "mask stored after $ms ms: it is set" sh -c "echo 32 >$late/remask"
	ok "mask stored after $ms ms: taken within 6 s" wait_for 6 is_taken
	note "$(now)"
	# A reason that has gone: nobody asked for it, so the kernel has its device again.
	ok "mask stored after $ms ms: a large one again" sh -c "echo 64 >$late/remask"
	ok "mask stored after $ms ms: given back within 10 s" wait_for 10 is_left
	goes
done
ok "unloaded" unload_module
