# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# The module is being unloaded, and must wait for one device, whose driver is still probing it. Meanwhile the driver of
# another device goes, which the module has not given back yet, and comes again.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
edu=$(pci_of 0000 0x11e8)
peek=/sys/kernel/debug/dbp_peek
params=/sys/module/dma_bypass/parameters
driver=/sys/bus/pci/drivers/nvme
late=/sys/module/dbp_late/parameters

# state_of DEVICE
state_of() {
	echo "$1" >$peek/device && grep -v -e '^used=' $peek/state
}

is_as() {
	state_of "$2" | diff "$1" -
}

still_unloading() {
	[ -e /sys/module/dma_bypass ] && kill -0 $unloading
}

read_disk() {
	wait_for 20 test -b $disk && iocheck --from $disk --to ram --bytes 4M --block 64k
}

# quit NAME FAIL: twelve results.
quit() {
	ok "$1: loaded" load_module policy=direct
	insmod /dbp_late.ko fail="$2" slow_ms=8000 &
	probing=$!
	ok "$1: a driver probes its device" wait_for 5 grep -qx 1 $late/probes
	rmmod dma_bypass &
	unloading=$!
	sleep 1
	ok "$1: off is taken meanwhile" sh -c "echo off >$params/$nvme"
	not_ok "$1: a device is not taken any more" sh -c "echo direct >$params/$nvme"
	echo "$nvme" >$driver/unbind
	ok "$1: the other device, whose driver went, is the kernel's" is_as /tmp/unbound "$nvme"
	echo "$nvme" >$driver/bind
	ok "$1: and when it has come again" is_as /tmp/bound "$nvme"
	ok "$1: the module is not gone yet" still_unloading
	ok "$1: data is right" read_disk
	ok "$1: the probe is over" wait $probing
	ok "$1: unloaded" wait $unloading
	ok "$1: data is right then too" read_disk
	ok "$1: the device that was waited for is the kernel's" is_as "/tmp/probed-$2" "$edu"
}

plan 26
ok "data is right" read_disk
ok "the state can be looked at" insmod /dbp_peek.ko device="$nvme"
state_of "$nvme" >/tmp/bound
echo "$nvme" >$driver/unbind
state_of "$nvme" >/tmp/unbound
echo "$nvme" >$driver/bind
insmod /dbp_late.ko fail=0
state_of "$edu" >/tmp/probed-0
rmmod dbp_late
state_of "$edu" >/tmp/probed-1
wait_for 20 test -b $disk

quit "a probe" 0
rmmod dbp_late
quit "a probe that fails" 1
rmmod dbp_late
