# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # variables of common.sh
# verify: watches a device's buffers for a while, and compares where their handles lead, by what the
# hypervisor says, with where they should.

find_tracing() {
	for tracing in "$root/sys/kernel/tracing" "$root/sys/kernel/debug/tracing"; do
		[ ! -d "$tracing/events/dma_bypass" ] || return 0
	done
	die refused "this kernel has no trace events (or tracefs is not mounted), by which buffers are seen"
}

# An instance of its own, so that nobody else's tracing is disturbed.
trace_start() {
	trace=$tracing/instances/dma-bypass-$$
	mkdir "$trace" 2>/dev/null || die refused "tracing is not available: $trace cannot be made"
	echo 512 >"$trace/buffer_size_kb"
	for event in dma_bypass/dma_bypass_direct dma_bypass/dma_bypass_translated $2; do
		[ -d "$trace/events/$event" ] || continue
		case $event in
		dma/*) echo "device == \"$1\"" >"$trace/events/$event/filter" ;;
		*) echo "dev == \"$1\"" >"$trace/events/$event/filter" ;;
		esac
		echo 1 >"$trace/events/$event/enable"
	done
}

trace_stop() {
	[ -z "$trace" ] || rmdir "$trace" 2>/dev/null || :
	rm -f "$seen"
	counting off
}

# Lines "D phys handle maps" for direct and "T phys handle maps" for translated buffers by our own events, and
# "K phys handle" by the kernel's. There, a list whose segments were merged cannot be told apart, and is
# passed over.
read_trace() {
	sed -n -e 's/.*dma_bypass_direct: .* phys=\([^ ]*\) .*handle=\([^ ]*\) maps=\([^ ]*\).*/D \1 \2 \3/p' \
		-e 's/.*dma_bypass_translated: .* phys=\([^ ]*\) .*handle=\([^ ]*\) maps=\([^ ]*\).*/T \1 \2 \3/p' \
		-e 's/.*dma_map_p[a-z]*: .*dma_addr=\([^ ]*\) size=[^ ]* phys_addr=\([^ ]*\).*/K 0x\2 0x\1/p' \
		-e 's/.*dma_map_sg: .*dma_addrs={\([^}]*\)} .*phys_addrs={\([^}]*\)}.*/L \1;\2/p' "$trace/trace" |
		awk '$1 != "L" { print; next }
		{
			split(substr($0, 3), half, ";")
			n = split(half[1], dma, ",")
			if (n == split(half[2], phys, ","))
				for (i = 1; i <= n; i++)
					print "K", phys[i], dma[i]
		}'
}

# check_kernel_events: each handle that lies in the direct window is looked up at the hypervisor. A page
# is asked for once, and at most 256 are.
check_kernel_events() {
	end=$((window_size))
	grep '^K' "$seen" | sort -u | {
		asked=0 wrong=0
		while read -r _ phys handle; do
			offset=$((handle - dma_base))
			if [ $offset -lt 0 ] || [ $offset -ge $end ]; then
				continue
			fi
			[ $asked -lt 256 ] || break
			asked=$((asked + 1))
			put "$debug/$address/tce" "$handle" || continue
			{ read -r _ leads <"$debug/$address/tce"; } 2>/dev/null || continue
			[ "$leads" = none ] || [ $((leads)) != $((phys)) ] || continue
			wrong=$((wrong + 1))
			[ $wrong -gt 3 ] || echo "wrong: buffer at $phys has handle $handle, which leads to $leads" >&2
		done
		echo "$asked $wrong"
	}
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
	[ -e "$debug/$address/tces" ] || die no-permission "debugfs is not there; mount -t debugfs debugfs /sys/kernel/debug"
	find_tracing
	read_device "$address" || die no-device "$address has gone away"

	trace='' seen=''
	counting on || die refused "count_direct was refused ($said)"
	at_exit trace_stop
	seen=$(mktemp)
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
		echo 0 >"$event"
	done
	read_device "$address" || die no-device "$address went away meanwhile"
	direct_maps=$((direct_maps - was_direct))
	translated_maps=$((translated_maps - was_translated))
	map_errors=$((map_errors - was_errors))
	read_trace >"$seen"
	lost=$(sed -n 's/^overrun: //p' "$trace"/per_cpu/cpu*/stats | awk '{ n += $1 } END { print n + 0 }')

	if [ "$window" = none ]; then
		read=0 right=0
	else
		get "$debug/$address/tces"
		read=${got#read } right=${got#*right }
		read=${read%% *} right=${right%% *}
	fi
	echo "$address: $state, mode $mode, window $window, $seconds s"
	echo "  window      $read entries read from the hypervisor, $right right"
	bad=$((read - right)) all=$((direct_maps + translated_maps))
	case $state in
	attached | pinned)
		tell direct "$direct_maps" D
		tell translated "$translated_maps" T
		echo "  failed      $map_errors maps" ;;
	*)
		if [ -n "$kernel_events" ]; then
			counts=$(check_kernel_events)
			echo "  the kernel  ${counts% *} handles in the window looked up at the hypervisor, ${counts#* } wrong"
			bad=$((bad + ${counts#* })) all=${counts% *}
		else
			echo "  the kernel  has this device, and has no trace events for its buffers: only the window is proved"
		fi ;;
	esac
	[ "$lost" = 0 ] || echo "  lost        $lost trace events did not fit; those seen are a sample"
	if [ $bad != 0 ]; then
		echo "verdict: WRONG: buffers do not lead where they should; stop using the device, and run dma-bypass report"
		exit 1
	fi
	if [ "$all" = 0 ]; then
		echo "verdict: nothing was mapped meanwhile; what could be read back is right"
	else
		echo "verdict: right: every buffer that was seen leads where it should"
	fi
}
