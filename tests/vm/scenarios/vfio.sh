# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# A device goes to user space by VFIO, is left alone there, and comes back to its driver.

nvme=$(dev_of nvme)
pci=/sys/bus/pci/devices/$nvme
files=$pci/dma_bypass
drivers=/sys/bus/pci/drivers
peek=/sys/kernel/debug/dbp_peek

peek_at() {
	echo "$nvme" >$peek/device
	grep -v '^used=' $peek/state
}

# hand_over FROM TO: the device changes its driver.
hand_over() {
	echo "$2" >"$pci/driver_override" && echo "$nvme" >$drivers/"$1"/unbind && echo "$nvme" >$drivers/"$2"/bind
}

plan 27

wait_for 20 test -b /dev/nvme0n1
modprobe vfio-pci
ok "the state can be looked at" insmod /dbp_peek.ko
ok "without the module, VFIO takes it" hand_over nvme vfio-pci
peek_at >/tmp/before
ok "and gives it back" hand_over vfio-pci nvme

ok "loaded" load_module policy=direct
same "attached" attached "$(cat "$files/state")"
wait_for 20 test -b /dev/nvme0n1
ok "data is right" iocheck --from /dev/nvme0n1 --to ram --bytes 2M --block 64k
for round in 1 2; do
	ok "round $round: VFIO takes it" hand_over nvme vfio-pci
	same "round $round: left alone" refused "$(cat "$files/state")"
	ok "round $round: it says why" grep -q VFIO "$files/reason"
	not_ok "round $round: it cannot be had" sh -c "echo direct >/sys/module/dma_bypass/parameters/$nvme"
	peek_at >/tmp/now
	ok "round $round: nothing of it is ours" cmp /tmp/before /tmp/now
	if [ $round = 2 ]; then
		group=$(readlink "$pci/iommu_group")
		mkfifo /tmp/hold
		vfiocheck "${group##*/}" </tmp/hold >/tmp/vfiocheck 2>&1 &
		holder=$!
		exec 4>/tmp/hold
		ok "user space has its group" wait_for 10 grep -qx taken /tmp/vfiocheck
		same "which is left alone still" refused "$(cat "$files/state")"
		exec 4>&-
		ok "and lets it go" wait $holder
	fi
	ok "round $round: VFIO gives it back" hand_over vfio-pci nvme
	wait_for 20 test -b /dev/nvme0n1
	same "round $round: attached" attached "$(cat "$files/state")"
	note "window $(cat "$files/window"), direct_size $(cat "$files/direct_size")"
	ok "round $round: data is right" iocheck --from /dev/nvme0n1 --to ram --bytes 2M --block 64k
done
ok "unloaded" unload_module
ok "the kernel's own path is right" iocheck --from /dev/nvme0n1 --to ram --bytes 2M --block 64k
