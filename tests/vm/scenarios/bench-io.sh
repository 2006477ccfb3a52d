# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Whole-system throughput in wall time: NVMe with fio, and a TCP stream that is echoed and compared. In each round the
# kernel's own path (mode off), the module's direct path and TCEs follow each other on the running device. In a guest
# without hot-pluggable memory (WINDOW=own) the kernel's own path is TCEs, and the direct path a window of ours. A kernel
# that never releases a TCE has some 260000 maps of 4 KiB to give: with MAPS=8192 each measurement takes that many.
# Results, one line a measurement:
#   # DATA test path value unit

: "${ROUNDS:=5}" "${SECONDS_EACH:=3}" "${WINDOW:=direct64}"
disk=/dev/nvme0n1
nvme=$(dev_of nvme)
nic=$(dev_of e1000e)
params=/sys/module/dma_bypass/parameters
tests=${TESTS-"fio-randread-4k fio-read-1M fio-write-1M"}
plan 4

# PATTERN BLOCK DEPTH FIELD: KiB a second; fio's eighth field of --minimal is for reads, the 48th for writes.
fio_one() {
	if [ -n "${MAPS:-}" ]; then
		set -- "$@" --io_size=$((MAPS * 4))k
	else
		set -- "$@" --runtime="$SECONDS_EACH" --time_based --ramp_time=0.5
	fi
	fio_rw=$1 fio_block=$2 fio_depth=$3 fio_field=$4
	shift 4
	LD_LIBRARY_PATH=/lib fio --name=x --filename=$disk --direct=1 --ioengine=libaio --rw="$fio_rw" --bs="$fio_block" \
		--iodepth="$fio_depth" --minimal "$@" 2>/tmp/output | awk -F ';' "NF > 48 { print \$$fio_field }"
}

# Each byte crosses the device twice.
tcp_one() {
	tcp_begin=$(now_ms)
	netcheck --bytes 4000000 >/tmp/output 2>&1 && echo $((2 * 4000000 * 1000 / 1024 / ($(now_ms) - tcp_begin)))
}

# mode DEVICE PATH: a network interface that is up holds its receive buffers, which only a driver gives back.
mode() {
	[ "$1" != "$nic" ] || ip link set "$eth" down || return
	echo "$2" >$params/"$1" || return
	[ "$1" != "$nic" ] || ifconfig "$eth" 10.0.2.15 netmask 255.255.255.0 up
}

# TEST PATH
one() {
	dev=$nvme
	[ "$1" != tcp-echo ] || dev=$nic
	mode "$dev" "$2" || bad=$((bad + 1))
	case $1 in
	fio-randread-4k) value=$(fio_one randread 4k 16 7) ;;
	fio-read-1M) value=$(fio_one read 1M 4 7) ;;
	fio-write-1M) value=$(fio_one write 1M 4 48) ;;
	tcp-echo) value=$(tcp_one) ;;
	esac
	note "DATA ${PREFIX:-}$1 $2 ${value:-failed} KiB/s"
	[ -n "$value" ] || bad=$((bad + 1))
}

if [ -n "$nic" ]; then
	tests="$tests tcp-echo"
	for eth in /sys/bus/pci/devices/"$nic"/net/*; do eth=${eth##*/}; done
fi
ok "the module is loaded" load_module policy=off
bad=0 round=0
while [ $round -lt "$ROUNDS" ]; do
	for test in $tests; do
		for path in off direct translate; do
			one "$test" $path
		done
		mode "$dev" direct
		round_window=$(cat /sys/bus/pci/devices/"$dev"/dma_bypass/window)
		mode "$dev" off
	done
	round=$((round + 1))
done
same "nothing failed" 0 $bad
same "the window was the expected one" "$WINDOW" "$round_window"
[ -z "$nic" ] || ip link set "$eth" down
ok "unloaded" unload_module
