# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # create, remove come from mark
# A device with a window of our own is handed to user space (VFIO), and comes back.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
device=/sys/bus/pci/devices/$nvme
files=$device/dma_bypass
wait_for 20 test -b $disk
needs_no_kernel_window
plan 22

ok "VFIO is there" modprobe vfio-pci
ok "and its side of the TCEs" modprobe vfio_iommu_spapr_tce
ok "loaded" load_module
same "the window is ours" own "$(cat "$files/window")"
ok "data is right" iocheck --from $disk --to ram --bytes 4M --block 64k

mark begin
ok "the driver is unbound" sh -c "echo $nvme >/sys/bus/pci/drivers/nvme/unbind"
mark unbound
same "the window goes with it" 1 "$remove"
same "no window is left" none "$(cat "$files/window")"
echo vfio-pci >"$device"/driver_override
ok "VFIO has the device" sh -c "echo $nvme >/sys/bus/pci/drivers/vfio-pci/bind"
mark bound
same "no window is made for it" 0 "$create"
same "it is left alone" refused "$(cat "$files/state")"
ok "and the reason says why" grep -q VFIO "$files/reason"
/usr/sbin/dma-bypass why "$nvme" >/tmp/said
same "dma-bypass why: exit status" 1 $?
ok "it names VFIO" grep -q '^  BROKEN  driver .*vfio-pci has it: user space owns its DMA' /tmp/said
group=$(readlink "$device"/iommu_group)
ok "user space takes it and gives it back" vfiocheck "${group##*/}" "$nvme"
mark used
note "on the way: $query queries, $create windows made, $remove removed"

ok "VFIO gives it up" sh -c "echo $nvme >/sys/bus/pci/drivers/vfio-pci/unbind"
echo >"$device"/driver_override
mark given
ok "the driver has it again" sh -c "echo $nvme >/sys/bus/pci/drivers/nvme/bind"
wait_for 20 test -b $disk
mark again
same "a window is made again" 1 "$create"
same "the window is ours" own "$(cat "$files/window")"
ok "data is right" iocheck --from $disk --to ram --bytes 4M --block 64k
ok "unbound" sh -c "echo $nvme >/sys/bus/pci/drivers/nvme/unbind"
ok "unloaded" unload_module
