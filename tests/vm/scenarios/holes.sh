# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # files, debug, hole, hole_len are set by functions
# Blocks of RAM are taken offline, more of them than fit into any small table of ranges. Memory that is offline can
# hold no buffer: the kernel's own routing stays right, and no device is taken for it. All the rest goes direct.
# Start with a guest that has blocks enough; they are never touched, so the host need not have that much.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
watched "$nvme"
toggle=/sys/module/dma_bypass/parameters/$nvme
memory=/sys/devices/system/memory
block_size=$((0x$(cat $memory/block_size_bytes)))
plan 17

# spans: how many ranges count as direct.
spans() {
	grep -c ^span "$debug/state"
}

# online_size: bytes of all blocks that are online.
online_size() {
	echo $(($(cat $memory/memory[0-9]*/state | grep -cx online) * block_size))
}

wait_for 20 test -b $disk
ok "loaded" load_module
same "observed" observing "$(cat "$files/state")"
all=$(online_size)
set --
for block in $(seq 3 2 "${LAST:-141}"); do
	echo offline >$memory/memory"$block"/state 2>/dev/null && set -- "$@" "$block"
done
note "$# blocks of $block_size bytes were taken offline"
ok "more than 64 holes" test $# -gt 64
same "observed with blocks offline" observing "$(cat "$files/state")"
echo online >$memory/memory"$1"/state
sleep 4
same "observed when one is online again" observing "$(cat "$files/state")"
same "the reason" "the kernel's own routing is right and direct" "$(cat "$files/reason")"
echo offline >$memory/memory"$1"/state

ok "taken" sh -c "echo direct >$toggle"
same "all that is online is direct" $((all - $# * block_size)) "$(cat "$files/direct_size")"
same "in as many ranges" $(($# + 1)) "$(spans)"
# shellcheck disable=SC2016 # awk's
ok "the window's entries are right" awk '{ exit !($2 > 128 && $2 == $4) }' "$debug/tces"
ok "data is right" iocheck --from $disk --to ram --bytes 16M --block 64k
# One more hole in the middle, and back: without a proof of the rest.
echo online >$memory/memory"$1"/state
ok "a block that comes back is direct" wait_for 10 direct_size_is $((all - ($# - 1) * block_size))
same "and joins its neighbours" $# "$(spans)"
ok "the last one comes back" sh -c "echo online >$memory/memory$(eval echo "\${$#}")/state"
ok "and is direct" wait_for 10 direct_size_is $((all - ($# - 2) * block_size))
ok "data is right again" iocheck --from ram --to $disk --bytes 16M --block 64k
ok "unloaded" unload_module
