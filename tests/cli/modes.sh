# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2086,SC2154 # functions and variables of tests/cli/lib.sh, names of one word
# set, unset, apply: modes now and after a reboot; devices by name. Read by tests/cli/run.

fake_guest
gives "set --persist: nothing changes when it cannot be kept" 4 'cannot be written' set $fake_device off --persist
ok "and nothing has" grep auto "$DMA_BYPASS_SYSROOT/sys/module/dma_bypass/parameters/$fake_device"
mkdir -p "$DMA_BYPASS_SYSROOT/etc"
gives "set by location" 0 '' set loc:U78D8.ND0.FGD0042-P0-C3-T1 direct --persist
ok "it is written" grep -x direct "$DMA_BYPASS_SYSROOT/sys/module/dma_bypass/parameters/$fake_device"
gives "set --persist" 0 '' set 01:00.0 translate --persist
gives "the line is by location" 0 "translate \(loc:U78D8" apply
printf '%s\n' "driver:e1000e off" "$fake_device off" >>"$DMA_BYPASS_SYSROOT/etc/dma-bypass.conf"
gives "set --persist, again" 0 '' set $fake_device direct --persist
ok "the old lines are gone, and drivers stand last" test \
	"$(grep -v '^#' "$DMA_BYPASS_SYSROOT/etc/dma-bypass.conf" | tr '\n' ' ')" = "loc:U78D8.ND0.FGD0042-P0-C3-T1 direct driver:e1000e off "
gives "unset --persist" 0 '' unset $fake_device --persist
ok "the mode is the policy's" grep -x default "$DMA_BYPASS_SYSROOT/sys/module/dma_bypass/parameters/$fake_device"
ok "its line is gone" test "$(grep -v '^#' "$DMA_BYPASS_SYSROOT/etc/dma-bypass.conf")" = "driver:e1000e off"
fake proc/cmdline 'dma_bypass.policy=off'
gives "apply: not with policy=off on the command line" 0 'is not applied' apply
fake proc/cmdline ''
fake run/dma-bypass/off ''
gives "apply: not after unclean boots" 0 'is not applied' apply
fake_values mode off state off
gives "why: disarmed" 1 'action: .*was disarmed' why $fake_device
fake proc/cmdline 'quiet dma_bypass.policy=off'
gives "why: policy=off on the command line, which the service notes in the same way" 1 \
	'action: Take dma_bypass.policy=off off' why $fake_device
fake proc/cmdline ''
rm "$DMA_BYPASS_SYSROOT/run/dma-bypass/off"
fake etc/dma-bypass.conf "loc:x direct extra"
gives "apply: a bad line" 2 'line 1 of .* is not SELECTOR MODE' apply
printf %s "driver:nvme translate" >"$DMA_BYPASS_SYSROOT/etc/dma-bypass.conf"
gives "apply: a last line without its end" 0 "$fake_device: translate" apply
printf %s "driver:nvme fast" >"$DMA_BYPASS_SYSROOT/etc/dma-bypass.conf"
gives "apply: a bad last line without its end" 2 'line 1 of .* is not SELECTOR MODE' apply
fake etc/dma-bypass.conf ''
gives "set --persist: a name with a blank" 2 'has a blank in it' set 'driver:PMC MaxRAID' off --persist
ok "nothing was written" grep -x translate "$DMA_BYPASS_SYSROOT/sys/module/dma_bypass/parameters/$fake_device"

# A second function of the same adapter.
function=0000:01:00.1
cp -a "$DMA_BYPASS_SYSROOT/sys/bus/pci/devices/$fake_device" "$DMA_BYPASS_SYSROOT/sys/bus/pci/devices/$function"
fake etc/dma-bypass.conf "loc:U78D8.ND0.FGD0042-P0-C3-T1 off"
fake sys/module/dma_bypass/parameters/$function auto
gives "set --persist: others have the same location code" 0 '' set $fake_device direct --persist
ok "the line is by address, and comes first" test "$(tr '\n' ' ' <"$DMA_BYPASS_SYSROOT/etc/dma-bypass.conf")" = \
	"$fake_device direct loc:U78D8.ND0.FGD0042-P0-C3-T1 off "
rm "$DMA_BYPASS_SYSROOT/sys/module/dma_bypass/parameters/$function"
# What a directory takes as little as a device that has gone takes a mode.
fake sys/module/dma_bypass/parameters/$function/refuses ''
fake_values mode direct mode_own 1
gives "set: the second of two devices refuses" 6 "$function was not changed" set driver:nvme off
ok "the first is as it was" grep -x direct "$DMA_BYPASS_SYSROOT/sys/module/dma_bypass/parameters/$fake_device"
fake_values mode_own 0
run set driver:nvme off
ok "and follows the policy if it did" grep -x default "$DMA_BYPASS_SYSROOT/sys/module/dma_bypass/parameters/$fake_device"
rm -r "$DMA_BYPASS_SYSROOT/sys/bus/pci/devices/$function" "$DMA_BYPASS_SYSROOT/sys/module/dma_bypass/parameters/$function"

# Native multipath: the disk is not below its controllers.
subsystem=$DMA_BYPASS_SYSROOT/sys/devices/virtual/nvme-subsystem/nvme-subsys0
mkdir -p "$subsystem/nvme0n1/nvme0n1p1" "$DMA_BYPASS_SYSROOT/sys/class/block" \
	"$DMA_BYPASS_SYSROOT/sys/bus/pci/devices/$fake_device/nvme/nvme0"
ln -s "../../../../bus/pci/devices/$fake_device/nvme/nvme0" "$subsystem/nvme0"
for disk in nvme0n1 nvme0n1/nvme0n1p1; do
	ln -s "$subsystem/$disk" "$DMA_BYPASS_SYSROOT/sys/class/block/${disk##*/}"
	gives "a disk with several paths: $disk" 0 "^$fake_device" why "${disk##*/}"
done
mkdir -p "$DMA_BYPASS_SYSROOT/sys/bus/pci/devices/0000:02:00.0/nvme/nvme1"
ln -s "../../../../bus/pci/devices/0000:02:00.0/nvme/nvme1" "$subsystem/nvme1"
gives "and several controllers" 2 "names several devices \($fake_device 0000:02:00.0\)" why nvme0n1
rm -r "$DMA_BYPASS_SYSROOT/sys/bus/pci/devices/0000:02:00.0"
