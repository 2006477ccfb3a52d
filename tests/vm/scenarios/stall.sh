# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Giving a device back, and unloading, while tasks stand at the entry of the map function, having read the ops pointer.
# SECONDS_IO: how long each.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
params=/sys/module/dma_bypass/parameters
stall=/sys/module/dbp_stall/parameters

give_back() {
	echo off >$params/"$nvme" && echo direct >$params/"$nvme"
}

# Whoever stops tasks stands in a function that is gone then.
unload() {
	unload_module || return
	stops=$((stops + $(cat $stall/stops)))
	rmmod dbp_stall
	load_module policy=direct && insmod /dbp_stall.ko ms=20
}

# leave NAME COMMAND: four results: the command leaves and comes back, again and again while verified data moves.
leave() {
	iocheck --from $disk --to ram --bytes 256k --block 4k --threads 2 --seconds "${SECONDS_IO:-15}" >/tmp/io 2>&1 &
	io=$!
	rounds=0 refused=0 stops=0
	while kill -0 $io 2>/dev/null; do
		"$2" || refused=$((refused + 1))
		rounds=$((rounds + 1))
	done
	stops=$((stops + $(cat $stall/stops)))
	ok "$1: the data was right" wait $io
	note "$1: $(cat /tmp/io); $rounds rounds, $stops stops"
	ok "$1: somebody was stopped" test $stops -ge 10
	ok "$1: it left" test $rounds -ge 2
	same "$1: it was never refused" 0 $refused
}

plan 12

wait_for 20 test -b $disk
ok "loaded" load_module policy=direct
ok "tasks are stopped at the entry" insmod /dbp_stall.ko ms=20
leave "off" give_back
leave "rmmod" unload
ok "nobody is stopped any more" rmmod dbp_stall
ok "unloaded" unload_module
