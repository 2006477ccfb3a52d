# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2086,SC2154 # functions and variables of tests/cli/lib.sh, names of one word
# verify: what it looks up, and what it says of it; plan, which counts what disks did. Read by tests/cli/run.

fake_observed
maps 12000 800000000012000 34000 800000000034000
gives "verify: looked up" 0 \
	'^  the kernel  2 handles in the window looked up at the hypervisor, 0 wrong' verify $fake_device
ok "and right" grep -qx 'verdict: right: every buffer that was looked up leads where it should' "$scratch/said"
maps 12000 800000000012000 34000 800000000056000
gives "verify: astray" 1 'buffer at 0x34000 has handle 0x800000000056000, which leads to 0x56000' verify $fake_device
maps 12000 800000000012000 7f000 80000000007f000
gives "verify: nothing behind a handle" 1 '^verdict: WRONG' verify $fake_device
maps 12000 800000000012000 100000 800000000100000
gives "verify: beyond the window" 1 \
	'^  outside     1 handles are neither in the window nor in the TCE table' verify $fake_device
ok "is wrong" grep -q '^verdict: WRONG' "$scratch/said"
maps 12000 800000000012000 34000 f000000000034000 56000 ffffffffffffffff
gives "verify: so is one that a shell cannot count to, and a map that failed is not" 1 \
	'^  outside     1 handles' verify $fake_device
maps 12000 10000 34000 20000 56000 800000000056000
gives "verify: through TCEs" 0 '^  translated  2 handles, not looked up' verify $fake_device
ok "the others are right" grep -q '^verdict: right' "$scratch/said"
maps 12000 10000
gives "verify: through TCEs only" 7 '^verdict: inconclusive: buffers went through TCEs, and none was looked up' verify $fake_device
maps 12000 800000000012000
fake $table 'table            none'
gives "verify: without a TCE table" 0 '^verdict: right' verify $fake_device
fake $table 'state            observing'
gives "verify: not without knowing where it is" 6 'where the TCE table lies cannot be read' verify $fake_device
fake_observed
rm "$DMA_BYPASS_SYSROOT/$entry" && mkdir "$DMA_BYPASS_SYSROOT/$entry"
gives "verify: no lookup is possible" 6 'no handle could be looked up' verify $fake_device
ok "and none is said to be right" test "$(grep -c verdict "$scratch/said")" = 0
fake_observed
rm "$DMA_BYPASS_SYSROOT/$entries" && mkdir "$DMA_BYPASS_SYSROOT/$entries"
gives "verify: the window cannot be read" 6 'the entries of the window cannot be read' verify $fake_device
fake_observed
rm -r "$DMA_BYPASS_SYSROOT/sys/kernel/tracing/events/dma"
maps
gives "verify: buffers of the kernel are not seen" 7 \
	'^verdict: inconclusive: the buffers themselves were not seen' verify $fake_device
fake_observed
fake_values window none dma_base 0x0 window_size 0 kernel_path translate
maps 12000 800000000012000
gives "verify: a window that nobody knows" 6 \
	'no handle could be looked up .*its window is not known' verify $fake_device
fake_observed
fake_values state attached
maps
gives "verify: nothing is mapped" 7 '^verdict: inconclusive: nothing was mapped meanwhile' verify $fake_device
echo "echo 9 >$DMA_BYPASS_SYSROOT/$device/dma_bypass/direct_maps" >>"$scratch/meanwhile"
gives "verify: buffers that are mapped, and not seen" 7 \
	'^verdict: inconclusive: buffers were mapped, and none was seen' verify $fake_device

# disk PATH REQUESTS: it has done so many, and its partition the same.
disk() {
	for disk in "$1" "$1/${1##*/}1"; do
		fake "$device/$disk/stat" "$(($2 - 1)) 0 8 0 1 0 8 0 0 0 0"
	done
}

# Each has a digit of its own; vdb is another device's.
disks() {
	disk host0/target0:0:0/0:0:0:0/block/sda $((10 * $1))
	disk ata1/host1/rport-1:0-0/target1:0:0/1:0:0:0/block/sdb $((200 * $1))
	disk virtio0/block/vda $((3000 * $1))
	disk nvme/nvme0/nvme0n1 $((40000 * $1))
	disk 0000:02:00.0/virtio1/block/vdb $((500000 * $1))
	for file in rx tx; do
		fake $device/net/eth0/statistics/${file}_packets $((1000000 * $1))
	done
}

fake_guest
fake_values state observing kernel_path translate
disks 2
cp -RP "$DMA_BYPASS_SYSROOT/$device" "$scratch/later"
disks 1
meanwhile "rm -r $DMA_BYPASS_SYSROOT/$device && mv $scratch/later $DMA_BYPASS_SYSROOT/$device"
gives "plan: each disk is found, once" 0 "^$fake_device +auto +2043210 requests " plan 1
unset DMA_BYPASS_LIB
