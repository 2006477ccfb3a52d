# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # variables of common.sh
# verify: watches a device's buffers for a while, and compares where their handles lead, by what the
# hypervisor says, with where they should.

find_tracing() {
	for tracing in "$root/sys/kernel/tracing" "$root/sys/kernel/debug/tracing"; do
		[ ! -d "$tracing/events/dma_bypass" ] || return 0
	done
	say_locked_down
	die refused "this kernel has no trace events (or tracefs is not mounted), by which buffers are seen"
}

# say_locked_down: ends with what that means, when the kernel is.
say_locked_down() {
	! locked_down || die no-permission "the kernel is locked down ($got), and lets nobody look at buffers or at entries of windows: verify and the costs of plan cannot be had; status, why, set, stat and metrics work"
}

# trace_write FILE TEXT: to a file of the instance.
trace_write() {
	(command printf '%s\n' "$2" >"$trace/$1") 2>/dev/null ||
		die refused "tracing cannot be switched on: $trace/$1 does not take '$2'"
}

# An instance of its own, so that nobody else's tracing is disturbed.
trace_start() {
	# Those of processes that were killed, and could not remove them.
	for instance in "$tracing"/instances/dma-bypass-*; do
		[ ! -d "$instance" ] || kill -0 "${instance##*-}" 2>/dev/null || rmdir "$instance" 2>/dev/null || :
	done
	trace=$tracing/instances/dma-bypass-$$
	mkdir "$trace" 2>/dev/null || die refused "tracing is not available: $trace cannot be made"
	trace_write buffer_size_kb 512
	for event in dma_bypass/dma_bypass_direct dma_bypass/dma_bypass_translated $2; do
		[ -d "$trace/events/$event" ] || continue
		case $event in
		dma/*) trace_write "events/$event/filter" "device == \"$1\"" ;;
		*) trace_write "events/$event/filter" "dev == \"$1\"" ;;
		esac
		trace_write "events/$event/enable" 1
	done
}

trace_stop() {
	[ -z "$trace" ] || rmdir "$trace" 2>/dev/null || :
	rm -f "$seen"
	counting off
}

# Lines "D phys handle maps" for direct and "T phys handle maps" for translated buffers by our own events, and
# "K phys handle" by the kernel's. There, a list whose segments were merged cannot be told apart, and is
# passed over. Fails when not all of it could be read.
read_trace() {
	{
		sed -n -e 's/.*dma_bypass_direct: .* phys=\([^ ]*\) .*handle=\([^ ]*\) maps=\([^ ]*\).*/D \1 \2 \3/p' \
			-e 's/.*dma_bypass_translated: .* phys=\([^ ]*\) .*handle=\([^ ]*\) maps=\([^ ]*\).*/T \1 \2 \3/p' \
			-e 's/.*dma_map_p[a-z]*: .*dma_addr=\([^ ]*\) size=[^ ]* phys_addr=\([^ ]*\).*/K 0x\2 0x\1/p' \
			-e 's/.*dma_map_sg: .*dma_addrs={\([^}]*\)} .*phys_addrs={\([^}]*\)}.*/L \1;\2/p' "$trace/trace" && echo whole
	} | awk '
	$1 == "whole" { whole = 1; next }
	$1 != "L" { print; next }
	{
		split(substr($0, 3), half, ";")
		n = split(half[1], dma, ",")
		if (n == split(half[2], phys, ","))
			for (i = 1; i <= n; i++)
				print "K", phys[i], dma[i]
	}
	END { exit !whole }'
}

# table_range: from where to where the device's TCE table reaches.
table_range() {
	range=$(sed -n 's/^table  *none$/0 0 0/p; s/^table .* from \(.*\), \(.*\) entries of \(.*\)/\1 \2 \3/p' \
		"$debug/$address/state" 2>/dev/null) || :
	[ -n "$range" ] || die refused "where the TCE table lies cannot be read ($debug/$address/state)"
	# shellcheck disable=SC2086 # three words
	set -- $range
	table_start=$(($1)) table_end=$(($1 + $2 * $3))
}

