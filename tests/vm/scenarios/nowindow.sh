# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# No direct window: the device is left to the kernel, with a reason; asking for direct by name is refused.

nvme=$(dev_of nvme)
params=/sys/module/dma_bypass/parameters
files=/sys/bus/pci/devices/$nvme/dma_bypass
plan 16

# Either the kernel was told to make none, or the firmware offers none.
link=firmware
! grep -qw disable_ddw /proc/cmdline || link=cmdline
/usr/sbin/dma-bypass why "$nvme" >/tmp/said
ok "dma-bypass names what is missing" grep -q "BROKEN  $link " /tmp/said
ok "loaded" load_module
same "observing" observing "$(cat "$files/state")"
ok "the reason names the missing window" grep -q 'no direct window' "$files/reason"
same "window" none "$(cat "$files/window")"
same "window_size" 0 "$(cat "$files/window_size")"
not_ok "direct is refused" sh -c "echo direct >$params/$nvme"
cp /tmp/output /tmp/said
ok "with the errno for it" grep -q 'not supported' /tmp/said
ok "and one sentence" sh -c "dmesg | grep -q 'dma_bypass: $nvme: mode direct is refused: no direct window'"
/usr/sbin/dma-bypass set "$nvme" direct >/tmp/said 2>&1
same "dma-bypass set: exit status" 6 $?
ok "it repeats that sentence" grep -q "^dma-bypass: $nvme was not changed: mode direct is refused: no direct window" /tmp/said
same "the mode is as before" auto "$(cat "$files/mode")"
ok "policy direct is no promise" sh -c "echo direct >$params/policy"
same "still observing" observing "$(cat "$files/state")"
ok "data is right" iocheck --from /dev/nvme0n1 --to ram --bytes 4M --block 64k
ok "unloaded" unload_module
