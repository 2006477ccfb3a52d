# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Persistent memory is plugged in long after the NVMe driver has set its masks and the module was loaded: a device
# that was left to the kernel is taken over by itself, while verified data moves.
# Needs --qemu "-machine nvdimm=on". QEMU cannot unplug an NVDIMM.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
files=/sys/bus/pci/devices/$nvme/dma_bypass

plan 19

wait_for 20 test -b $disk
ok "loaded" load_module
same "before: nothing to do" observing "$(cat "$files/state")"
not_ok "before: the kernel goes direct" grep -qx translate "$files/kernel_path"
io_start --from $disk --to ram --bytes 2M --block 64k
io_start --from ram --to $disk --dst-offset 64M --bytes 2M --block 64k

ok "before: somebody listens where the driver of persistent memory does" insmod /dbp_tree.ko device="$nvme"
monitor object_add memory-backend-ram,id=pmem,share=on,size=1073872896
monitor device_add nvdimm,id=nvdimm,memdev=pmem,uuid=75a3cdd7-6a2f-4791-8d15-fe0a920e8e9e,label-size=128k
ok "plugged in: a DAX device can be made" make_dax
same "plugged in: it was taken before anybody was told" 1 "$(cat /sys/module/dbp_tree/parameters/taken)"
same "plugged in: the device is attached" attached "$(cat "$files/state")"
ok "plugged in: and says why" grep -q "persistent memory is not in the direct window" "$files/reason"
ok "NVMe to pmem" iocheck --from $disk --to /dev/dax0.0 --src-offset 128M --bytes 8M --block 64k
note "$(grep blocks= /tmp/output)"
ok "pmem to NVMe" iocheck --from /dev/dax0.0 --to $disk --dst-offset 128M --bytes 8M --block 1M --src-offset 61440
note "$(grep blocks= /tmp/output)"
ok "lists of pmem and RAM" iocheck --scatter --from $disk --to /dev/dax0.0 --src-offset 128M --bytes 8M --block 256k
same "no map failed" 0 "$(cat "$files/map_errors")"
io_stop "RAM meanwhile"

ok "unloaded" unload_module
not_ok "without the module, pmem is wrong" iocheck --from $disk --to /dev/dax0.0 --bytes 2M --block 64k
ok "and RAM is right" iocheck --from $disk --to ram --bytes 2M --block 64k
ok "loaded again" load_module
ok "pmem is right again" iocheck --from $disk --to /dev/dax0.0 --bytes 2M --block 64k
ok "unloaded again" unload_module
