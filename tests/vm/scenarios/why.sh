# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# dma-bypass why, where something is wrong with the machine: host bridges without dynamic windows, or with page sizes
# that nobody knows, and a device that reaches 32 bits only. The others are in cli.sh, nowindow.sh and leak.sh. And
# dma-bypass verify of a device that is left to a kernel which shows its buffers.

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

plan 11
ok "loaded" load_module
why "ddw=off" firmware 'no ibm,ddw-applicable' "$(of_domain 0001)"
why "page sizes" pages 'no page size' "$(of_domain 0002)"
ok "a driver that asks for 32 bits" insmod /dbp_edu.ko mask=32 coherent_mask=32
edu=$(dev_of dbp_edu)
why "32-bit mask" mask '32 bits' "$edu"

nvme=$(dev_of nvme)
wait_for 20 test -b /dev/nvme0n1
iocheck --from /dev/nvme0n1 --to ram --bytes 4M --block 64k --seconds 100 >/dev/null 2>&1 &
io=$!
# Without trace events for the buffers (before 6.12) only the window is proved, and the verdict says so.
verdict=7
[ ! -d /sys/kernel/tracing/events/dma ] || verdict=0
/usr/sbin/dma-bypass verify "$nvme" 1 >/tmp/said 2>&1
same "verify: the verdict" $verdict $?
while IFS= read -r said; do note "$said"; done </tmp/said
looked_up="handles in the window looked up at the hypervisor"
if [ -d /sys/kernel/tracing/events/dma ]; then
	ok "$looked_up" grep -q "  the kernel  [1-9][0-9]* $looked_up, 0 wrong" /tmp/said
else
	skip "$looked_up" "this kernel has no trace events for them"
fi
kill $io
wait $io
ok "unloaded" unload_module
