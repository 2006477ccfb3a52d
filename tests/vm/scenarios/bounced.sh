# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # put, indirect, stuff come from mark
# Devices that are no patients: with swiotlb=force on the kernel's command line, whose buffers only the kernel's own
# functions give back; and a virtio device without iommu_platform, which gives the device physical addresses.

nic=$(dev_of e1000e)
virtio=$(dev_of virtio-pci)
params=/sys/module/dma_bypass/parameters

files_of() {
	files=/sys/bus/pci/devices/$1/dma_bypass
}

plan 13

for eth in /sys/bus/pci/devices/"$nic"/net/*; do eth=${eth##*/}; done
ifconfig "$eth" 10.0.2.15 netmask 255.255.255.0 up
sleep 2
ok "the kernel alone: the card works" netcheck --bytes 200000
ok "loaded" load_module
files_of "$nic"
same "swiotlb=force: refused" refused "$(cat "$files/state")"
ok "swiotlb=force: says why" grep -q swiotlb=force "$files/reason"
for mode in direct translate; do
	not_ok "swiotlb=force: $mode is refused" sh -c "echo $mode >$params/$nic"
done
ok "in a sentence" sh -c "dmesg | grep -q 'mode direct is refused: the kernel bounces its buffers'"
ok "the card works" netcheck --bytes 200000
ifconfig "$eth" down
files_of "$virtio"
same "virtio without iommu_platform: refused" refused "$(cat "$files/state")"
ok "virtio without iommu_platform: says why" grep -q "no DMA through the kernel's DMA API" "$files/reason"
not_ok "virtio without iommu_platform: direct is refused" sh -c "echo direct >$params/$virtio"
not_ok "status does not speak of hypercalls" sh -c "/usr/sbin/dma-bypass status | grep -A2 'device: $virtio' | grep -q hypercalls"
ok "unloaded" unload_module
