# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Each allocation and each registration of the module fails once: at load, at attaching, at binding. Every time it ends
# in an error or in a fall-back, nothing is half done, data is right, and the module can be unloaded. Needs --faults.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
module=/sys/module/dma_bypass/parameters
peek=/sys/kernel/debug/dbp_peek
plan 15

# Whether the point was passed: the kernel says so when it fails.
failed_point() {
	dmesg | sed -n 's/.*dma_bypass: fault [0-9]*: //p' | tail -n 1
}
state() {
	grep -v '^used=' $peek/state
}
moves() {
	iocheck --from $disk --to ram --bytes 256k --block 4k >/tmp/moved 2>&1
}
# wrong WHAT...: something that must not be; the test of the phase fails.
wrong() {
	note "point $n ($point): $*"
	bad=$((bad + 1))
}
# ended PHASE OUTCOME: a line of the table.
ended() {
	note "$1 $n: $point: $2"
}

wait_for 20 test -b $disk
ok "the state can be looked at" insmod /dbp_peek.ko
echo "$nvme" >$peek/device
state >/tmp/alone

n=0 bad=0 refused=0
while :; do
	n=$((n + 1))
	dmesg -c >/dev/null
	if insmod /dma_bypass.ko policy=direct fail_at=$n 2>/tmp/error; then outcome="loaded all the same"; else outcome="not loaded: $(sed 's/.*: //' /tmp/error)"; fi
	point=$(failed_point)
	if [ -z "$point" ]; then
		rmmod dma_bypass || wrong "it cannot be unloaded"
		break
	fi
	if [ -e $module ]; then
		dmesg | grep -q 'dma_bypass: no \|dma_bypass: .*error\|dma_bypass: .*memory' ||
			case $point in debugfs* | alloc_percpu) ;; *) wrong "loaded, and no word about it" ;; esac
	else
		refused=$((refused + 1))
	fi
	moves || wrong "data was wrong"
	if [ -e $module ] && ! rmmod dma_bypass 2>/tmp/error; then
		# Without the hook on unloading, giving the devices back comes first.
		outcome="$outcome; policy off before it was unloaded"
		echo off >$module/policy
		dmesg | grep -q 'stays in while a device is attached' || wrong "it cannot be unloaded, and does not say why"
		rmmod dma_bypass || wrong "it cannot be unloaded"
	fi
	state >/tmp/now
	cmp -s /tmp/alone /tmp/now || wrong "the device is not as before"
	ended load "$outcome"
done
loads=$((n - 1))
same "load: each of $loads failures is clean" 0 $bad
ok "load: there were some" test $loads -ge 14
ok "load: some made it fail" test $refused -ge 5

ok "loaded" load_module
n=0 bad=0
while :; do
	n=$((n + 1))
	dmesg -c >/dev/null
	echo off >$module/"$nvme"
	state >/tmp/off
	echo $n >$module/fail_at
	if echo direct 2>/tmp/error >$module/"$nvme"; then outcome="attached"; else outcome="refused"; fi
	point=$(failed_point)
	moves || wrong "data was wrong"
	if [ $outcome = refused ]; then
		state >/tmp/now
		cmp -s /tmp/off /tmp/now || wrong "it is half attached"
	fi
	echo 0 >$module/fail_at
	echo direct >$module/"$nvme" || wrong "a second attempt fails"
	[ -n "$point" ] || break
	ended attach "$outcome"
done
same "attach: each of $((n - 1)) failures is clean" 0 $bad
ok "attach: there were some" test $n -ge 2

n=0 bad=0
while :; do
	n=$((n + 1))
	dmesg -c >/dev/null
	echo "$nvme" >/sys/bus/pci/drivers/nvme/unbind
	echo $n >$module/fail_at
	echo "$nvme" >/sys/bus/pci/drivers/nvme/bind
	wait_for 20 test -b $disk || wrong "no disk"
	point=$(failed_point)
	moves || wrong "data was wrong"
	echo 0 >$module/fail_at
	[ -n "$point" ] || break
	reason=$(cat /sys/bus/pci/devices/"$nvme"/dma_bypass/reason)
	case $reason in
	asked*) ;;
	*memory*) ;;
	*) wrong "the reason is not the right one" ;;
	esac
	ended bind "$(cat /sys/bus/pci/devices/"$nvme"/dma_bypass/state): $reason"
	[ $n -lt 60 ] || break
done
same "bind: each of $((n - 1)) failures is clean" 0 $bad
ok "bind: there were some" test $n -ge 2
echo "$nvme" >/sys/bus/pci/drivers/nvme/unbind
echo "$nvme" >/sys/bus/pci/drivers/nvme/bind
wait_for 20 test -b $disk
ok "data is right after all that" iocheck --from $disk --to ram --bytes 4M --block 64k
same "and the device attached" attached "$(cat /sys/bus/pci/devices/"$nvme"/dma_bypass/state)"
# As on a machine where all counters are too many to look at with nobody else running.
dmesg -c >/dev/null
echo 100000 >$module/cpus
not_ok "many counters: unloading is refused at first" rmmod dma_bypass
ok "in a sentence" sh -c "dmesg | grep -q 'CPUs and devices are looked at first'"
sleep 2
ok "unloaded at the second try" rmmod dma_bypass
state >/tmp/now
ok "the device is as before" cmp /tmp/alone /tmp/now
