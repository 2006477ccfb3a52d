# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # files, debug, hole, hole_len are set by functions
# The hypervisor is asked for the entries of the window (H_GET_TCE), and is busy, or does not answer. A busy one is
# waited for; without an answer nothing is lost that was proved, nothing is claimed, no device is taken for it, and it
# is asked again. Needs --faults, with which its answers can be chosen.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
watched "$nvme"
params=/sys/module/dma_bypass/parameters
memory=/sys/devices/system/memory
said="did not give .* entries of its window"
plan 35

# answer CODE TIMES: PAPR's H_BUSY is 1, H_LONG_BUSY_ORDER_10_MSEC 9901, H_HARDWARE -1, H_FUNCTION -2, H_PARAMETER -4.
answer() {
	echo 0 >$params/tce_answer
	echo "$2" >$params/tce_times
	echo "$1" >$params/tce_answer
}
set_mode() {
	echo "$1" >$params/"$nvme"
}
lines() {
	dmesg | grep -c "$1"
}
reads() {
	iocheck --from $disk --to ram --bytes 2M --block 64k
}
# A property has a new value, as after a migration: all of the window is looked at again.
distrust() {
	handle=$(cat /proc/device-tree/interrupt-controller*/phandle | head -c 4 | od -An -tx1 | tr -d ' ')
	printf 'update_property %d dbp-test 4 test' "0x$handle" >/proc/powerpc/ofdt
	sleep 3
}
all_direct() {
	test "$(cat "$files/direct_size")" = "$all"
}
reason_is() {
	test "$(cat "$files/reason")" = "$1"
}

wait_for 20 test -b $disk
ok "loaded, and it does not answer" load_module tce_answer=-1
same "the device is left alone" observing "$(cat "$files/state")"
ok "for that reason" grep -q "the hypervisor did not say" "$files/reason"
not_ok "direct is refused" set_mode direct
ok "and the log says so once" test "$(lines "$said")" = 1
answer 0 -1
ok "when it answers, the device is looked at again" wait_for 60 reason_is "the kernel's own routing is right and direct"
same "and left alone" observing "$(cat "$files/state")"

ok "direct" set_mode direct
all=$(ram_end)
answer 1 5
ok "busy for a while" distrust
same "all RAM is direct" "$all" "$(cat "$files/direct_size")"
same "it was asked again" 0 "$(cat $params/tce_times)"
answer 9901 5
ok "busy for longer" distrust
same "all RAM is still direct" "$all" "$(cat "$files/direct_size")"
same "it was asked again after a while" 0 "$(cat $params/tce_times)"
same "none of that is worth a word" 1 "$(lines "$said")"

for code in 1 9905 -1 -2 -4; do
	answer $code -1
	distrust
	ok "answer $code for ever: attached all the same" set_mode direct
	same "answer $code: what was proved stays" "$all" "$(cat "$files/direct_size")"
done
ok "there is another word for it" test "$(lines "$said")" = 2
/usr/sbin/dma-bypass verify "$nvme" 1 >/tmp/said 2>&1
cp /tmp/said /tmp/output
not_ok "verify raises no false alarm" grep -q WRONG /tmp/said
not_ok "and claims nothing" grep -q 'verdict: right' /tmp/said

make_hole
same "what is taken away is cut all the same" $((all - hole_len)) "$(cat "$files/direct_size")"
echo online >$memory/memory$((hole / hole_len))/state
sleep 1
same "what comes is not direct without an answer" $((all - hole_len)) "$(cat "$files/direct_size")"
ok "data is right" reads
answer 0 -1
wait_for 60 all_direct
same "when it answers, all RAM is direct again" "$all" "$(cat "$files/direct_size")"
same "the device is attached" attached "$(cat "$files/state")"
ok "data is right again" reads
ok "unloaded" unload_module
