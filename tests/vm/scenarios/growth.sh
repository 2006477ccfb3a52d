# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # get comes from mark
# What loading, unloading, and everything in between costs does not grow with the number of functions: how often the
# hypervisor is asked for an entry of a window (H_GET_TCE), and how long the guest waits. FUNCTIONS: how many there are of NVMe,
# on PES partitionable endpoints. Each result is a line
#   # DATA GiB endpoints functions what microseconds H_GET_TCE

params=/sys/module/dma_bypass/parameters
memory=/sys/devices/system/memory
: "${FUNCTIONS:=1}" "${PES:=1}"
bound() {
	find /sys/bus/pci/drivers/nvme/ -name '0*:*' | wc -l
}
all_bound() {
	test "$(bound)" = "$FUNCTIONS"
}
attached() {
	grep -l attached /sys/bus/pci/devices/*/dma_bypass/state | wc -l
}
# timed NAME COMMAND...: how long it took, and what was asked meanwhile, as a line and in $get.
timed() {
	timed_name=$1
	shift
	mark "$timed_name"
	"$@" >/tmp/us || return
	mark "$timed_name"
	note "DATA $((ram >> 30)) $PES $FUNCTIONS $timed_name $(awk '{ sum += $1 } END { printf "%.0f", sum }' /tmp/us) $get"
}
rebind() {
	echo "$one" >/sys/bus/pci/drivers/nvme/unbind
	stopwatch write /sys/bus/pci/drivers/nvme/bind "$one"
	wait_for 20 grep -q attached "/sys/bus/pci/devices/$one/dma_bypass/state"
}
# block STATE...: of a block of RAM.
block() {
	for state; do
		stopwatch write "$memory/memory$last/state" "$state" || return
	done
	sleep 4
}
idle() {
	sleep 10
	echo 0
}
direct_is() {
	test "$(cat "/sys/bus/pci/devices/$one/dma_bypass/direct_size")" = "$1"
}

plan 19

ok "each function has its driver" wait_for 120 all_bound
one=$(find /sys/bus/pci/drivers/nvme/ -name '0*:*' | sort | head -n 1)
one=${one##*/}
wait_for 10 false
ram=$(ram_end)
block_size=$((0x$(cat $memory/block_size_bytes)))
blocks=$((ram / block_size))

ok "loaded" timed load stopwatch load /dma_bypass.ko policy=direct
same "all are attached" "$FUNCTIONS" "$(attached)"
note "$get entries asked for, $blocks blocks of RAM, $PES endpoints"
# Two for each block of RAM, and for each endpoint one that tells whether its TCE table lives, and one that was just mapped.
ok "at load: no entry is asked for twice" test "$get" -le $((PES * (2 * blocks + 2)))
ok "nothing happens" timed idle idle
same "nothing is asked" 0 "$get"
ok "one goes off and direct" timed toggle stopwatch write "$params/$one" off direct
same "at a toggle nothing is asked" 0 "$get"
ok "one loses its driver, and gets it again" timed bind rebind
same "at a bind nothing is asked" 0 "$get"
ok "the policy changes, twice" timed policy stopwatch write $params/policy off direct
same "at a change of policy nothing is asked" 0 "$get"

last=$((blocks - 1))
while [ $last -gt 0 ] && ! echo offline 2>/dev/null >$memory/memory$last/state; do
	last=$((last - 1))
done
sleep 4
same "a block goes: it is not direct any more" $((ram - block_size)) "$(cat "/sys/bus/pci/devices/$one/dma_bypass/direct_size")"
ok "and comes again" timed memory block online
ok "it is direct again" wait_for 10 direct_is "$ram"
ok "two entries of each window were asked for" test "$get" -le $((2 * PES))
same "all are attached still" "$FUNCTIONS" "$(attached)"
ok "unloaded" timed unload stopwatch unload dma_bypass

# A wait for everybody takes as long as it takes, so once is not enough.
again() {
	for _ in 1 2 3 4 5; do
		stopwatch load /dma_bypass.ko policy=direct >>/tmp/loads && stopwatch unload dma_bypass >>/tmp/unloads || return
	done
}
# median NAME FILE
median() {
	note "DATA $((ram >> 30)) $PES $FUNCTIONS $1 $(sort -n "$2" | awk 'NR == 3 { printf "%.0f", $1 }') 0"
}
ok "loaded and unloaded five times" again
median loads /tmp/loads
median unloads /tmp/unloads
