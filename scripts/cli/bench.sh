# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # variables of common.sh
# bench and trial: read a disk direct and through TCEs. Nothing is written, and the mode is put back.

# refused SENTENCE: ends with it, or says that the device has gone, which may be the reason. Its driver goes first.
refused() {
	# The module says so as soon as a device begins to go, and its driver may take its time.
	case ${said:-} in
	*'No such device'*) tries=30 ;;
	*) tries=3 ;;
	esac
	while [ $tries -gt 0 ]; do
		sleep 1
		[ -e "$devices/$address/dma_bypass" ] || gone "$address"
		tries=$((tries - 1))
	done
	die refused "$1"
}

# now: microseconds, of a clock that is as fine as there is one: date's, or that of /proc/uptime, whose step is in $step.
now() {
	us=$(date +%s%N 2>/dev/null) || us=
	case $us in
	*[!0-9]* | ??????????)
		get "$root/proc/uptime"
		us=${got%% *}
		us=${us%.*}${us#*.}0000 step=10000 ;;
	*) us=${us%???} step=1 ;;
	esac
}

# reader_stop: ends the process that reads meanwhile, and its dd.
reader_stop() {
	[ -n "${reader:-}" ] || return 0
	kill "$reader" 2>/dev/null || :
	wait "$reader" 2>/dev/null || :
	reader=
}

bench_undo() {
	reader_stop
	put "$params/$address" "$mode_before" || :
	counting off
	[ -z "${sums:-}" ] || rm -f "$sums"
}

# begin DISK MEGABYTES: what both commands need: the disk in $disk, its device in $address, and what is to be undone.
begin() {
	disk=/dev/${1#/dev/} megabytes=$2
	number_arg "the size" "$megabytes"
	need_module
	resolve_one "$1"
	need_entry "$address"
	need_write "$params/$address"
	[ -b "$disk" ] || die usage "$1 is no disk; $command reads from one"
	[ -r "$disk" ] || die no-permission "this needs root: $disk is not readable for you"
	toggled "$address"
	mode_before=$toggle
	counting on || die refused "count_direct was refused ($said)"
	at_exit bench_undo
}

# read_disk MODE [FILE]: reads the disk in that mode, and writes the checksum to the file if there is one. $took is how long it
# took, in us, and $was_direct and $was_translated count what was mapped meanwhile.
read_disk() {
	put "$params/$address" "$1" || refused "mode $1 was refused ($said); see dmesg"
	read_device "$address" || gone "$address"
	was_direct=$direct_maps was_translated=$translated_maps
	now
	began=$us
	if [ -z "${2:-}" ]; then
		dd if="$disk" of=/dev/null iflag=direct bs=64k count=$((megabytes * 16)) 2>/dev/null
	else
		rm -f "$2.failed"
		{ dd if="$disk" iflag=direct bs=64k count=$((megabytes * 16)) 2>/dev/null || : >"$2.failed"; } |
			sha256sum >"$2" && [ ! -e "$2.failed" ]
	fi || refused "$disk cannot be read directly"
	now
	took=$((us - began))
	read_device "$address" || gone "$address"
	was_direct=$((direct_maps - was_direct)) was_translated=$((translated_maps - was_translated))
}

# pass MODE: one of the passes that bench compares, as a line "MODE us direct translated".
pass() {
	read_disk "$1"
	passes="$passes$1 $took $was_direct $was_translated
"
	record runs mode "$1" us "$took" direct "$was_direct" translated "$was_translated" megabytes "$megabytes"
}

cmd_bench() {
	takes 1 2 $# "bench DISK [MEGABYTES]"
	begin "$1" "${2:-64}"
	passes='' step=1
	echo "$disk ($address), $megabytes MB in blocks of 64 KiB, one at a time, 5 times each way in turn:"
	# The first pass of all is thrown away: it pays for caches. Who comes first alternates.
	pass direct
	passes=
	for round in 1 2 3 4 5; do
		case $round in
		1 | 3 | 5) pass direct && pass translate ;;
		*) pass translate && pass direct ;;
		esac
	done
	code=0
	printf %s "$passes" | awk -v mb="$megabytes" -v step="$step" '
	{ n[$1]++; us[$1, n[$1]] = $2; direct[$1] += $3; translated[$1] += $4 }
	function median(mode,	i, j, t) {
		for (i = 1; i <= n[mode]; i++)
			for (j = i + 1; j <= n[mode]; j++)
				if (us[mode, j] < us[mode, i]) {
					t = us[mode, i]; us[mode, i] = us[mode, j]; us[mode, j] = t
				}
		return us[mode, int((n[mode] + 1) / 2)]
	}
	function rate(us) { return mb * 1000000 / (us > 0 ? us : 1) }
	function show(mode) {
		mid[mode] = median(mode); fast[mode] = us[mode, 1]; slow[mode] = us[mode, n[mode]]
		printf "%-10s %8.1f MB/s  (%.1f to %.1f)  %8d direct  %8d translated\n", mode, rate(mid[mode]), \
			rate(slow[mode]), rate(fast[mode]), direct[mode], translated[mode]
	}
	END {
		show("direct")
		show("translate")
		if (fast["direct"] < 20 * step || fast["translate"] < 20 * step) {
			print "verdict: inconclusive: a pass is too short for this clock; read more megabytes"
			exit 7
		}
		ratio = mid["translate"] / mid["direct"]
		if (slow["direct"] < fast["translate"])
			printf "verdict: direct is faster: %.2f times (medians), in every pass\n", ratio
		else if (slow["translate"] < fast["direct"])
			printf "verdict: translated is faster: %.2f times (medians), in every pass\n", 1 / ratio
		else
			printf "verdict: no difference that is larger than the spread of passes (medians: %.2f)\n", ratio
	}' || code=$?
	exit $code
}

