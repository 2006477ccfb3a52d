# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Toggling, giving back and reloading while verified data moves. SECONDS_IO: how long.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
params=/sys/module/dma_bypass/parameters
seconds=${SECONDS_IO:-20}
plan 9

ok "loaded" load_module policy=direct
iocheck --from $disk --to ram --bytes 4M --block 64k --threads 2 --seconds "$seconds" >/tmp/io 2>&1 &
io=$!
toggles=0 refused=0 reloads=0
while kill -0 $io 2>/dev/null; do
	for mode in translate direct off auto direct; do
		echo $mode >$params/"$nvme" || refused=$((refused + 1))
		toggles=$((toggles + 1))
	done
	unload_module && load_module policy=direct && reloads=$((reloads + 1))
done
ok "the data was right" wait $io
note "$(cat /tmp/io)"
note "toggles=$toggles refused=$refused reloads=$reloads"
ok "it toggled" test $toggles -ge 5
same "no toggle was refused" 0 $refused
ok "it was reloaded" test $reloads -ge 1
ok "pmem or not, data is right" iocheck --from $disk --to ram --bytes 4M --block 64k
ok "unloaded" unload_module
ok "the kernel's own path works" iocheck --from $disk --to ram --bytes 4M --block 64k
ok "and writes" iocheck --from ram --to $disk --bytes 4M --block 64k
