# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# dma-bypass why, where something is wrong with the machine: host bridges without dynamic windows, or with page sizes
# that nobody knows, and a device that reaches 32 bits only. The others are in cli.sh, nowindow.sh and leak.sh.

# why NAME LINK REGEX DEVICE
why() {
	status=0
	/usr/sbin/dma-bypass why "$4" >/tmp/said 2>&1 || status=$?
	while IFS= read -r said; do note "$said"; done </tmp/said
	same "$1: exit status" 1 $status
	ok "$1: the link" grep -qE "^  BROKEN  $2 .*$3" /tmp/said
}

of_domain() {
	for path in /sys/bus/pci/devices/"$1":*; do
		echo "${path##*/}"
	done
}

plan 9
ok "loaded" load_module
why "ddw=off" firmware 'no ibm,ddw-applicable' "$(of_domain 0001)"
why "page sizes" pages 'no page size' "$(of_domain 0002)"
ok "a driver that asks for 32 bits" insmod /dbp_edu.ko mask=32 coherent_mask=32
edu=$(dev_of dbp_edu)
why "32-bit mask" mask '32 bits' "$edu"
ok "unloaded" unload_module
