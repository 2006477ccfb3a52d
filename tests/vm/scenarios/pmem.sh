# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # put, indirect, stuff come from mark
# The main job: without the module O_DIRECT between NVMe and persistent memory gives wrong data and
# reports success; loading the module on the running device makes it right.
# BYTES: how much to move with each block size.

: "${BYTES:=64M}"
disk=/dev/nvme0n1
nvme=$(dev_of nvme)
files=/sys/bus/pci/devices/$nvme/dma_bypass
cases="4k:0 64k:0 64k:4096 256k:20480 1M:512 1M:61440"

plan $((7 + 7 + 2 * 6 + 8))

ok "a DAX device can be made" make_dax
not_ok "before: NVMe to pmem is right" iocheck --from $disk --to /dev/dax0.0 --bytes 4M --block 64k --show 1
note "$(grep blocks= /tmp/output)"
same "before: no read failed" "errors=0" "$(grep -o 'errors=[0-9]*' /tmp/output)"
not_ok "before: pmem to NVMe is right" iocheck --from /dev/dax0.0 --to $disk --bytes 4M --block 64k
note "$(grep blocks= /tmp/output)"
not_ok "before: lists of pmem and RAM are right" iocheck --scatter --from $disk --to /dev/dax0.0 --bytes 4M --block 256k
ok "before: NVMe to RAM is right" iocheck --from $disk --to ram --bytes 16M --block 64k
ok "before: RAM to NVMe is right" iocheck --from ram --to $disk --bytes 16M --block 64k
mark loading
ok "the module is loaded, policy auto" load_module
mark loaded
ok "proving the window asks the hypervisor" test "$get" -gt 0
same "state" attached "$(cat "$files/state")"
same "mode" auto "$(cat "$files/mode")"
same "window" direct64 "$(cat "$files/window")"
ok "all RAM goes direct" test "$(cat "$files/direct_size")" -gt 2000000000
ok "the toggle shows the mode" grep -qx '\[auto\] direct translate off' /sys/module/dma_bypass/parameters/"$nvme"

for case in $cases; do
	block=${case%:*} offset=${case#*:}
	ok "after: NVMe to pmem, $block blocks at offset $offset" iocheck --from $disk --to /dev/dax0.0 \
		--bytes "$BYTES" --block "$block" --dst-offset "$offset"
	note "$(grep blocks= /tmp/output)"
	ok "after: pmem to NVMe, $block blocks at offset $offset" iocheck --from /dev/dax0.0 --to $disk \
		--bytes "$BYTES" --block "$block" --src-offset "$offset"
	note "$(grep blocks= /tmp/output)"
done

ok "after: lists of pmem and RAM, to memory" iocheck --scatter --from $disk --to /dev/dax0.0 --bytes "$BYTES" --block 256k
note "$(grep blocks= /tmp/output)"
ok "after: lists of pmem and RAM, from memory" iocheck --scatter --from /dev/dax0.0 --to $disk --bytes "$BYTES" --block 256k
mark ram
ok "after: NVMe to RAM is right" iocheck --from $disk --to ram --bytes "$BYTES" --block 64k
ok "after: RAM to NVMe is right" iocheck --from ram --to $disk --bytes "$BYTES" --block 64k
mark end
same "buffers in the window make no hypercall" 0 $((put + indirect + stuff))
ok "buffers outside were counted" test "$(cat "$files/translated_maps")" -gt 0
same "no map failed" 0 "$(cat "$files/map_errors")"
ok "the module is unloaded" unload_module
