# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # put, indirect, stuff come from mark
# A guest without hot-pluggable memory: kernels from 7.0 on ask for a window of no size, get none, and keep a limit as if
# they had one. Then every handle counts as direct when it is released, and no TCE is ever given back.

nvme=$(dev_of nvme)
files=/sys/bus/pci/devices/$nvme/dma_bypass
peek=/sys/kernel/debug/dbp_peek
reads=256
plan 14

wait_for 20 test -b /dev/nvme0n1
ok "the state can be looked at" insmod /dbp_peek.ko
echo "$nvme" >$peek/device
/usr/sbin/dma-bypass why "$nvme" >/tmp/said
ok "dma-bypass names what is missing: the module, which would make a window" grep -q 'BROKEN  module ' /tmp/said
mark begin
ok "before: reads succeed" iocheck --from /dev/nvme0n1 --to ram --bytes $((reads * 4096)) --block 4k
mark before
ok "before: each buffer is translated" test "$put" -ge $reads
same "before: none is released" 0 "$stuff"
leaked=$(tces_used)
ok "before: the table fills up" test "$leaked" -ge $reads

ok "loaded, policy auto, no window of our own" load_module own_windows=0
same "the device is taken" attached "$(cat "$files/state")"
ok "and the reason says why" grep -q 'never releases them' "$files/reason"
mark loaded
held=$(tces_used)
ok "after: reads succeed" iocheck --from /dev/nvme0n1 --to ram --bytes $((reads * 4096)) --block 4k
mark after
ok "after: each buffer is translated" test "$put" -ge $reads
ok "after: each is released" test "$stuff" -ge $reads
ok "after: the table is as before, but for what is under way" test $(($(tces_used) - held)) -lt 16
ok "unloaded" unload_module
