# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # files, mapped, cleared, hole, hole_len are set by functions
# A device with a single window, as SR-IOV functions have: the kernel gives up the default window for the direct one.
# KIND=split (with persistent memory, kernels from 6.11 on): above RAM the window has a part in which TCEs come and go, so
# that translated handles lie above direct ones. KIND=alone: there is no TCE table at all.

params=/sys/module/dma_bypass/parameters
case $KIND in
split) cases="map_page map_single map_attrs map_sg max_size coherent no_kernel_mapping alloc_pages noncoherent pool mmap
	get_sgtable bound_ram bound_hole given_page given_sg mixed_sg lists list_1024" ;;
alone) cases="map_page map_single map_attrs map_sg max_size coherent no_kernel_mapping alloc_pages noncoherent pool mmap
	get_sgtable refused" ;;
esac
# shellcheck disable=SC2086 # a list of words
set -- $cases
case $KIND in
split) plan $((12 + 2 * $#)) ;;
alone) plan $((9 + $#)) ;;
esac

dev=$(pci_of 0000 0x11e8)
ok "one of the PHB's two windows is taken" insmod /dbp_window.ko device="$dev"
ok "loaded" load_module policy=direct
ok "the test driver is loaded" insmod /dbp_edu.ko ram_end="$(ram_end)"
edu_at "$dev"
ok "a block of memory can be taken away" make_hole
set_param hole "$hole" hole_len "$hole_len" phys "$hole" len "$hole_len" base "$(cat "$files/dma_base")"
same "the device is taken over" attached "$(cat "$files/state")"
ok "its default window is gone" sh -c "dmesg | grep -q 'Removed default DMA window'"

mark begin
for case; do
	pass direct "$case" direct
done
if [ "$KIND" = split ]; then
	balance direct
	ok "to translate" sh -c "echo translate >$params/$dev"
	for case; do
		pass translate "$case" translate
	done
	balance translate
else
	mark end
	same "nothing is translated" "0 0" "$mapped $cleared"
fi
count_cases
ok "the test driver is unloaded" rmmod dbp_edu
ok "unloaded" unload_module
