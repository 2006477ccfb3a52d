# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # mapped, cleared and create come from mark, files from edu_at
# A driver that works when its device is taken over has buffers that the kernel has translated. They are released through
# our functions, and do not count: whoever asks what is still alive must be told of each one that we made.
# Where the kernel releases by handle none are stranded; and what it does with a small mask after a large one is a defect
# of its own (docs/upstream.md), so there is only the first kind.

dev=$(pci_of 0000 0x11e8)
driver=/sys/module/dbp_inherit/parameters
params=/sys/module/dma_bypass/parameters
edu_at "$dev"

tell() {
	echo "$*" >$driver/do
}

stranded() {
	cat "$files/stranded"
}

skip_kind() {
	for number in 1 2 3 4 5 6 7 8 9; do
		skip "$1 ($number)" "$2"
	done
}

# begin NAME: what cleared_all compares with; false, with nine skips, where this kernel strands nothing.
begin() {
	if [ "${path:-direct}" != direct ]; then
		skip_kind "$1" "this kernel releases translated handles itself"
		return 1
	fi
	mark begin
	used=$(tces_used)
}

# cleared_all NAME: two results.
cleared_all() {
	mark end
	# With the first large mask the kernel makes its window, and fills it with pages of 16 MiB.
	mapped=$((mapped - create * $(ram_end) / 0x1000000))
	note "$1: path $path, $mapped TCEs written, $cleared cleared"
	same "$1: as many TCEs cleared as written" "$mapped" "$cleared"
	same "$1: as many in use as before" "$used" "$(tces_used)"
}

# of_kind KIND: old buffers of that kind go while new ones live.
of_kind() {
	begin "$1" || return 0
	if [ "$1" = noncoherent ] && ! tell map old "$1" 2>/dev/null; then
		skip_kind "$1" "this kernel has no such function"
		return
	fi
	[ "$1" = noncoherent ] || tell map old "$1"
	ok "$1: taken while it works" sh -c "echo translate >$params/$dev"
	tell map new "$1"
	tell masks 64
	path=$(cat "$files/kernel_path") live=4
	[ "$path" = direct ] || live=0
	same "$1: the new ones are known" $live "$(stranded)"
	tell unmap old "$1"
	same "$1: the old ones are gone, and hide none" $live "$(stranded)"
	if [ $live = 0 ]; then
		skip "$1: off is refused" "this kernel releases translated handles itself"
	else
		not_ok "$1: off is refused" sh -c "echo off >$params/$dev"
	fi
	tell unmap new "$1"
	same "$1: none lives any more" 0 "$(stranded)"
	# Afterwards a table that was used is used anew, so that a bit which stayed would tell.
	tell map new "$1"
	same "$1: new ones in the place of old ones" $live "$(stranded)"
	tell unmap new "$1"
	ok "$1: off is taken" sh -c "echo off >$params/$dev"
	[ "$path" != direct ] || tell masks 32
	cleared_all "$1"
}

# across_drivers: what a driver has left behind is released when the next one works.
across_drivers() {
	begin "left behind" || return 0
	echo translate >"$params/$dev"
	tell masks 64
	tell map old pages
	echo 1 >$driver/leave
	ok "left behind: the driver goes" sh -c "echo $dev >/sys/bus/pci/drivers/dbp_inherit/unbind"
	same "left behind: the device is kept" pinned "$(cat "$files/state")"
	ok "left behind: the driver comes again" sh -c "echo $dev >/sys/bus/pci/drivers/dbp_inherit/bind"
	tell masks 64
	tell map new pages
	same "left behind: all are known" 8 "$(stranded)"
	tell unmap old pages
	same "left behind: the old ones are gone, and hide none" 4 "$(stranded)"
	not_ok "left behind: off is refused" sh -c "echo off >$params/$dev"
	tell unmap new pages
	ok "left behind: off is taken" sh -c "echo off >$params/$dev"
	cleared_all "left behind"
}

plan 49
ok "the state can be looked at" insmod /dbp_peek.ko device="$dev"
ok "a driver with a small mask" insmod /dbp_inherit.ko
ok "loaded" load_module policy=off
for kind in pages list coherent noncoherent; do
	of_kind $kind
done
across_drivers
ok "unloaded" unload_module
