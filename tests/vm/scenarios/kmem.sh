# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # put, indirect, stuff come from mark
# Persistent memory becomes System RAM and persistent memory again, while verified data moves. As persistent memory it
# is translated; as RAM it is direct from when the kernel has filled the window for it, and not an instant longer.
# The steps are those of daxctl reconfigure-device.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
watched "$nvme"
memory=/sys/devices/system/memory
drivers=/sys/bus/dax/drivers

# kmem_range: sets $first to the address of the RAM that was persistent memory, and $last to its last byte; fails where
# there is none.
kmem_range() {
	read -r first last <<-EOF
		$(awk -F '[ -]+' '/: System RAM \(kmem\)/ { sub(/^ +/, ""); print "0x" $1, "0x" $2; exit }' /proc/iomem)
	EOF
	first=$((${first:-0})) last=$((${last:-0}))
	test $first -gt 0
}

to_ram() {
	echo dax0.0 >$drivers/device_dax/remove_id
	echo dax0.0 >$drivers/device_dax/unbind || return
	echo dax0.0 >$drivers/kmem/new_id || return
	[ -e $drivers/kmem/dax0.0 ] || echo dax0.0 >$drivers/kmem/bind
}

to_dax() {
	echo dax0.0 >$drivers/kmem/unbind || return
	echo dax0.0 >$drivers/kmem/remove_id
	echo dax0.0 >$drivers/device_dax/new_id || return
	[ -e $drivers/device_dax/dax0.0 ] || echo dax0.0 >$drivers/device_dax/bind || return
	wait_for 20 test -c /dev/dax0.0
}

# blocks_are STATE: are all blocks of it in that state?
blocks_are() {
	for block in $(seq $((first / block_size)) $((last / block_size))); do
		[ "$(cat $memory/memory"$block"/state)" = "$1" ] || return
	done
}

# offline_all: a block that is in use is asked again.
offline_all() {
	for block in $(seq $((first / block_size)) $((last / block_size))); do
		[ "$(cat $memory/memory"$block"/state)" = offline ] || echo offline >$memory/memory"$block"/state
	done
	blocks_are offline
}

background() {
	: >/tmp/optimistic
	io_start --from $disk --to ram --bytes 2M --block 64k --threads 2
	io_start --from ram --to $disk --dst-offset 64M --bytes 2M --block 64k --threads 2
	sample_entries &
}

plan 25

block_size=$((0x$(cat $memory/block_size_bytes)))
echo online_movable >$memory/auto_online_blocks
wait_for 20 test -b $disk
ok "a DAX device can be made" make_dax
ok "loaded" load_module policy=direct
same "the device is attached" attached "$(cat "$files/state")"
before=$(cat "$files/direct_size")
same "before: all RAM is direct, and nothing else" "$(ram_end)" "$before"
ok "before: as persistent memory it is right" iocheck --from $disk --to /dev/dax0.0 --bytes 8M --block 64k

background
ok "it becomes System RAM" to_ram
ok "and is found in the memory map" wait_for 60 kmem_range
size=$((last + 1 - first))
note "$((size >> 20)) MiB at $(printf 0x%x "$first")"
ok "it is online" wait_for 60 blocks_are online
ok "it is direct" wait_for 10 direct_size_is $((before + size))
ok "the window has its first byte" window_has "$first"
ok "and its last page" window_has $((last + 1 - 0x10000))
io_stop "becoming RAM"
mark quiet
iocheck --from $disk --to ram --bytes 32M --block 1M --seconds 5 >/tmp/moved 2>&1 &
io=$!
ok "it is used as RAM" wait_for 10 uses_new_ram
note "$(movable_used) pages of it"
ok "data moves into it" wait $io
note "$(grep blocks= /tmp/moved)"
mark direct
same "without a hypercall" 0 $((put + indirect + stuff))

background
ok "it is taken offline" wait_for 60 offline_all
same "then it is not direct any more" "$before" "$(cat "$files/direct_size")"
not_ok "nor in the window" window_has "$first"
ok "it becomes persistent memory" to_dax
ok "as which it is right" iocheck --from $disk --to /dev/dax0.0 --bytes 8M --block 64k
ok "and from it to the disk" iocheck --from /dev/dax0.0 --to $disk --dst-offset 128M --bytes 8M --block 1M
sleep 1
io_stop "becoming persistent memory"
note "$(wc -l </tmp/samples) times all entries were asked for"
same "nothing counted as direct that was not" "" "$(head -n 3 /tmp/optimistic)"
ok "unloaded" unload_module
ok "the kernel's own path is right" iocheck --from $disk --to ram --bytes 4M --block 64k
