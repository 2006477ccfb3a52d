# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# A driver that asks for its masks outside of probe, all the time, while its device is taken over and given back.
# SECONDS_IO: how long.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
params=/sys/module/dma_bypass/parameters
asked=/sys/module/dbp_remask/parameters/asked
plan 22

wait_for 20 test -b $disk
ok "masks are asked for" insmod /dbp_remask.ko device="$nvme"
ok "loaded" load_module policy=direct
iocheck --from $disk --to ram --bytes 4M --block 64k --threads 2 --seconds "${SECONDS_IO:-20}" >/tmp/io 2>&1 &
io=$!
rounds=0 refused=0
while kill -0 $io 2>/dev/null; do
	before=$(cat $asked)
	for mode in off direct translate auto direct; do
		echo $mode >$params/"$nvme" || refused=$((refused + 1))
	done
	rounds=$((rounds + 1))
	[ $rounds != 2 ] || { unload_module && load_module policy=direct; } || refused=$((refused + 1))
done
ok "the data was right" wait $io
note "$(cat /tmp/io); $rounds rounds, asked $(cat $asked) times"
ok "it toggled" test $rounds -ge 3
ok "and asked meanwhile" test "$(cat $asked)" -gt "$before"
same "no toggle was refused" 0 $refused
same "no mask was refused" 0 "$(cat /sys/module/dbp_remask/parameters/refused)"
ok "unloaded while masks are asked for" unload_module
ok "data is right" iocheck --from $disk --to ram --bytes 4M --block 64k
ok "no mask is asked for any more" rmmod dbp_remask
ok "data is right then too" iocheck --from $disk --to ram --bytes 4M --block 64k

# Everything is computed anew for another reason in the instant between the kernel's answer and the new mask.
ok "loaded again" load_module policy=direct
ok "small masks are asked for" insmod /dbp_remask.ko device="$nvme" narrow=1
# Only dbp_remask's task, which stays on its CPU, may meet it there.
ok "it is stopped before the mask is set" insmod /dbp_stall.ko at=bypass_core_leave ms=20
computed=0
while [ "$(cat $asked)" -lt 100 ]; do
	echo 1 >$params/count_direct
	echo 0 >$params/count_direct
	computed=$((computed + 1))
done
note "computed anew $computed times"
ok "it was computed anew meanwhile" test $computed -ge 10
same "no page got a handle that is too large" 0 "$(cat /sys/module/dbp_remask/parameters/wrong)"
same "nothing was refused" 0 "$(cat /sys/module/dbp_remask/parameters/refused)"
rmmod dbp_remask
rmmod dbp_stall

# Somebody else's buffer comes between the kernel's answer and the new mask.
ok "small masks are stored late" insmod /dbp_remask.ko device="$nvme" narrow=1 between=1
wait_for 60 sh -c "test \$(cat $asked) -ge 100"
same "then no page got a handle that is too large either" 0 "$(cat /sys/module/dbp_remask/parameters/wrong)"
same "and nothing was refused" 0 "$(cat /sys/module/dbp_remask/parameters/refused)"
rmmod dbp_remask
ok "the hot path is open again" wait_for 10 grep -q '^closed  *0$' /sys/kernel/debug/dma_bypass/"$nvme"/state
# Some kernels' own path translates with the small mask, and could not release what may have gone direct before.
echo "$nvme" >/sys/bus/pci/drivers/nvme/unbind
ok "unloaded when its driver is gone" unload_module
