# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # put, indirect, stuff come from mark
# Guest instructions per operation of the DMA API, and hypercalls counted from outside: for a guest with one CPU
# under "-icount shift=0,sleep=off", where a nanosecond of the guest is one instruction. Each result is a line
#   # DATA path case instructions hypercalls
# CASES: what is measured, as "command:arguments:count"; PATHS: on which paths.
# GUARD=yes: only what is recorded at the end, which must not have grown by more than 2 %.

if [ "${GUARD:-}" = yes ]; then
	: "${CASES:=page:4096:2000 list:16:0:500 list:128:0:100 list:128:1:50}"
	: "${PATHS:=kernel-tce kernel-direct floor direct translate}"
fi
: "${CASES:=page:4096:2000 page:65536:1000 page:1048576:200 outpage:4096:200 list:1:0:1000 list:16:0:500
	list:128:0:100 list:1024:0:20 list:16:1:200 list:128:1:50 list:1024:1:10 list:16:16:50 list:128:128:10
	list:1024:1024:4 coherent:4096:500 coherent:65536:500}"
: "${PATHS:=kernel-tce kernel-direct floor direct translate counting}"
bench=/sys/kernel/debug/dbp_bench
params=/sys/module/dma_bypass/parameters

tell() {
	echo "$1" >$bench/run
}

# run PATH CASE: one case; what the kernel itself would get wrong is left out.
run() {
	run_words=$(echo "$2" | tr : ' ')
	run_count=${run_words##* }
	mark "$1:$2"
	tell "$run_words" 2>/tmp/output || return 0
	mark "$1:$2"
	awk -v path="$1" -v case="${2%:*}" -v n="$run_count" -v calls=$((put + indirect + stuff)) \
		'{ printf "%s %s %.1f %.2f\n", path, case, $1 / n, calls / n / 3 }' $bench/result >>/tmp/data
	note "DATA $(tail -n 1 /tmp/data)"
}

run_path() {
	for case in $CASES; do
		# The floor has no coherent memory, and no notion of outside.
		case $1:$case in
		floor:page* | floor:list:*:0:* | [!f]*) run "$1" "$case" ;;
		esac
	done
	ok "$1: measured" grep -q "^$1 " /tmp/data
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
		# Direct, and count_direct is on.
		counting)
			echo direct >$params/"$dev"
			echo Y >$params/count_direct ;;
		esac
		run_path "$path"
		[ "$path" != floor ] || tell "floor 0"
	done
}

value() {
	awk -v path="$1" -v case="$2" '$1 == path && $2 == case { print $3 }' /tmp/data
}

# What was recorded, and what the module adds to the part of the kernel that is measured with it: so a newer
# kernel changes nothing. In each line: kernel, path, what it is compared with, case, instructions of
# the two, hypercalls.
recorded() {
	cat <<-END
	5.10 direct    floor      page:4096  147.1   137.1   0
	5.10 direct    floor      list:16:0  516.2   607.2   0
	5.10 direct    floor      list:128:0 3093.0  3856.0  0
	5.10 direct    floor      list:128:1 5785.0  3856.0  2
	5.10 translate kernel-tce page:4096  1084.1  1004.1  2
	5.10 translate kernel-tce list:16:0  10135.2 9943.2  17
	7.3  direct    floor      page:4096  256.1   245.1   0
	7.3  direct    floor      list:16:0  624.2   524.2   0
	7.3  direct    floor      list:128:0 3201.0  2541.0  0
	7.3  direct    floor      list:128:1 5930.0  2541.0  2
	7.3  translate kernel-tce page:4096  1234.1  1167.1  2
	7.3  translate kernel-tce list:16:0  10524.2 10335.2 17
	END
}

# no_growth OURS OURS-RECORDED OTHER OTHER-RECORDED
no_growth() {
	awk -v n="$1" -v was="$2" -v other="$3" -v other_was="$4" 'BEGIN {
		grown = (n - other) - (was - other_was)
		printf "%.1f instructions beside %.1f; recorded %.1f beside %.1f: %+.1f\n", n, other, was, other_was, grown
		exit n == "" || other == "" || grown > was * 0.02
	}'
}

guard() {
	recorded >/tmp/recorded
	while read -r release path other case was other_was calls; do
		case $(uname -r) in "$release".*) ;; *) continue ;; esac
		# The floor knows no segment outside: the list without one takes its place.
		case $case in
		list:*:1) other_case=${case%1}0 ;;
		*) other_case=$case ;;
		esac
		ok "$path $case: no more than 2 % above what was recorded" no_growth "$(value "$path" "$case")" "$was" \
			"$(value "$other" "$other_case")" "$other_was"
		note "$(cat /tmp/output)"
		same "$path $case: hypercalls" "$calls" "$(awk -v path="$path" -v case="$case" \
			'$1 == path && $2 == case { printf "%.0f", $4 }' /tmp/data)"
	done </tmp/recorded
}

: >/tmp/data
# shellcheck disable=SC2086 # a list of words
set -- $PATHS
plan $((5 + $# + $([ "${GUARD:-}" = yes ] && echo 12 || echo 0)))
# A driver that asks for 32 bits comes first: afterwards the window is there, and so is its limit.
with_driver mask=32 kernel-tce
ok "the test driver is unloaded" rmmod dbp_bench
with_driver mask=64 kernel-direct floor direct translate counting
[ "${GUARD:-}" != yes ] || guard
ok "the test driver is unloaded again" rmmod dbp_bench
same "nothing is left" 0 "$(cat /sys/bus/pci/devices/"$dev"/dma_bypass/stranded)"
ok "unloaded" unload_module
