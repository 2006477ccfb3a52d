# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Toggling, giving back and reloading while verified data moves, and is traced now and then. SECONDS_IO: how long.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
params=/sys/module/dma_bypass/parameters
seconds=${SECONDS_IO:-20}
tracing=/sys/kernel/tracing
traced=$tracing/events/dma_bypass/dma_bypass_translated/enable
plan 12

ok "loaded" load_module policy=direct
# What the driver keeps from its first buffers on is to be direct: 5.10 could not release it otherwise.
iocheck --from $disk --to ram --bytes 4M --block 64k --threads 2
iocheck --from $disk --to ram --bytes 4M --block 64k --threads 2 --seconds "$seconds" >/tmp/io 2>&1 &
io=$!
toggles=0 refused=0 reloads=0 switches=0
while kill -0 $io 2>/dev/null; do
	for mode in translate direct off auto direct; do
		echo $mode >$params/"$nvme" || refused=$((refused + 1))
		toggles=$((toggles + 1))
		[ $mode != translate ] || [ ! -e $traced ] || { echo 1 >$traced && switches=$((switches + 1)); }
		[ $mode != auto ] || [ ! -e $traced ] || echo 0 >$traced
	done
	# It may go while it is traced.
	[ ! -e $traced ] || echo 1 >$traced
	unload_module && load_module policy=direct && reloads=$((reloads + 1))
done
ok "the data was right" wait $io
note "$(cat /tmp/io)"
note "toggles=$toggles refused=$refused reloads=$reloads traced=$switches"
ok "it toggled" test $toggles -ge 5
same "no toggle was refused" 0 $refused
ok "it was reloaded" test $reloads -ge 1
ok "pmem or not, data is right" iocheck --from $disk --to ram --bytes 4M --block 64k
if [ -e $traced ]; then
	ok "it was traced" test $switches -ge 1
	echo translate >$params/"$nvme"
	iocheck --from $disk --to ram --bytes 64k --block 4k
	echo >$tracing/trace
	echo 1 >$traced
	iocheck --from $disk --to ram --bytes 64k --block 4k
	echo 0 >$traced
	seen=$(grep -c dma_bypass_translated $tracing/trace)
	ok "each buffer is seen from then on" test "$seen" -ge 16
	iocheck --from $disk --to ram --bytes 64k --block 4k
	same "and none any more" "$seen" "$(grep -c dma_bypass_translated $tracing/trace)"
else
	for name in "it was traced" "each buffer is seen from then on" "and none any more"; do
		skip "$name" "this kernel has no trace events for them"
	done
fi
ok "unloaded" unload_module
ok "the kernel's own path works" iocheck --from $disk --to ram --bytes 4M --block 64k
ok "and writes" iocheck --from ram --to $disk --bytes 4M --block 64k
