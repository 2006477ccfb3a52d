# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # mapped and cleared come from mark, files from edu_at
# A driver that works when its device is taken over has buffers that the kernel has translated. They are released through
# our functions, and do not count: whoever asks what is still alive must be told of each one that we made.
# SPLIT: the guest's window is a split one, in which the kernel takes translated handles for direct ones.

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

# of_kind KIND HOW-MANY: old buffers of that kind go while new ones live.
of_kind() {
	mark begin
	used=$(tces_used)
	if [ "$1" = noncoherent ] && ! tell map old "$1" 2>/dev/null; then
		for reason in 1 2 3 4 5 6 7 8 9; do
			skip "$1 ($reason)" "this kernel has no such function"
		done
		return
	fi
	[ "$1" = noncoherent ] || tell map old "$1"
	ok "$1: taken while it works" sh -c "echo translate >$params/$dev"
	tell map new "$1"
	tell masks 64
	path=$(cat "$files/kernel_path")
	same "$1: the new ones are known" "$2" "$(stranded)"
	tell unmap old "$1"
	same "$1: the old ones are gone, and hide none" "$2" "$(stranded)"
	not_ok "$1: off is refused" sh -c "echo off >$params/$dev"
	tell unmap new "$1"
	same "$1: none lives any more" 0 "$(stranded)"
	# Afterwards a table that was used is used anew, so that a bit which stayed would tell.
	tell map new "$1"
	same "$1: new ones in the place of old ones" "$2" "$(stranded)"
	tell unmap new "$1"
	ok "$1: off is taken" sh -c "echo off >$params/$dev"
	tell masks 32
	mark end
	note "$1: path $path, $mapped TCEs written, $cleared cleared"
	same "$1: as many TCEs cleared as written" "$mapped" "$cleared"
	same "$1: as many in use as before" "$used" "$(tces_used)"
}

plan 40
ok "the state can be looked at" insmod /dbp_peek.ko device="$dev"
ok "a driver with a small mask" insmod /dbp_inherit.ko
ok "loaded" load_module policy=off
of_kind pages 4
of_kind list "${LIST:-4}"
of_kind coherent 4
of_kind noncoherent 4
ok "unloaded" unload_module
