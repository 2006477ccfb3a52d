# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# A kernel that was started after a crash, as it sees itself: with elfcorehdr= on its command line. The module
# refuses to load, and the devices work in the kernel's own way.

disk=/dev/nvme0n1
plan 5

ok "the kernel was given a crash dump" grep -q elfcorehdr= /proc/cmdline
wait_for 20 test -b $disk
not_ok "it does not load" load_module policy=direct
ok "it says why" sh -c "dmesg | grep -q 'dma_bypass: not loaded: this is a crash dump kernel'"
not_ok "nothing is left of it" test -e /sys/module/dma_bypass
ok "data is right" iocheck --from $disk --to ram --bytes 4M --block 64k
