# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Leaving: a device is given back exactly as found, and not while a handle lives that the kernel's own path could
# not release.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
params=/sys/module/dma_bypass/parameters
files=/sys/bus/pci/devices/$nvme/dma_bypass
peek=/sys/kernel/debug/dbp_peek

peek_now() {
	grep -v '^used=' $peek/state >/tmp/"$1"
}
plan 26

ok "a DAX device can be made" make_dax
pmem=$(awk '/dax0.0/ { split($1, a, "-"); print "0x" a[1] }' /proc/iomem | head -n 1)
ok "pmem has an address" test -n "$pmem"
ok "the state can be looked at" insmod /dbp_peek.ko
echo "$nvme" >$peek/device
peek_now before
used_before=$(tces_used)

ok "loaded" load_module
peek_now attached
not_ok "the ops are ours now" cmp -s /tmp/before /tmp/attached
ok "somebody holds a page of pmem" insmod /dbp_hold.ko device="$nvme" phys="$pmem"
case $(cat "$files/kernel_path") in
direct)
	same "the device is pinned" pinned "$(cat "$files/state")"
	same "by one handle" 1 "$(cat "$files/stranded")"
	not_ok "unloading is refused" unload_module
	ok "in a sentence that names the device" sh -c "dmesg | grep -q 'dma_bypass: not unloaded: the driver of $nvme holds 1 DMA buffers'"
	not_ok "off is refused" sh -c "echo off >$params/$nvme"
	cp /tmp/output /tmp/said
	ok "as busy" grep -q 'busy' /tmp/said
	ok "policy off is refused" sh -c "! echo off >$params/policy"
	same "policy is as before" '[auto] direct translate off' "$(cat $params/policy)"
	peek_now still
	ok "the device is as before" cmp /tmp/attached /tmp/still
	ok "data is right meanwhile" iocheck --from $disk --to /dev/dax0.0 --bytes 4M --block 64k
	;;
*)
	for reason in 1 2 3 4 5 6 7 8 9 10; do
		skip "pinned ($reason)" "this kernel releases translated handles itself"
	done
	;;
esac
ok "it lets go" rmmod dbp_hold
same "nothing is stranded any more" 0 "$(cat "$files/stranded")"
ok "off is taken now" sh -c "echo off >$params/$nvme"
peek_now off
ok "the device is exactly as before" cmp /tmp/before /tmp/off
ok "back to direct" sh -c "echo direct >$params/$nvme"
ok "pmem works" iocheck --from $disk --to /dev/dax0.0 --bytes 4M --block 64k
ok "unloaded" unload_module
peek_now after
ok "the device is exactly as before the load" cmp /tmp/before /tmp/after
same "no TCE is left over" "$used_before" "$(tces_used)"
ok "RAM works without the module" iocheck --from $disk --to ram --bytes 4M --block 64k
