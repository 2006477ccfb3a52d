# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # put, indirect, stuff come from mark
# A distribution's own kernel: load, attach to NVMe and e1000e while they work, move data that is compared,
# and give the devices back exactly as they were.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
nic=$(dev_of e1000e)
peek=/sys/kernel/debug/dbp_peek
hooks=/sys/kernel/debug/dma_bypass/hooks
params=/sys/module/dma_bypass/parameters

# The state of both devices, without what changes by working: the entries in use.
peek_all() {
	for dev in $nvme $nic; do
		echo "$dev" >$peek/device
		grep -v '^used=' $peek/state
	done
}

plan 26

wait_for 20 test -b $disk
for eth in /sys/bus/pci/devices/"$nic"/net/*; do eth=${eth##*/}; done
ok "the network is up" ifconfig "$eth" 10.0.2.15 netmask 255.255.255.0 up
ok "the state can be looked at" insmod /dbp_peek.ko
peek_all >/tmp/before

ok "loaded with policy auto, it has nothing to do" load_module
same "so it observes" observing "$(cat /sys/bus/pci/devices/"$nvme"/dma_bypass/state)"
ok "and says why" grep -q "the kernel's own routing is right" /sys/bus/pci/devices/"$nvme"/dma_bypass/reason
peek_all >/tmp/observing
ok "the devices are untouched" cmp /tmp/before /tmp/observing
ok "a mask is set late" insmod /dbp_hold.ko device="$nvme" remask=1
wait_for 5 grep -q 'ftrace, installed, [1-9]' $hooks
ok "it is heard of" grep -q 'ftrace, installed, [1-9]' $hooks
not_ok "no hook is missing" grep missing, $hooks
ok "the buffer is let go" rmmod dbp_hold
ok "unloaded" unload_module

ok "loaded with policy direct" load_module policy=direct
for dev in $nvme $nic; do
	same "$dev is attached" attached "$(cat /sys/bus/pci/devices/"$dev"/dma_bypass/state)"
done
mark start
ok "NVMe: RAM to disk" iocheck --from ram --to $disk --bytes 16M --block 64k
ok "NVMe: disk to RAM" iocheck --from $disk --to ram --bytes 16M --block 1M
ok "e1000e: what was sent comes back" netcheck --bytes 4000000
mark direct
same "no hypercall" 0 $((put + indirect + stuff))

ok "to translate, while it works" sh -c "echo translate >$params/$nvme"
ok "NVMe: disk to RAM, translated" iocheck --from $disk --to ram --bytes 1M --block 4k
mark translated
ok "now every map is a hypercall" test $((put + indirect)) -ge 256
ok "and back" sh -c "echo direct >$params/$nvme"
ok "NVMe: disk to RAM, direct again" iocheck --from $disk --to ram --bytes 16M --block 64k

ok "unloaded again" unload_module
peek_all >/tmp/after
ok "the devices are exactly as before" cmp /tmp/before /tmp/after
ok "NVMe works without the module" iocheck --from $disk --to ram --bytes 4M --block 64k
