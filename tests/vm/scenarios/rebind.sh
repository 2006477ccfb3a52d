# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Drivers come and go while the module is loaded: each time the device is taken before its first mapping.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
files=/sys/bus/pci/devices/$nvme/dma_bypass
driver=/sys/bus/pci/drivers/nvme
rounds=${ROUNDS:-5}
plan $((4 + 5 * rounds))

ok "a DAX device can be made" make_dax
ok "loaded" load_module
for round in $(seq "$rounds"); do
	ok "round $round: unbound" sh -c "echo $nvme >$driver/unbind"
	same "round $round: not ours" observing "$(cat "$files/state")"
	ok "round $round: bound again" sh -c "echo $nvme >$driver/bind"
	wait_for 20 test -b $disk
	same "round $round: attached" attached "$(cat "$files/state")"
	ok "round $round: pmem is right" iocheck --from $disk --to /dev/dax0.0 --bytes 4M --block 64k
done
ok "unloaded" unload_module
ok "RAM is right" iocheck --from $disk --to ram --bytes 4M --block 64k
