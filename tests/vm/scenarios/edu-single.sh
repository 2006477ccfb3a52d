# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # files, mapped, cleared, remove, hole, hole_len are set by functions
# A device with a single window, as SR-IOV functions have: the kernel gives up the default window for the direct one,
# and there is no TCE table at all, or none that the hypervisor knows (5.15).
# SINGLE=maybe: the kernel may be one that gives up no window, as those before 5.15.

dev=$(pci_of 0000 0x11e8)
set_up() {
	# At the end it would only hide the kernel's window: the emulation puts all at the same address.
	insmod /dbp_window.ko device="$dev" && load_module policy=direct &&
		insmod /dbp_edu.ko ram_end="$(ram_end)" && rmmod dbp_window
}
made=yes
set_up || made=no
mark made
removed=$remove
[ "${SINGLE:-} $made $removed" != "maybe yes 1" ] || not_here "this kernel gives up no default window"

plan 20
same "one of the PHB's two windows was taken when the test driver came; it is free again" yes $made
edu_at "$dev"
ok "a block of memory can be taken away" make_hole
set_param hole "$hole" hole_len "$hole_len" phys "$hole" len "$hole_len" base "$(cat "$files/dma_base")"
same "the device is taken over" attached "$(cat "$files/state")"

mark begin
same "its default window is gone, as the one that was taken" 2 "$removed"
set_param gone 1
for case in map_page map_single map_attrs map_sg max_size coherent no_kernel_mapping alloc_pages noncoherent pool mmap \
	get_sgtable refused; do
	pass direct "$case" direct
done
mark end
same "nothing is translated" "0 0" "$mapped $cleared"
count_cases
ok "the test driver is unloaded" rmmod dbp_edu
ok "unloaded" unload_module
