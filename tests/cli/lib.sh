# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2086,SC2154 # variables of tests/cli/run, names of one word
# What the parts of the tests share: results, dma-bypass in a made-up guest, and what happens while it waits.

number=0 failed=0
result() {
	number=$((number + 1))
	echo "$1 $number - $shell: $2"
	[ "$1" = ok ] || failed=1
}

# ok NAME COMMAND...: passes when the command succeeds.
ok() {
	name=$1
	shift
	if "$@" >"$scratch/ok" 2>&1; then
		result ok "$name"
	else
		sed 's/^/#   /' "$scratch/ok"
		result 'not ok' "$name"
	fi
}

run() {
	status=0
	# shellcheck disable=SC2086 # a list of words
	$shell "$top/scripts/dma-bypass" "$@" >"$scratch/said" 2>&1 </dev/null || status=$?
}

# gives NAME STATUS REGEX ARGUMENT...: that exit status, and a line like that.
gives() {
	name=$1 wanted=$2 regex=$3
	shift 3
	run "$@"
	if [ $status = "$wanted" ] && { [ -z "$regex" ] || grep -qE -e "$regex" "$scratch/said"; }; then
		result ok "$name"
	else
		echo "# dma-bypass $*: status $status, wanted $wanted and '$regex':"
		sed 's/^/#   /' "$scratch/said"
		result 'not ok' "$name"
	fi
}

# As run(), with commands in place of every time that the program waits: no time passes.
mkdir "$scratch/lib"
ln -s "$top"/scripts/cli/* "$scratch/lib"
rm "$scratch/lib/common.sh"
cat >"$scratch/lib/common.sh" <<END
. "$top/scripts/cli/common.sh"
sleep() {
	. "$scratch/meanwhile"
}
# Entries of the window are 1:1 but for the last one before 0x80000.
put() {
	said=\$({ printf '%s\n' "\$2" >"\$1"; } 2>&1) || { said=\${said##*: }; return 1; }
	case \$1 in
	*/tce)
		case \$2 in
		*7f000) echo "\$2 none" ;;
		*) printf '%s 0x%x\n' "\$2" \$((\$2 - 0x800000000000000)) ;;
		esac >"\$1" ;;
	esac
}
[ ! -e "$scratch/fault" ] || . "$scratch/fault"
END

# fault SHELL-TEXT: is read by the program, and may put functions in place of programs and of its own ones.
fault() {
	printf '%s\n' "$1" >"$scratch/fault"
	export DMA_BYPASS_LIB="$scratch/lib"
}

no_fault() {
	rm -f "$scratch/fault"
	unset DMA_BYPASS_LIB
}

meanwhile() {
	printf '%s\n' "$1" >"$scratch/meanwhile"
	export DMA_BYPASS_LIB="$scratch/lib"
}

# why NAME LINK REGEX: the first broken link is that one, and only one is named, with something to do about it.
why() {
	gives "why: $1" 1 "^  BROKEN  $2 +.*$3" why $fake_device
	ok "why: $1: one link, one action" test \
		"$(grep -c BROKEN "$scratch/said") $(grep -c '^  action: .' "$scratch/said")" = '1 1'
	fake_guest
}

# read_json NAME: the output in $scratch/json is read by a reader that knows version 1 only.
read_json() {
	ok "$1" awk -f "$top/tests/guest/read-v1.awk" "$scratch/json"
}

# verify: a device that is left to the kernel, whose TCE table has 0 to 2 GiB; the window is as large as RAM.
fake_observed() {
	fake_guest
	fake_values state observing dma_base 0x800000000000000 window_size 1048576 direct_maps 0 translated_maps 0
	for event in dma_bypass/dma_bypass_direct dma/dma_map_page; do
		fake sys/kernel/tracing/events/$event/enable 0
	done
	fake sys/kernel/tracing/instances/README ''
	fake $table 'table            liobn 0x80000000, from 0x0, 524288 entries of 4096'
	fake $entries 'read 16 right 16 ns 1000'
	fake $entry ''
}

# maps PHYS HANDLE...: what is mapped meanwhile.
maps() {
	export DMA_BYPASS_LIB="$scratch/lib"
	while [ $# -gt 0 ]; do
		echo "fio-1 1.0: dma_map_page: $fake_device dir=TO_DEVICE dma_addr=$2 size=4096 phys_addr=$1 attrs="
		shift 2
	done >"$scratch/mapped"
	cat >"$scratch/meanwhile" <<-END
		mkdir -p "\$trace/events/dma" "\$trace/per_cpu/cpu0"
		echo 1 >"\$trace/events/dma/enable"
		echo 'overrun: 0' >"\$trace/per_cpu/cpu0/stats"
		cp "$scratch/mapped" "\$trace/trace"
	END
}

table=sys/kernel/debug/dma_bypass/$fake_device/state
entries=sys/kernel/debug/dma_bypass/$fake_device/tces
entry=sys/kernel/debug/dma_bypass/$fake_device/tce
