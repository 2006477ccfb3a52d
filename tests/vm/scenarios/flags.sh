# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # mapped, cleared come from mark
# The kernel reads its flag and its limit one after the other, and a CPU may take long in between: nobody may see half of
# a change. Needs the image "slow" of scripts/kernel-build, ivshmem@phb1, and a kernel that has both (7.0 and later).
# What is mapped is another device's memory, which nothing but a TCE leads to, whoever routes.

nvme=$(dev_of nvme)
params=/sys/module/dma_bypass/parameters
flags=/sys/module/dbp_flags/parameters
slow=/sys/module/kernel/parameters/dma_slow_us
peek=/sys/kernel/debug/dbp_peek
mmio=$(mmio_of 0001)

# rounds NAME N COMMAND...: five results of a command that is run so often while memory of the other device is mapped.
rounds() {
	name=$1 left=$2 refused=0
	shift 2
	mark begin
	echo "${SLOW_US:-2000}" >$slow
	ok "$name: memory of another device is mapped" insmod /dbp_flags.ko device="$nvme" phys="$mmio"
	while [ "$left" -gt 0 ]; do
		"$@" || refused=$((refused + 1))
		left=$((left - 1))
	done
	note "$name: $(cat $flags/maps) maps, $(cat $flags/failed) failed, $(cat $flags/wrong) wrong"
	ok "$name: often" test "$(cat $flags/maps)" -ge 100
	same "$name: no handle was outside of the table" 0 "$(cat $flags/wrong)"
	same "$name: nothing was refused" 0 $refused
	rmmod dbp_flags
	echo 0 >$slow
	mark end
	note "$name: $mapped TCEs written, $cleared cleared"
	same "$name: as many TCEs cleared as written" "$mapped" "$cleared"
}

there_and_back() {
	echo direct >$params/"$nvme" && echo off >$params/"$nvme"
}

plan 20

wait_for 20 test -b /dev/nvme0n1
ok "the image is slow" test -w $slow
ok "there is memory of another device" test $((mmio)) -gt 0
ok "the state can be looked at" insmod /dbp_peek.ko device="$nvme"
ok "loaded" load_module policy=off
rounds "off and direct" "${ROUNDS:-10}" there_and_back

ok "direct" sh -c "echo direct >$params/$nvme"
ok "a driver asks for masks all the time" insmod /dbp_remask.ko device="$nvme" many=1
rounds "masks" 1 sleep "${SECONDS_IO:-5}"
note "$(cat /sys/module/dbp_remask/parameters/asked) times asked"
rmmod dbp_remask

# A question that the kernel began to answer before the device was taken, and answers afterwards.
echo off >$params/"$nvme"
ok "a driver asks, and the kernel sleeps" insmod /dbp_flags.ko device="$nvme" late_ms=1000
ok "the device is taken meanwhile" sh -c "echo direct >$params/$nvme"
ok "then comes the answer" wait_for 5 grep -qx bypass=1 $peek/state
ok "and is put right" wait_for 6 grep -qx bypass=0 $peek/state
rmmod dbp_flags
