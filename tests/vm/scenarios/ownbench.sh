# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # put, indirect, stuff, get... come from mark
# What a window of our own is worth, and what making it costs. The figures are notes, for reading; make check does
# not run this. The kernel's own way and ours take turns, since the host's other work disturbs the clock.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
files=/sys/bus/pci/devices/$nvme/dma_bypass
params=/sys/module/dma_bypass/parameters
: "${TURNS:=3}" "${READS:=8000}" "${WRITES:=2000}"
wait_for 20 test -b $disk
needs_no_kernel_window
plan 7


# move KIND DD-ARGS...: adds the time and the hypercalls that it takes to the sums of this way and kind.
move() {
	kind=${way}_$1
	shift
	mark begin
	spent=$(now_ms)
	dd "$@" 2>/dev/null || return
	spent=$(($(now_ms) - spent))
	mark "$kind"
	calls=$((put + indirect + stuff))
	eval "time_$kind=\$((\${time_$kind:-0} + $spent)) calls_$kind=\$((\${calls_$kind:-0} + $calls))"
}

run() {
	way=$1
	move read if=$disk of=/dev/null bs=4k count="$READS" iflag=direct &&
		move write if=/dev/zero of=$disk bs=64k count="$WRITES" oflag=direct
}

# Long-lived memory that the driver allocates at first is not counted.
ok "first use" iocheck --from ram --to $disk --bytes 4M --block 64k
mark begin
ok "loaded" load_module
mark loaded
note "$(dmesg | sed -n 's/.*dma_bypass: .*: \(made a direct window.*\)/\1/p')"
note "loading took $indirect H_PUT_TCE_INDIRECT, $get H_GET_TCE"
same "the window is ours" own "$(cat "$files/window")"
good=0
for _ in $(seq "$TURNS"); do
	mark begin
	echo off >$params/"$nvme" && mark off && run kernel && echo auto >$params/"$nvme" && run own && good=$((good + 1))
done
same "all turns" "$TURNS" $good
# shellcheck disable=SC2154 # set by move
{
	note "reads of 4 KiB each second: kernel $((TURNS * READS * 1000 / time_kernel_read))," \
		"own window $((TURNS * READS * 1000 / time_own_read))," \
		"that is $((time_kernel_read * 100 / time_own_read)) %"
	note "writes of 64 KiB each second: kernel $((TURNS * WRITES * 1000 / time_kernel_write))," \
		"own window $((TURNS * WRITES * 1000 / time_own_write))," \
		"that is $((time_kernel_write * 100 / time_own_write)) %"
	note "hypercalls for $((TURNS * READS)) reads: kernel $calls_kernel_read, own window $calls_own_read"
	note "hypercalls for $((TURNS * WRITES)) writes: kernel $calls_kernel_write, own window $calls_own_write"
	same "own window: reads cost none" 0 "$calls_own_read"
}
mark begin
ok "unloaded" unload_module
mark unloaded
same "the window is removed" 1 "$remove"
note "removing it took $stuff H_STUFF_TCE"
