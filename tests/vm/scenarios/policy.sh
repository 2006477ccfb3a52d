# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# What a change of policy does to devices that devices= selects by their driver: nothing. And what a change of policy
# does that is refused, because one device cannot be given back: nothing either, to any device.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
nic=$(dev_of e1000e)
params=/sys/module/dma_bypass/parameters
for eth in /sys/bus/pci/devices/"$nic"/net/*; do eth=${eth##*/}; done

# now DEVICE: its mode, whether that is its own, and its state.
now() {
	echo "$(cat /sys/bus/pci/devices/"$1"/dma_bypass/mode) $(cat /sys/bus/pci/devices/"$1"/dma_bypass/mode_own)" \
		"$(cat /sys/bus/pci/devices/"$1"/dma_bypass/state)"
}

# have NAME NVME NIC POLICY: all of that, and what the policy reads.
have() {
	same "$1: NVMe" "$2" "$(now "$nvme")"
	same "$1: e1000e" "$3" "$(now "$nic")"
	same "$1: the policy" "$4" "$(sed 's/.*\[\(.*\)\].*/\1/' $params/policy)"
}

# data NAME: both devices move data. The network card is down otherwise, and holds nothing.
data() {
	ok "$1: NVMe reads and writes" sh -c "iocheck --from $disk --to ram --bytes 2M --block 64k --threads 2 &&
		iocheck --from ram --to $disk --bytes 2M --block 64k --threads 2"
	ifconfig "$eth" 10.0.2.15 netmask 255.255.255.0 up
	ok "$1: what was sent comes back" netcheck --bytes 300000
	ifconfig "$eth" down
}

# policy_is_busy MODE: that policy cannot be had now.
policy_is_busy() {
	! sh -c "echo $1 >$params/policy" 2>/tmp/error && cat /tmp/error && grep -q busy /tmp/error
}

wait_for 20 test -b $disk
# What NVMe allocates for its first requests and keeps is direct, so that it is never in the way of giving it back.
iocheck --from $disk --to ram --bytes 4M --block 64k --threads 2 >/tmp/first
# Elsewhere nothing would keep a device from being given back.
load_module
kernel_path=$(cat /sys/bus/pci/devices/"$nic"/dma_bypass/kernel_path)
unload_module
[ "$kernel_path" = direct ] || not_here "this kernel releases translated memory itself"
plan 84

ok "a mode by driver" load_module policy=off devices=driver:nvme=direct
have "loaded" "direct 0 attached" "off 0 off" off
data "loaded"
ok "policy translate" sh -c "echo translate >$params/policy"
have "policy translate" "direct 0 attached" "translate 0 attached" translate
data "policy translate"
ok "policy auto" sh -c "echo auto >$params/policy"
have "policy auto" "direct 0 attached" "auto 0 observing" auto
ok "policy off" sh -c "echo off >$params/policy"
have "policy off" "direct 0 attached" "off 0 off" off

ok "a mode of its own" sh -c "echo auto >$params/$nvme"
have "a mode of its own" "auto 1 observing" "off 0 off" off
ok "policy translate again" sh -c "echo translate >$params/policy"
have "policy translate again" "auto 1 observing" "translate 0 attached" translate
ok "what the parameters say" sh -c "echo default >$params/$nvme"
have "what the parameters say" "direct 0 attached" "translate 0 attached" translate

ok "the driver goes" sh -c "echo $nvme >/sys/bus/pci/drivers/nvme/unbind"
ok "policy off, without a driver" sh -c "echo off >$params/policy"
ok "policy translate, without a driver" sh -c "echo translate >$params/policy"
ok "and the driver comes back" sh -c "echo $nvme >/sys/bus/pci/drivers/nvme/bind && for _ in 1 2 3 4 5 6 7 8 9 10; do
	[ -b $disk ] && exit; sleep 1; done; false"
have "bound again" "direct 0 attached" "translate 0 attached" translate
iocheck --from $disk --to ram --bytes 4M --block 64k --threads 2 >/tmp/first

ok "somebody holds memory of e1000e" insmod /dbp_hold.ko device="$nic"
same "it cannot be given back" "translate 0 pinned" "$(now "$nic")"
for mode in off auto; do
	ok "policy $mode is refused as busy" policy_is_busy $mode
	have "policy $mode is refused" "direct 0 attached" "translate 0 pinned" translate
done
ok "policy direct is not" sh -c "echo direct >$params/policy"
have "policy direct" "direct 0 attached" "direct 0 pinned" direct
ok "it lets go" rmmod dbp_hold
ok "policy off is taken now" sh -c "echo off >$params/policy"
have "policy off is taken" "direct 0 attached" "off 0 off" off
data "policy off is taken"
ok "unloaded" unload_module

# The other way round: the device that is in the way comes first on the bus, and the selected one after it.
ok "a mode for the other driver" load_module policy=translate devices=driver:e1000e=direct
have "the other driver" "translate 0 attached" "direct 0 attached" translate
ok "somebody holds memory of NVMe" insmod /dbp_hold.ko device="$nvme"
for mode in off auto; do
	ok "the other driver: policy $mode is refused as busy" policy_is_busy $mode
	have "the other driver: policy $mode is refused" "translate 0 pinned" "direct 0 attached" translate
done
ok "NVMe memory is let go" rmmod dbp_hold
ok "the other driver: policy off is taken now" sh -c "echo off >$params/policy"
have "the other driver: policy off is taken" "off 0 off" "direct 0 attached" off
data "the other driver: policy off is taken"
ok "unloaded again" unload_module
data "without the module"
