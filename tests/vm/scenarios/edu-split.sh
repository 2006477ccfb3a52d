# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # files, edu, hole, hole_len, mapped, cleared are set by functions
# A single window that the kernel has split (6.11 and later, with persistent memory, where it takes virtual functions
# for granted): RAM is mapped in its lower part, and the upper one is the TCE table, so that translated handles lie
# above the direct ones. When the kernel releases them it takes them for direct ones; the module must not.

params=/sys/module/dma_bypass/parameters
cases="map_page map_single map_attrs map_sg max_size coherent no_kernel_mapping alloc_pages noncoherent noncontiguous
pool mmap get_sgtable bound_ram bound_hole given_page given_sg mixed_sg lists list_1024"
alone="resource far_resource map_phys_mmio mmio_pages"
plan 75
make_dax
dev=$(pci_of 0000 0x11e8)
ok "one of the PHB's two windows is taken, the other one may be large" insmod /dbp_window.ko device="$dev" claim=36
ok "the test driver is loaded" insmod /dbp_edu.ko ram_end="$(ram_end)" mmio="$(mmio_of 0000)" far_mmio="$(mmio_of 0001)"
ok "the window that was taken is free again" rmmod dbp_window
edu_at "$dev"

# What the kernel does alone is for docs/upstream.md, and may be mended one day.
mark begin
set_param expect any
echo mmio_pages >"$edu"/run
mark kernel
note "the kernel alone: $mapped TCEs written for another device's memory, $cleared cleared"

ok "loaded" load_module policy=direct
ok "a block of memory can be taken away" make_hole
pmem=$(awk '/dax0.0/ { split($1, a, "-"); print "0x" a[1] }' /proc/iomem | head -n 1)
set_param hole "$hole" hole_len "$hole_len" phys "$pmem" len 0x2000000 base "$(cat "$files/dma_base")"
same "the device is taken over" attached "$(cat "$files/state")"
table=$(sed -n 's/^table .* from 0x\([0-9a-f]*\),.*/\1/p' /sys/kernel/debug/dma_bypass/"$dev"/state)
ok "its TCE table lies above what is direct" test "$((0x$table))" -ge $(($(cat "$files/dma_base") + $(ram_end)))
mark begin
for mode in direct translate; do
	ok "to $mode" sh -c "echo $mode >$params/$dev"
	for case in $cases $alone; do
		pass $mode "$case" $mode
	done
	balance $mode
done
ok "handles are held" sh -c "echo 8 >$edu/hold"
ok "to direct" sh -c "echo direct >$params/$dev"
ok "and released on the path that made them" sh -c "echo 0 >$edu/hold"
balance held

# The kernel could release none of them. There is always one, as long as such buffers can be had.
maps=/sys/module/dbp_hold/parameters/maps
same "the device is still taken" attached "$(cat "$files/state")"
ok "a translated buffer is always there" insmod /dbp_hold.ko device="$dev" phys="$pmem" rolling=1
ok "the device is given back all the same" sh -c "echo off >$params/$dev"
ok "and buffers are had again" sh -c "n=\$(cat $maps); sleep 3; test \$(cat $maps) -gt \$((n + 10))"
ok "no buffer is wanted any more" rmmod dbp_hold
balance rolling
count_cases
ok "the test driver is unloaded" rmmod dbp_edu
ok "unloaded" unload_module
