# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Whole-system throughput in wall time: NVMe with fio. In each round the kernel's own path (mode off), the module's
# direct path and TCEs follow each other on the running device. Results, one line a measurement:
#   # DATA test path value unit

: "${ROUNDS:=5}"
: "${SECONDS_EACH:=3}"
disk=/dev/nvme0n1
nvme=$(dev_of nvme)
params=/sys/module/dma_bypass/parameters

# NAME PATTERN BLOCK DEPTH
fio_one() {
	LD_LIBRARY_PATH=/lib fio --name="$1" --filename=$disk --direct=1 --ioengine=libaio --rw="$2" --bs="$3" --iodepth="$4" \
		--runtime="$SECONDS_EACH" --time_based --ramp_time=0.5 --minimal 2>/tmp/output | awk -F ';' 'NF > 8 { print $7 }'
}

# TEST PATH
one() {
	case $1 in
	fio-randread-4k) value=$(fio_one x randread 4k 16) ;;
	fio-read-1M) value=$(fio_one x read 1M 4) ;;
	esac
	note "DATA $1 $2 ${value:-failed} KiB/s"
	[ -n "$value" ] || bad=$((bad + 1))
}

plan 3
ok "the module is loaded" load_module policy=off
bad=0 round=0
while [ $round -lt "$ROUNDS" ]; do
	for test in fio-randread-4k fio-read-1M; do
		for path in off direct translate; do
			echo $path >$params/"$nvme" || bad=$((bad + 1))
			one "$test" $path
		done
		echo off >$params/"$nvme"
	done
	round=$((round + 1))
done
same "nothing failed" 0 $bad
ok "unloaded" unload_module