# place_of HANDLE: table, window or outside, in $place; unknown without a window, failed for a map that did.
place_of() {
	offset=$(($1 - dma_base))
	if [ "$1" = 0xffffffffffffffff ]; then
		place=failed
	elif [ $(($1)) -ge "$table_start" ] && [ $(($1)) -lt "$table_end" ]; then
		place=table
	elif [ "$window_size" = 0 ]; then
		place=unknown
	elif [ $offset -ge 0 ] && [ $offset -lt "$window_size" ]; then
		place=window
	else
		place=outside
	fi
}

complain() {
	[ $((wrong + outside)) -gt 3 ] || echo "wrong: buffer at $phys has handle $handle, which leads to $leads" >&2
}

# lookup HANDLE: where the hypervisor says that it leads, in $leads; else $said is why it says nothing.
lookup() {
	put "$debug/$address/tce" "$1" || return
	get "$debug/$address/tce"
	leads=${got#* } said="nothing could be read"
	[ "$leads" != unanswered ] || said="the hypervisor does not answer"
	case $leads in '' | unanswered) return 1 ;; esac
}

# check_kernel_events: handles that lie in the direct window are looked up at the hypervisor, 256 at most. Those in
# the TCE table are not: by now their entries may be other buffers'. Any other leads nowhere.
check_kernel_events() {
	asked=0 wrong=0 outside=0 translated=0 unknown=0 why="its window is not known"
	table_range
	sort -u -o "$seen" "$seen"
	while read -r kind phys handle; do
		[ "$kind" = K ] || continue
		place_of "$handle"
		case $place in
		table) translated=$((translated + 1)) ;;
		unknown) unknown=$((unknown + 1)) ;;
		outside)
			outside=$((outside + 1)) leads=none
			complain ;;
		window)
			[ $((asked + unknown)) -lt 256 ] || continue
			if ! lookup "$handle"; then
				unknown=$((unknown + 1)) why=$said
				continue
			fi
			asked=$((asked + 1))
			[ "$leads" != "$phys" ] || continue
			wrong=$((wrong + 1))
			complain ;;
		esac
	done <"$seen"
	echo "  the kernel  $asked handles in the window looked up at the hypervisor, $wrong wrong"
	[ $outside = 0 ] || echo "  outside     $outside handles are neither in the window nor in the TCE table"
	[ $translated = 0 ] || echo "  translated  $translated handles, not looked up: their TCEs may be others' by now"
	[ $unknown = 0 ] || echo "  unknown     $unknown handles could not be looked up ($why)"
}

# tell WORD COUNT KIND: a buffer is right when the entry of its handle leads to it.
tell() {
	wrong=$(awk -v kind="$3" '$1 == kind && $2 != $4' "$seen" | wc -l)
	echo "  $1 $2 $(grep -c "^$3" "$seen" || :) $((wrong))" |
		awk '{ printf "  %-11s %d buffers; %d pieces of them read back, %d wrong\n", $1, $2, $3, $4 }'
	bad=$((bad + wrong))
}

