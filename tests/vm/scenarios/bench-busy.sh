# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # put, indirect, stuff come from mark
# Guest instructions for one block read from NVMe, all of them: program, file system calls, block layer, driver,
# mapping, interrupts. For a guest with one CPU under --fast-time: its clock less the time that it was idle. The
# kernel must tell how long that was (/proc/timer_list). Results, one line a measurement:
#   # DATA test path instructions hypercalls

: "${ROUNDS:=3}"
: "${BLOCKS:=2048}"
disk=/dev/nvme0n1
nvme=$(dev_of nvme)
params=/sys/module/dma_bypass/parameters

busy() {
	awk '/^now at/ { now = $3 } /idle_sleeptime/ { now -= $3 } END { printf "%.0f", now }' /proc/timer_list
}

# TEST BLOCKS
read_blocks() {
	case $1 in
	dd-read-4k) dd if=$disk of=/dev/null bs=4k count="$2" iflag=direct ;;
	dd-read-1M) dd if=$disk of=/dev/null bs=1M count=$(($2 / 16)) iflag=direct ;;
	fio-randread-4k) LD_LIBRARY_PATH=/lib fio --name=x --filename=$disk --direct=1 --ioengine=libaio --rw=randread \
		--bs=4k --iodepth=16 --io_size=$(($2 * 4))k --size=64M --randseed=1 ;;
	esac
}

# TEST PATH: the difference between many blocks and few, so that starting the program does not count.
one() {
	some=$((BLOCKS / 8))
	t0=$(busy)
	read_blocks "$1" $some >/tmp/output 2>&1 || bad=$((bad + 1))
	t1=$(busy)
	mark "$1"
	read_blocks "$1" "$BLOCKS" >/tmp/output 2>&1 || bad=$((bad + 1))
	t2=$(busy)
	mark "$1"
	case $1 in *1M) unit=16 ;; *) unit=1 ;; esac
	note "DATA $1 $2 $(awk -v few=$((t1 - t0)) -v many=$((t2 - t1)) -v n=$((BLOCKS - some)) -v all="$BLOCKS" \
		-v unit=$unit -v calls=$((put + indirect + stuff)) 'BEGIN { printf "%.0f %.2f", (many - few) / n * unit, calls / all * unit }')"
}

plan 4
ok "the kernel tells how long it was idle" grep -q idle_sleeptime /proc/timer_list
tests="dd-read-4k dd-read-1M"
[ ! -x /bin/fio ] || tests="$tests fio-randread-4k"
ok "the module is loaded" load_module policy=off
bad=0 round=0
while [ $round -lt "$ROUNDS" ]; do
	for test in $tests; do
		for path in off direct translate; do
			echo $path >$params/"$nvme" || bad=$((bad + 1))
			one "$test" $path
		done
	done
	round=$((round + 1))
done
same "nothing failed" 0 $bad
echo off >$params/"$nvme"
ok "unloaded" unload_module
