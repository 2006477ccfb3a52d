# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# A module that does not know how the kernel notes that a device goes direct, as on a kernel that nobody has seen yet.
# It finds out by mapping a page of its own, and leaves the device alone: bound before the load, and bound after it.
# Needs --blind.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
module=/sys/module/dma_bypass/parameters
files=/sys/bus/pci/devices/$nvme/dma_bypass
peek=/sys/kernel/debug/dbp_peek
plan 15

state() {
	grep -v '^used=' $peek/state
}
moves() {
	iocheck --from $disk --to ram --bytes 1M --block 64k
}
now() {
	echo "$(cat "$files/state"), $(cat "$files/mode")"
}

wait_for 20 test -b $disk
insmod /dbp_peek.ko
echo "$nvme" >$peek/device
state >/tmp/alone

ok "loaded" load_module
same "a device that was bound is refused" "refused, auto" "$(now)"
ok "the reason is that the kernel goes direct unseen" \
	grep -q 'the kernel goes direct, and nothing that this version of dma_bypass knows says so' "$files/reason"
state >/tmp/now
ok "nothing of it was changed" cmp /tmp/alone /tmp/now
not_ok "asked for by name, it is refused" sh -c "echo direct >$module/$nvme"
ok "with a sentence in the log" sh -c "dmesg | grep -q '$nvme: mode direct is refused: the kernel goes direct, and nothing'"
same "and keeps its mode" "refused, auto" "$(now)"
echo off >$module/"$nvme"
same "off is off" "off, off" "$(now)"
state >/tmp/now
ok "still nothing of it was changed" cmp /tmp/alone /tmp/now
ok "data is right" moves

# Bound while the module watches: its own functions are there before the kernel's flag is.
echo direct >$module/policy
echo default >$module/"$nvme"
echo "$nvme" >/sys/bus/pci/drivers/nvme/unbind
echo "$nvme" >/sys/bus/pci/drivers/nvme/bind
wait_for 20 test -b $disk
same "a device that is bound later is refused" "refused, direct" "$(now)"
ok "the reason is that it cannot be translated" \
	grep -q 'a buffer that was to be translated was not: how this kernel goes direct is not known' "$files/reason"
ok "data is right there too" moves
ok "unloaded" unload_module
state >/tmp/now
ok "the device is as before" cmp /tmp/alone /tmp/now
