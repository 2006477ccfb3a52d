# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Whole-system throughput: NVMe, with fio where the guest has it and the kernel can run it, else with iocheck; and
# a TCP stream through e1000e to an echo service and back. In each round the kernel's own path (mode off), ours,
# and TCEs follow each other. Results, one line a measurement:
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

# In KiB per second: iocheck reads the blocks in a random order, fills them before and compares them behind.
iocheck_one() {
	iocheck --from $disk --to ram --bytes 16M --block "$1" --seconds "$SECONDS_EACH" >/tmp/output 2>&1
	awk -v s="$SECONDS_EACH" 'match($0, /bytes=[0-9]+/) { printf "%.0f\n", substr($0, RSTART + 6, RLENGTH - 6) / 1024 / s }' /tmp/output
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
	iocheck-4k) value=$(iocheck_one 4k) ;;
	iocheck-1M) value=$(iocheck_one 1M) ;;
	tcp) value=$(net_one) ;;
	esac
	note "DATA $1 $2 ${value:-failed} KiB/s"
	[ -n "$value" ] || bad=$((bad + 1))
}

plan 4
tests="iocheck-4k iocheck-1M"
if [ -x /bin/fio ] && [ -n "$(fio_one try randread 4k 1)" ]; then
	tests="fio-randread-4k fio-read-1M"
else
	note "fio: $(head -n 1 /tmp/output 2>/dev/null)"
fi
if [ -n "$nic" ]; then
	link=$(ls /sys/bus/pci/devices/"$nic"/net)
	ifconfig "$link" 10.0.2.15 netmask 255.255.255.0 up
	wait_for 20 netcheck --bytes 1000 && tests="$tests tcp"
fi
ok "the module is loaded" load_module policy=off
bad=0 round=0
while [ $round -lt "$ROUNDS" ]; do
	for test in $tests; do
		case $test in tcp) dev=$nic ;; *) dev=$nvme ;; esac
		for path in off direct translate; do
			echo $path >$params/"$dev" || bad=$((bad + 1))
			one "$test" $path
		done
		echo off >$params/"$dev"
	done
	round=$((round + 1))
done
same "nothing failed" 0 $bad
ok "the disk was used" test -n "$nvme"
ok "unloaded" unload_module