# sum MODE: the checksum of what the disk gives in that mode, in $sum.
sum() {
	read_disk "$1" "$sums"
	get "$sums"
	sum=$got
	echo "  $1: $megabytes MB, checksum ${sum%% *}, $was_direct direct, $was_translated translated"
	record runs mode "$1" us "$took" direct "$was_direct" translated "$was_translated" megabytes "$megabytes" checksum "${sum%% *}"
}

# look MODE: looks buffers up at the hypervisor while the disk is read in that mode. Another process verifies, since this one reads.
look() {
	put "$params/$address" "$1" || refused "mode $1 was refused ($said); see dmesg"
	(
		trap - EXIT
		child='' stop=''
		trap 'stop=yes; [ -z "$child" ] || kill "$child" 2>/dev/null || :' TERM
		while [ -z "$stop" ]; do
			dd if="$disk" of=/dev/null iflag=direct bs=64k count=$((megabytes * 16)) 2>/dev/null &
			child=$!
			[ -z "$stop" ] || kill "$child" 2>/dev/null || :
			wait "$child" || break
		done
		wait "$child" 2>/dev/null || :
	) &
	reader=$!
	code=0
	"$0" verify "$address" 2 >"$sums" 2>&1 || code=$?
	reader_stop
	sed "s/^/  $1: /" "$sums"
	case $code in
	0) ;;
	1) failed="$failed, buffers in mode $1 do not lead where they should" ;;
	*) open="$open, nothing was looked up in mode $1" ;;
	esac
}

cmd_trial() {
	takes 1 2 $# "trial DISK [MEGABYTES]"
	begin "$1" "${2:-64}"
	sums=$(mktemp) || die refused "no temporary file can be made"
	failed='' open=''
	echo "$disk ($address) is read both ways, and nothing is written:"
	sum translate
	first=$sum
	sum direct
	second=$sum
	[ "$was_direct" -gt 0 ] || open="$open, nothing went direct"
	sum translate
	if [ "$sum" != "$first" ]; then
		open="$open, the disk changed meanwhile"
	elif [ "$second" != "$first" ]; then
		failed="$failed, what was read direct is not what was read through TCEs"
	fi
	look direct
	look translate
	if [ -n "$failed" ]; then
		finding DBP-0030 "$address" "${failed#, }" "Leave the device to the kernel, and send the file of dma-bypass report."
		echo "verdict: WRONG: ${failed#, }"
		exit 1
	elif [ -n "$open" ]; then
		finding DBP-0031 "$address" "${open#, }" "Try again while nothing writes to the disk."
		echo "verdict: inconclusive: ${open#, }"
		exit 7
	fi
	echo "verdict: right: both ways gave the same, and every buffer that was seen leads where it should"
}
