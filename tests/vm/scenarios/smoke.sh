# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # put, indirect, stuff come from mark
# The harness itself: the guest boots, its devices are there, and hypercalls are counted.

reads=16
plan 6

ok "NVMe has a driver" test -n "$(dev_of nvme)"
ok "e1000e has a driver" test -n "$(dev_of e1000e)"
wait_for 20 test -b /dev/nvme0n1
same "NVMe can be read" "dma_bypass test disk" "$(head -n 1 /dev/nvme0n1)"

mark before
ok "direct reads succeed" iocheck --quiet --from /dev/nvme0n1 --to ram --bytes $((reads * 4096)) --block 4096
mark after
if [ "${WINDOW:-yes}" = yes ]; then
	same "no hypercall with a window" 0 $((put + indirect + stuff))
else
	ok "each read is a TCE call without a window" test "$put" -ge $reads
fi
mark again
same "a mark counts from the one before" 0 $((put + indirect + stuff))