cmd_verify() {
	takes 1 2 $# "verify DEVICE [SECONDS]"
	seconds=${2:-5}
	number_arg "the time" "$seconds"
	need_module
	resolve_one "$1"
	need_entry "$address"
	need_write "$params/$address"
	[ -e "$debug/$address/tces" ] || say_locked_down
	[ -e "$debug/$address/tces" ] || die no-permission "debugfs is not there; mount -t debugfs debugfs /sys/kernel/debug"
	find_tracing
	read_device "$address" || gone "$address"

	trace='' seen=''
	counting on || die refused "count_direct was refused ($said)"
	at_exit trace_stop
	seen=$(mktemp) || die refused "no temporary file can be made"
	# For a device that is left to the kernel, only the kernel can tell.
	kernel_events=
	case $state in
	attached | pinned) ;;
	*)
		for event in dma/dma_map_page dma/dma_map_phys dma/dma_map_sg; do
			[ ! -d "$tracing/events/$event" ] || kernel_events="$kernel_events $event"
		done ;;
	esac
	trace_start "$address" "$kernel_events"
	was_direct=$direct_maps was_translated=$translated_maps was_errors=$map_errors
	sleep "$seconds"
	for event in "$trace"/events/dma*/enable; do
		(command echo 0 >"$event") 2>/dev/null || die refused "tracing cannot be switched off: $event"
	done
	read_device "$address" || gone "$address"
	direct_maps=$((direct_maps - was_direct))
	translated_maps=$((translated_maps - was_translated))
	map_errors=$((map_errors - was_errors))
	read_trace >"$seen" || die refused "the trace cannot be read: $trace/trace"
	lost=$(sed -n 's/^overrun: //p' "$trace"/per_cpu/cpu*/stats | awk '{ n += $1 } END { print n + 0 }')

	if [ "$window" = none ]; then
		read=0 right=0 unanswered=0
	else
		get "$debug/$address/tces"
		case $got in
		'read '[0-9]*' right '[0-9]*' ns '*) ;;
		*) die refused "the entries of the window cannot be read ($debug/$address/tces)" ;;
		esac
		read=${got#read } right=${got#*right }
		read=${read%% *} right=${right%% *} unanswered=0
		case $got in *' unanswered '*) unanswered=${got##* } ;; esac
	fi
	echo "$address: $state, mode $mode, window $window, $seconds s"
	echo "  window      $read entries read from the hypervisor, $right right"
	[ "$unanswered" = 0 ] || echo "  unanswered  $unanswered entries that the hypervisor did not give"
	bad=$((read - right)) unknown=0 which=seen nothing="nothing was mapped meanwhile"
	case $state in
	attached | pinned)
		tell direct "$direct_maps" D
		tell translated "$translated_maps" T
		echo "  failed      $map_errors maps"
		all=$(grep -c '^[DT]' "$seen" || :)
		[ $((direct_maps + translated_maps)) = 0 ] || nothing="buffers were mapped, and none was seen" ;;
	*)
		if [ -n "$kernel_events" ]; then
			check_kernel_events
			bad=$((bad + wrong + outside)) all=$asked which='looked up'
			[ $translated = 0 ] || nothing="buffers went through TCEs, and none was looked up"
		else
			echo "  the kernel  has this device, and has no trace events for its buffers: only the window is proved"
			all=0 nothing="the buffers themselves were not seen"
		fi ;;
	esac
	[ "$lost" = 0 ] || echo "  lost        $lost trace events did not fit; those seen are a sample"
	record verified device "$address" state "$state" mode "$mode" window "$window" seconds "$seconds" entries "$read" \
		entries_right "$right" direct "$direct_maps" translated "$translated_maps" failed "$map_errors" seen "$all" \
		wrong "$bad" lost "$lost"
	if [ $bad != 0 ]; then
		finding DBP-0030 "$address" "$bad buffers or entries do not lead where they should" "Stop using the device; dma-bypass report."
		echo "verdict: WRONG: buffers do not lead where they should; stop using the device, and run dma-bypass report"
		exit 1
	fi
	# What was not seen in that time is as dangerous.
	judge_danger "$address"
	if [ -n "$danger" ]; then
		finding "$harm_id" "$address" "$danger" "dma-bypass set $address auto"
		echo "verdict: AT RISK: $danger; dma-bypass set $address auto ($harm_id)"
		exit 1
	fi
	[ "$unanswered" = 0 ] || die refused "the hypervisor did not give $unanswered entries of the window, so nothing is proved"
	[ $unknown = 0 ] || [ "${all:-0}" != 0 ] || die refused "no handle could be looked up at the hypervisor ($why)"
	if [ "${all:-0}" = 0 ]; then
		finding DBP-0031 "$address" "$nothing" "Try again while the device is busy."
		echo "verdict: inconclusive: $nothing; try again while the device is busy"
		exit 7
	else
		echo "verdict: right: every buffer that was $which leads where it should"
	fi
}
