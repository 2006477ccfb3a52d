# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Whole-system throughput in wall time: NVMe with fio, and a TCP stream through e1000e to an echo service and back. In
# each round TCEs, the module's direct path and the kernel's own (mode off) follow each other: a network driver
# holds buffers, so its ring must have been filled with direct ones before it can be given back. Results, one
# line a measurement:
#   # DATA test path value unit

: "${ROUNDS:=5}"
: "${SECONDS_EACH:=3}"
disk=/dev/nvme0n1
nvme=$(dev_of nvme)
nic=$(dev_of e1000e)
params=/sys/module/dma_bypass/parameters

# NAME PATTERN BLOCK DEPTH
fio_one() {
	LD_LIBRARY_PATH=/lib fio --name="$1" --filename=$disk --direct=1 --ioengine=libaio --rw="$2" --bs="$3" --iodepth="$4" \
		--runtime="$SECONDS_EACH" --time_based --ramp_time=0.5 --minimal 2>/tmp/output | awk -F ';' 'NF > 8 { print $7 }'
}

net_one() {
	stream=$((SECONDS_EACH * 4000000))
	start=$(cut -d ' ' -f 1 /proc/uptime)
	netcheck --bytes $stream >/tmp/output 2>&1 || return
	end=$(cut -d ' ' -f 1 /proc/uptime)
	awk -v n=$stream -v a="$start" -v b="$end" 'BEGIN { printf "%.0f\n", n / 1024 / (b - a) }'
}

# TEST PATH
one() {
	case $1 in
	fio-randread-4k) value=$(fio_one x randread 4k 16) ;;
	fio-read-1M) value=$(fio_one x read 1M 4) ;;
	tcp) value=$(net_one) ;;
	esac
	note "DATA $1 $2 ${value:-failed} KiB/s"
	[ -n "$value" ] || bad=$((bad + 1))
}

plan 4
tests="fio-randread-4k fio-read-1M tcp"
link=$(ls /sys/bus/pci/devices/"$nic"/net)
ifconfig "$link" 10.0.2.15 netmask 255.255.255.0 up
wait_for 20 netcheck --bytes 1000
ok "the module is loaded" load_module policy=off
bad=0 round=0
while [ $round -lt "$ROUNDS" ]; do
	for test in $tests; do
		case $test in tcp) dev=$nic ;; *) dev=$nvme ;; esac
		for path in translate direct off; do
			echo $path >$params/"$dev" || bad=$((bad + 1))
			one "$test" $path
		done
	done
	round=$((round + 1))
done
same "nothing failed" 0 $bad
ok "the disk was used" test -n "$nvme"
ok "unloaded" unload_module
