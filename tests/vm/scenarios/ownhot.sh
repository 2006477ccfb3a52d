# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # put, indirect, stuff come from mark
# Memory comes and goes under a window of our own. The kernel's own attempt is made to fail, since a guest with
# pluggable memory gets a window from it. Start with --env DRIVERS=: the driver must not be there before.

disk=/dev/nvme0n1
files=
plan 24

size() {
	cat "$files/direct_size"
}

size_is() {
	[ "$(size)" = "$1" ]
}

ok "the kernel's attempt will fail" insmod /dbp_rtas.ko call=create
ok "the driver is loaded" modprobe nvme
wait_for 20 test -b $disk
nvme=$(dev_of nvme)
files=/sys/bus/pci/devices/$nvme/dma_bypass
same "the kernel's attempt failed" 1 "$(cat /sys/module/dbp_rtas/parameters/hits)"
ok "out of the way" rmmod dbp_rtas
ok "loaded" load_module
same "the window is ours" own "$(cat "$files/window")"
before=$(size)
ok "and has room for more" test "$(cat "$files/window_size")" -gt "$before"
ok "data is right" iocheck --from $disk --to ram --bytes 4M --block 64k

# One GiB comes, LMB by LMB.
lmb=$((0x$(cat /sys/devices/system/memory/block_size_bytes)))
lmbs=$(((1 << 30) / lmb))
echo online_movable >/sys/devices/system/memory/auto_online_blocks
mark begin
monitor object_add memory-backend-ram,id=more,size=1G
monitor device_add pc-dimm,id=dimm,memdev=more
ok "memory is added, and goes direct" wait_for 60 size_is $((before + (1 << 30)))
mark_streaming added "$nvme"
same "each LMB was filled by one hypercall" $lmbs "$indirect"
# The new memory is movable, and programs get theirs from there first.
ok "a buffer in the new" iocheck --from $disk --to ram --bytes 200M --block 256k
mark_streaming moved "$nvme"
same "costs no hypercall" 0 $((put + indirect + stuff))

# It goes again.
bad=0
mark begin
for block in $(seq $((before / lmb)) $((before / lmb + lmbs - 1))); do
	echo offline >/sys/devices/system/memory/memory"$block"/state || bad=$((bad + 1))
done
same "memory is taken away" 0 $bad
mark removed
same "each LMB was cleared by one hypercall" $lmbs "$stuff"
same "it is direct no more" "$before" "$(size)"
ok "data is right without it" iocheck --from $disk --to ram --bytes 4M --block 64k

ok "somebody says no before the module is asked" insmod /dbp_veto.ko ms=0 priority=100
not_ok "nothing comes" sh -c "echo online_movable >/sys/devices/system/memory/memory$((before / lmb))/state"
same "and nothing is direct that was not" "$before" "$(size)"
rmmod dbp_veto
mark begin
ok "one LMB comes back" sh -c "echo online_movable >/sys/devices/system/memory/memory$((before / lmb))/state"
ok "and goes direct" wait_for 20 size_is $((before + lmb))
mark back
same "filled by one hypercall" 1 "$indirect"
ok "data is right" iocheck --from $disk --to ram --bytes 4M --block 64k
ok "unloaded" unload_module
