# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # put, indirect, stuff come from mark
# RAM comes and goes while verified data moves: a DIMM is plugged in, its blocks are taken offline and
# online again, and it is unplugged. What counts as direct follows, and each entry of it is asked for all the time.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
watched "$nvme"
memory=/sys/devices/system/memory
dimm=$((512 << 20))

# How many blocks of the DIMM are online, or still somewhere on their way?
blocks_are() {
	count=0
	for block in $hot_block $((hot_block + 1)); do
		state=$(cat $memory/memory"$block"/state 2>/dev/null) || continue
		[ "$state" = offline ] || count=$((count + 1))
	done
	test $count -eq "$1"
}

# change_blocks STATE...: one state a block.
change_blocks() {
	block=$hot_block
	for state; do
		echo "$state" >$memory/memory$block/state || return
		block=$((block + 1))
	done
}

plan 34

block_size=$((0x$(cat $memory/block_size_bytes)))
ram_end=$(ram_end)
hot_block=$((ram_end / block_size))
echo online_movable >$memory/auto_online_blocks
wait_for 20 test -b $disk
ok "loaded" load_module policy=direct
same "the device is attached" attached "$(cat "$files/state")"
before=$(cat "$files/direct_size")
same "before: all RAM is direct" "$ram_end" "$before"
not_ok "before: the window has nothing behind the RAM" window_has "$ram_end"

: >/tmp/optimistic
io_start --from $disk --to ram --bytes 2M --block 64k --threads 2
io_start --from ram --to $disk --dst-offset 64M --bytes 2M --block 64k --threads 2
sample_entries &

monitor object_add memory-backend-ram,id=hot,size=$dimm
monitor device_add pc-dimm,id=dimm,memdev=hot
ok "plugged in: the RAM is online" wait_for 60 blocks_are 2
ok "plugged in: it is direct" wait_for 10 direct_size_is $((before + dimm))
ok "plugged in: the window has its first byte" window_has "$ram_end"
ok "plugged in: and its last LMB" window_has $((ram_end + dimm - 0x10000))

ok "the first half is taken offline" change_blocks offline
direct=$(cat "$files/direct_size")
same "what was taken away is not direct any more" $((before + dimm / 2)) "$direct"
not_ok "and not in the window" window_has "$ram_end"

# The kernel fills the entries, somebody looks at them, and then the memory does not come online after all. Until it
# is online no buffer lies there, so nothing is to count as direct.
ok "somebody will say no" insmod /dbp_veto.ko ms="${SECONDS_IO:-4}000"
change_blocks online_movable 2>/dev/null &
failing=$!
ok "its entries are made" wait_for 10 window_has "$ram_end"
echo direct >/sys/module/dma_bypass/parameters/"$nvme"
ok "and do not count yet" direct_size_is $((before + dimm / 2))
not_ok "it does not come online" wait $failing
same "and is not direct" $((before + dimm / 2)) "$(cat "$files/direct_size")"
not_ok "nor in the window" window_has "$ram_end"
ok "nobody will say no" rmmod dbp_veto

# Who says no may be asked first. Then the module hears that it is called off, and of nothing before.
ok "somebody says no before anybody else is asked" insmod /dbp_veto.ko ms=0 priority=100
not_ok "it does not come online" change_blocks online_movable
same "what is direct is as before" $((before + dimm / 2)) "$(cat "$files/direct_size")"
rmmod dbp_veto

ok "it comes back" change_blocks online_movable
ok "and is direct again" wait_for 10 direct_size_is $((before + dimm))

io_stop "plugged in"
mark quiet
iocheck --from $disk --to ram --bytes 32M --block 1M --seconds 5 >/dev/null 2>&1 &
io=$!
ok "the new RAM is in use" wait_for 10 uses_new_ram
note "$(movable_used) pages of it"
ok "data moves into it" wait $io
mark direct
same "without a hypercall" 0 $((put + indirect + stuff))

io_start --from $disk --to ram --bytes 2M --block 64k --threads 2
io_start --from ram --to $disk --dst-offset 64M --bytes 2M --block 64k --threads 2
sample_entries &
monitor device_del dimm
ok "unplugged: the RAM goes" wait_for 60 blocks_are 0
same "unplugged: what is direct is as before" "$before" "$(cat "$files/direct_size")"
not_ok "unplugged: the window has it no more" window_has "$ram_end"
sleep 1
io_stop "unplugged"
note "$(wc -l </tmp/samples) times all entries were asked for"
same "nothing counted as direct that was not" "" "$(head -n 3 /tmp/optimistic)"
ok "unloaded" unload_module
ok "the kernel's own path is right" iocheck --from $disk --to ram --bytes 4M --block 64k
