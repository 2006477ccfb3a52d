# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Pairs of map and unmap of 4 KiB per second, with 1 to all CPUs at it. Results, one line a round:
#   # DATA cpus path pairs-per-second
# The paths of one round follow each other, so that what else the host does meets all of them. The kernel's own
# TCE path needs another mask, which cannot be had back, and so all of its rounds come first.

: "${ROUNDS:=7}"
bench=/sys/kernel/debug/dbp_bench
params=/sys/module/dma_bypass/parameters

# one THREADS PATH COUNT
one() {
	echo "page 4096 $3 $1" >$bench/run
	note "DATA $1 $2 $(awk -v n="$3" -v threads="$1" '{ printf "%.0f", n * threads * 1e9 / $1 }' $bench/result)"
}

plan 4
ok "the test driver is loaded, for 32 bits" insmod /dbp_bench.ko mask=32
cpus=$(grep -c ^processor /proc/cpuinfo)
threads="1 $([ "$cpus" -gt 1 ] && echo 2) $([ "$cpus" -gt 3 ] && echo 4) $([ "$cpus" -gt 7 ] && echo 8)"
round=0
while [ $round -lt "$ROUNDS" ]; do
	for n in $threads; do
		one "$n" kernel-tce 20000
	done
	round=$((round + 1))
done
rmmod dbp_bench
insmod /dbp_bench.ko
dev=$(dev_of dbp_bench)
ok "the module is loaded" load_module policy=off
round=0
while [ $round -lt "$ROUNDS" ]; do
	for n in $threads; do
		one "$n" kernel-direct 200000
		echo direct >$params/"$dev"
		one "$n" direct 200000
		echo translate >$params/"$dev"
		one "$n" translate 20000
		echo off >$params/"$dev"
	done
	round=$((round + 1))
done
ok "the test driver is unloaded" rmmod dbp_bench
ok "unloaded" unload_module
