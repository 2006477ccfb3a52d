# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# A device whose DMA engine is aimed at handles from every function of the DMA API, and every byte compared: in the
# window, translated, and (where the kernel has persistent memory) outside it and in lists that mix both.

params=/sys/module/dma_bypass/parameters

# Runs all cases, and passes each on as a result of its own.
run_cases() {
	echo run >"$edu"/run
	grep -E '^(not )?ok ' "$edu"/result >/tmp/cases
	grep '^#' "$edu"/result | while IFS= read -r line; do note "$1: ${line#\# }"; done
	bad=$(grep -c '^not ok' /tmp/cases)
	good=$(grep -c '^ok' /tmp/cases)
	note "$1: $good cases right, $bad wrong"
	same "$1: no case is wrong" 0 "$bad"
	ok "$1: cases ran" test "$good" -ge "$2"
}

if [ -e /sys/bus/nd/devices/region0 ]; then
	plan 17
	ok "a DAX device can be made" make_dax
	phys=$(awk '/dax0.0/ { split($1, a, "-"); print "0x" a[1] }' /proc/iomem | head -n 1)
	set -- phys="$phys" len=0x400000
	cases=11
else
	plan 16
	set --
	cases=8
fi
ok "loaded" load_module
ok "the test driver is loaded" insmod /dbp_edu.ko "$@"
edu=$(echo /sys/kernel/debug/dbp_edu/*:*)
dev=${edu##*/}
run_cases auto $cases
ok "to direct" sh -c "echo direct >$params/$dev"
run_cases direct $cases
ok "to translate" sh -c "echo translate >$params/$dev"
run_cases translate $cases
ok "handles are held" sh -c "echo 8 >$edu/hold"
ok "back to direct" sh -c "echo direct >$params/$dev"
ok "and released on the path that made them" sh -c "echo 0 >$edu/hold"
same "no map failed" 0 "$(cat /sys/bus/pci/devices/"$dev"/dma_bypass/map_errors)"
ok "the test driver is unloaded" rmmod dbp_edu
ok "unloaded" unload_module
