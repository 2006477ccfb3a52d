# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# A made-up guest in a directory, as far as dma-bypass looks at one. The caller has set $top.

fake_device=0000:01:00.0
fake_release=6.12.0-test

# fake FILE TEXT: one file of it.
fake() {
	mkdir -p "$DMA_BYPASS_SYSROOT/${1%/*}"
	printf '%s\n' "$2" >"$DMA_BYPASS_SYSROOT/$1"
}

# fake_bytes FILE OCTAL-ESCAPES: a property of the device tree.
fake_bytes() {
	mkdir -p "$DMA_BYPASS_SYSROOT/${1%/*}"
	# shellcheck disable=SC2059 # escapes are meant
	printf "$2" >"$DMA_BYPASS_SYSROOT/$1"
}

fake_window() {
	rm -f "$DMA_BYPASS_SYSROOT/$fake_endpoint"/linux,*
	# liobn, padding, bus address 0x0800000000000000, page shift 24, window shift 40
	fake_bytes "$fake_endpoint/linux,$1-ddr-window-info" \
		'\200\0\0\1\0\0\0\0\010\0\0\0\0\0\0\0\0\0\0\030\0\0\0\050'
}

fake_query() {
	fake var/log/dmesg "[    1.0] nvme $fake_device: ibm,query-pe-dma-windows(2026) 0 8000000 20000000 returned 0, $1"
}

fake_driver() {
	mkdir -p "$DMA_BYPASS_SYSROOT/sys/bus/pci/drivers/$1"
	ln -sfn "../../drivers/$1" "$DMA_BYPASS_SYSROOT/sys/bus/pci/devices/$fake_device/driver"
}

fake_unload() {
	rm -rf "$DMA_BYPASS_SYSROOT/sys/module/dma_bypass" \
		"$DMA_BYPASS_SYSROOT/sys/bus/pci/devices/$fake_device/dma_bypass"
}

# fake_guest: a guest in which nothing is wrong, in the directory $DMA_BYPASS_SYSROOT.
fake_guest() {
	rm -rf "$DMA_BYPASS_SYSROOT"
	mkdir -p "$DMA_BYPASS_SYSROOT"
	fake proc/cpuinfo "platform	: pSeries"
	fake proc/cmdline "root=/dev/sda2 quiet"
	fake proc/sys/kernel/osrelease $fake_release
	fake proc/device-tree/ibm,dynamic-reconfiguration-memory/name ''
	fake sys/devices/system/memory/block_size_bytes 10000000
	mkdir -p "$DMA_BYPASS_SYSROOT/sys/devices/system/memory/memory0" \
		"$DMA_BYPASS_SYSROOT/sys/devices/system/memory/memory15"

	fake_endpoint=sys/firmware/devicetree/base/pci@800000020000000
	fake_bytes sys/firmware/devicetree/base/name ''
	fake_bytes $fake_endpoint/name 'pci\0'
	fake_bytes $fake_endpoint/ibm,dma-window '\200\0\0\0'
	fake_bytes $fake_endpoint/ibm,ddw-applicable '\0\0\040\046'
	fake_bytes $fake_endpoint/disk@0/name 'disk\0'
	fake_bytes $fake_endpoint/disk@0/ibm,loc-code 'U78D8.ND0.FGD0042-P0-C3-T1\0'
	fake_window direct64
	fake_query 'lb=40000 ps=107 wn=1'

	device=sys/bus/pci/devices/$fake_device
	mkdir -p "$DMA_BYPASS_SYSROOT/$device"
	ln -s ../../../../firmware/devicetree/base/pci@800000020000000/disk@0 "$DMA_BYPASS_SYSROOT/$device/of_node"
	fake $device/class 0x010802
	fake $device/dma_mask_bits 64
	fake $device/consistent_dma_mask_bits 64
	fake_driver nvme

	fake sys/module/dma_bypass/version 0.1.0
	fake sys/module/dma_bypass/parameters/policy '[auto] direct translate off'
	fake sys/module/dma_bypass/parameters/count_direct N
	fake sys/module/dma_bypass/parameters/$fake_device '[auto] direct translate off'
	fake_values mode auto mode_own 0 state attached reason 'persistent memory is not in the direct window, RAM is' \
		kernel_path direct window direct64 dma_base 0x800000000000000 window_size 1099511627776 \
		direct_size 4294967296 direct_maps 300 translated_maps 100 map_errors 0 stranded 0
}

# fake_values NAME VALUE...: files of the device.
fake_values() {
	while [ $# -gt 0 ]; do
		fake "sys/bus/pci/devices/$fake_device/dma_bypass/$1" "$2"
		shift 2
	done
}
