# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # put, indirect, create... come from mark
# kexec with a window of our own in use: the next kernel comes up with working DMA, and the module makes a window again.
# The second kernel runs this file again, with stage=2 on its command line.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
files=/sys/bus/pci/devices/$nvme/dma_bypass
wait_for 20 test -b $disk

if ! grep -qw stage=2 /proc/cmdline; then
	needs_no_kernel_window
	plan 15
	ok "loaded" load_module
	same "its window is ours" own "$(cat "$files/window")"
	ok "data is right" iocheck --from $disk --to ram --bytes 4M --block 64k
	not_ok "the window is not in the device tree" kernel_has_window
	export LD_LIBRARY_PATH=/lib64
	ok "the next kernel is loaded" kexec -l /kexec/vmlinux --initrd=/kexec/initrd \
		--append="$(cat /proc/cmdline) stage=2"
	mark begin
	kexec -e
	ok "kexec" false
fi

mark kernel
same "on the way: the window is removed, and nothing else" 1 "$remove"
ok "stage 2: data is right in the kernel's own way" iocheck --from $disk --to ram --bytes 4M --block 64k
mark before
ok "stage 2: translated" test $((put + indirect)) -gt 0
ok "stage 2: loaded" load_module
mark loaded
same "stage 2: its window is ours" own "$(cat "$files/window")"
same "stage 2: attached" attached "$(cat "$files/state")"
same "stage 2: made anew" 1 "$create"
ok "stage 2: data is right" iocheck --from $disk --to ram --bytes 4M --block 4k
ok "stage 2: unloaded" unload_module
ok "stage 2: data is right without it" iocheck --from $disk --to ram --bytes 4M --block 4k
