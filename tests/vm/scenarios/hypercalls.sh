# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # put, indirect, stuff come from mark
# Hypercalls, counted from outside the guest: none for a buffer in the window, one TCE per IOMMU page of a
# buffer outside, and none for the rest of a list.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
files=/sys/bus/pci/devices/$nvme/dma_bypass
plan 13

ok "a DAX device can be made" make_dax
ok "the module is loaded" load_module policy=direct count_direct=1

# iocheck fills, moves and re-reads; what it moves to or from RAM is in the window.
mark begin
direct0=$(cat "$files/direct_maps")
ok "256 reads of 4 KiB into RAM" iocheck --from $disk --to ram --bytes 1M --block 4k
mark ram
same "in the window: no hypercall" 0 $((put + indirect + stuff))
ok "in the window: our own count agrees" test $(($(cat "$files/direct_maps") - direct0)) -ge 256

translated0=$(cat "$files/translated_maps")
ok "256 reads of 4 KiB into pmem" iocheck --from $disk --to /dev/dax0.0 --bytes 1M --block 4k
mark pages
same "outside: one H_PUT_TCE for each page of 4 KiB" 256 "$put"
same "outside: no other map" 0 "$indirect"
same "outside: each is released" 256 "$stuff"
same "outside: our own count agrees" 256 $(($(cat "$files/translated_maps") - translated0))

ok "16 reads of 64 KiB into pmem" iocheck --from $disk --to /dev/dax0.0 --bytes 1M --block 64k
mark blocks
same "outside: one H_PUT_TCE_INDIRECT for each block of 16 pages" 16 "$indirect"
ok "the module is unloaded" unload_module
