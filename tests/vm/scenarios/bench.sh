# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # put, indirect, stuff, get come from mark
# Guest instructions per operation of the DMA API, and hypercalls counted from outside: for a guest with one CPU
# under "-icount shift=0,sleep=off", where a nanosecond of the guest is one instruction. Each result is a line
#   # DATA path case instructions hypercalls
# CASES: what is measured, as "command:arguments:count"; PATHS: on which paths.

: "${CASES:=page:4096:2000 page:65536:1000 page:1048576:200 outpage:4096:200 list:1:0:1000 list:16:0:500
	list:128:0:100 list:1024:0:20 list:16:1:200 list:128:1:50 list:1024:1:10 list:16:16:50 list:128:128:10
	list:1024:1024:4 coherent:4096:500 coherent:65536:500}"
: "${PATHS:=kernel-tce kernel-direct floor direct translate}"
bench=/sys/kernel/debug/dbp_bench
params=/sys/module/dma_bypass/parameters

tell() {
	echo "$1" >$bench/run
}

# run PATH CASE: one case, with and without; what the kernel itself would get wrong is left out.
run() {
	run_words=$(echo "$2" | tr : ' ')
	run_count=${run_words##* }
	mark "$1:$2"
	tell "$run_words" 2>/tmp/output || return 0
	mark "$1:$2"
	measured=$((measured + 1))
	note "DATA $1 ${2%:*} $(awk -v n="$run_count" -v calls=$((put + indirect + stuff)) \
		'{ printf "%.1f %.2f", $1 / n, calls / n / 3 }' $bench/result)"
}

run_path() {
	measured=0
	for case in $CASES; do
		# The floor has no coherent memory, and no notion of outside.
		case $1:$case in
		floor:page* | floor:list:*:0:* | [!f]*) run "$1" "$case" ;;
		esac
	done
	ok "$1: measured" test $measured -gt 0
}

# with_driver ARGUMENT PATH...: those of the wanted paths that need the test driver loaded so.
with_driver() {
	insmod /dbp_bench.ko "$1" || return
	shift
	dev=$(dev_of dbp_bench)
	for path; do
		case " $PATHS " in *" $path "*) ;; *) continue ;; esac
		case $path in
		floor) tell "floor 1" ;;
		direct | translate)
			[ -e $params/"$dev" ] || ok "the module is loaded" load_module policy=off
			echo "$path" >$params/"$dev" ;;
		esac
		run_path "$path"
		[ "$path" != floor ] || tell "floor 0"
	done
}

# shellcheck disable=SC2086 # a list of words
set -- $PATHS
plan $((5 + $#))
# A driver that asks for 32 bits comes first: afterwards the window is there, and so is its limit.
with_driver mask=32 kernel-tce
ok "the test driver is unloaded" rmmod dbp_bench
with_driver mask=64 kernel-direct floor direct translate
note "STATE $(cat /sys/bus/pci/devices/"$dev"/dma_bypass/reason)"
ok "the test driver is unloaded again" rmmod dbp_bench
ok "all counters agree" test "$(cat /sys/bus/pci/devices/"$dev"/dma_bypass/stranded)" = 0
ok "unloaded" unload_module
