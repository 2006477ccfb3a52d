# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Persistent memory, and a device that is left to the kernel: its data is wrong, and neither dma-bypass nor the kernel
# log is silent about it, whichever way the device is given back.

cli=/usr/sbin/dma-bypass
nvme=$(dev_of nvme)
params=/sys/module/dma_bypass/parameters
mkdir -p /etc

# gives NAME STATUS REGEX ARGUMENT...
gives() {
	gives_name=$1 gives_status=$2 gives_regex=$3
	shift 3
	status=0
	$cli "$@" >/tmp/said 2>&1 </dev/null || status=$?
	while IFS= read -r said; do note "$said"; done </tmp/said
	if [ $status = "$gives_status" ] && { [ -z "$gives_regex" ] || grep -qE -e "$gives_regex" /tmp/said; }; then
		result ok "$gives_name"
	else
		note "'$cli $*' gave status $status, wanted $gives_status and '$gives_regex'"
		result 'not ok' "$gives_name"
	fi
}

# warned NAME: the kernel log has said it since the last time.
warned() {
	dmesg -c | grep dma_bypass >/tmp/log
	ok "$1: the kernel log says what will happen" \
		grep -q "$nvme: from now on the kernel sends persistent memory.* direct.*data will be wrong" /tmp/log
}

right() {
	iocheck --from /dev/nvme0n1 --to /dev/dax0.0 --bytes 4M --block 64k
}

plan 23
ok "a DAX device can be made" make_dax
dmesg -c >/dev/null
gives "no module: status speaks of persistent memory" 3 'persistent memory.* may be wrong' status
ok "loaded" load_module
gives "status: healthy" 0 "^$nvme " status
ok "data is right" right
gives "verify: an idle device is no right one" 7 '^verdict: inconclusive' verify "$nvme" 1
io_start --from /dev/nvme0n1 --to ram --bytes 4M --block 64k --seconds 5
gives "verify: right, under I/O" 0 '^verdict: right' verify "$nvme" 1
io_stop "I/O to RAM"

gives "set off: asks first" 6 'would lose data.*--force' set "$nvme" off
same "nothing was changed" attached "$(cat "/sys/bus/pci/devices/$nvme/dma_bypass/state")"
gives "set off --force: says what will happen" 0 'warning: .*data will be wrong' set "$nvme" off --force
warned "set off"
not_ok "data is wrong then" right
note "$(grep blocks= /tmp/output)"
gives "status: it is unhealthy" 1 'data will be wrong' status
gives "why names it" 1 'BROKEN  mode .*data will be wrong' why "$nvme"
io_start --from /dev/nvme0n1 --to /dev/dax0.0 --bytes 4M --block 64k --seconds 5
gives "verify: no good word while data is wrong" 1 '^verdict: (AT RISK|WRONG)' verify "$nvme" 2
rm -f /tmp/go
wait
gives "set auto" 0 '' set "$nvme" auto

echo default >"$params/$nvme"
echo off >$params/policy
warned "policy=off"
echo auto >$params/policy
ok "data is right again" right
echo off >$params/policy
echo translate >"$params/$nvme"
gives "unset, which would follow policy=off: asks first" 6 'would lose data.*--force' unset "$nvme"
echo auto >$params/policy
dmesg -c >/dev/null
ok "unloaded" unload_module
warned "rmmod"
not_ok "data is wrong then, too" right
rm -f /tmp/io
