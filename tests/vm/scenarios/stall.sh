# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Giving a device back, and unloading, while tasks stand at the entry of the map function, having read the ops pointer.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
params=/sys/module/dma_bypass/parameters
stall=/sys/module/dbp_stall/parameters
plan 10

wait_for 20 test -b $disk
ok "loaded" load_module policy=direct
ok "tasks are stopped at the entry" insmod /dbp_stall.ko ms=20
iocheck --from $disk --to ram --bytes 256k --block 4k --threads 2 --seconds 20 >/tmp/io 2>&1 &
io=$!
rounds=0 refused=0 unloads=0 stayed=0 stops=0
while kill -0 $io 2>/dev/null; do
	for mode in off direct; do
		echo $mode >$params/"$nvme" || refused=$((refused + 1))
	done
	if unload_module; then unloads=$((unloads + 1)); else stayed=$((stayed + 1)); fi
	stops=$((stops + $(cat $stall/stops)))
	# It stands in a function that is gone now.
	rmmod dbp_stall
	load_module policy=direct || stayed=$((stayed + 1))
	insmod /dbp_stall.ko ms=20
	rounds=$((rounds + 1))
done
ok "the data was right" wait $io
note "$(cat /tmp/io); $rounds rounds, $unloads unloads, $stops stops"
ok "somebody was stopped" test $stops -ge 10
ok "it was given back" test $rounds -ge 2
same "no toggle was refused" 0 $refused
ok "the module left" test $unloads -ge 2
same "no unload and no load was refused" 0 $stayed
ok "nobody is stopped any more" rmmod dbp_stall
ok "unloaded" unload_module
