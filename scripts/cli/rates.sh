# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # variables of common.sh
# stat and plan: rates, and what they could become.

# snapshot: one line "address direct translated errors" for each device that is there.
snapshot() {
	for address in $(all_devices); do
		! read_values "$address" || echo "$address $direct_maps $translated_maps $map_errors"
	done
}

# rates BEFORE AFTER SECONDS: lines "address direct translated errors", per second.
rates() {
	printf '%s\n-\n%s\n' "$1" "$2" | awk -v seconds="$3" '
	$1 == "-" { after = 1; next }
	!after { direct[$1] = $2; translated[$1] = $3; errors[$1] = $4; next }
	$1 in direct {
		printf "%s %.1f %.1f %.1f\n", $1, ($2 - direct[$1]) / seconds,
			($3 - translated[$1]) / seconds, ($4 - errors[$1]) / seconds
	}'
}

cmd_stat() {
	takes 0 2 $# "stat [SECONDS [COUNT]]"
	seconds=${1:-1} rounds=${2:-0}
	number_arg "the interval" "$seconds"
	[ "$rounds" = 0 ] || number_arg "the count" "$rounds"
	need_module
	if ! counting on 2>/dev/null; then
		echo "dma-bypass: only root may have direct maps counted; they show as 0." >&2
	fi
	before=$(snapshot) round=0
	[ -n "$before" ] || die no-device "no PCI device does DMA here"
	while [ "$rounds" = 0 ] || [ $round -lt "$rounds" ]; do
		sleep "$seconds"
		after=$(snapshot)
		[ -d "$params" ] || gone all
		printf '%-12s %14s %14s %14s\n' ADDRESS direct/s translated/s errors/s
		rates "$before" "$after" "$seconds" | awk '{ printf "%-12s %14s %14s %14s\n", $1, $2, $3, $4 }'
		[ -z "${records:-}" ] || rates "$before" "$after" "$seconds" |
			awk '{ printf "record rates\tdevice\t%s\tdirect\t%.0f\ttranslated\t%.0f\terrors\t%.0f\n", $1, $2, $3, $4 }' >>"$records"
		echo
		before=$after round=$((round + 1))
	done
}

# hypercall_ns: what one TCE hypercall costs here, from reading many back. Nothing when no window can be read.
hypercall_ns() {
	cat "$debug"/*:*/tces "$debug"/*:*/tces "$debug"/*:*/tces 2>/dev/null |
		awk '$2 > 0 { ns = $6 / $2; if (!best || ns < best) best = ns } END { if (best) printf "%d\n", best }'
}

# requests: a line "R ADDRESS NUMBER" for what each block and network device has done so far, in requests and packets. SCSI disks lie
# at any depth; what is below another PCI device is not its own.
requests() {
	# shellcheck disable=SC2044 # no name in sysfs has a space there
	for path in $(find "$devices"/*/. -name '????:??:??.?' -prune -o \
		\( -path '*/block/*' -o -path '*/nvme/*/nvme*n*' \) -prune -print 2>/dev/null); do
		[ -f "$path/stat" ] || continue
		read -r reads _ _ _ writes _ <"$path/stat" || continue
		path=${path#"$devices"/}
		echo "R ${path%%/*} $((reads + writes))"
	done
	for path in "$devices"/*/net/*/statistics "$devices"/*/*/net/*/statistics; do
		[ -d "$path" ] || continue
		for file in rx_packets tx_packets; do
			get "$path/$file"
			of=${path#"$devices"/}
			echo "R ${of%%/*} ${got:-0}"
		done
	done
}

# plan_counts: those, and a line "D ADDRESS TRANSLATED MODE STATE KERNEL-PATH WINDOW" for each device.
plan_counts() {
	requests
	for address in $(all_devices); do
		! read_values "$address" || echo "D $address $translated_maps $mode $state $kernel_path $window"
	done
}

plan_line() {
	printf '%-12s %-9s %12s %-9s %10s  %s\n' "$@"
}

cmd_plan() {
	takes 0 1 $# "plan [SECONDS]"
	seconds=${1:-5}
	number_arg "the time" "$seconds"
	need_module
	need_write "$params/policy"
	ns=$(hypercall_ns)
	if [ -n "$ns" ]; then
		echo "A TCE hypercall costs $ns ns here (measured). A translated buffer needs two: one to map it, one to unmap it."
	else
		echo "There is no window whose entries could be read, so the cost of a TCE hypercall is unknown here."
	fi
	before=$(plan_counts)
	sleep "$seconds"
	[ -d "$params" ] || gone all
	plan_line ADDRESS MODE BUFFERS/s FROM 'CPU NOW' GAIN
	# What is not ours to count is told by what its disks and network links did.
	{
		printf '%s\n-\n' "$before"
		plan_counts
	} | awk -v seconds="$seconds" -v ns="$ns" '
	$1 == "-" { after = 1; next }
	$1 == "R" { requests[$2] += after ? $3 : -$3; next }
	!after { translated[$2] = $3; order[++n] = $2; next }
	{ now[$2] = $3; mode[$2] = $4; state[$2] = $5; path[$2] = $6; window[$2] = $7 }
	function gain_of(a,	ours) {
		ours = state[a] == "attached" || state[a] == "pinned"
		if (window[a] == "none")
			return "none without a direct window: dma-bypass why " a
		if (mode[a] == "translate" || (!ours && path[a] == "translate"))
			return "all of it with mode auto"
		if (ours)
			return "none: what is translated is not in the window"
		if (path[a] == "direct" || path[a] == "by-limit") {
			cpu = "0.00%"
			return "none: the kernel goes direct"
		}
		cpu = "-"
		return "unknown: it is not known what the kernel does"
	}
	END {
		for (i = 1; i <= n; i++) {
			a = order[i]
			if (!(a in now))
				continue
			from = state[a] ~ /^(attached|pinned)$/ ? "counter" : "requests"
			rate = int((from == "counter" ? now[a] - translated[a] : requests[a]) / seconds)
			cpu = ns == "" ? "-" : sprintf("%.2f%%", rate * 2 * ns / 1e7)
			gain = gain_of(a)
			print a, mode[a], rate, from, cpu, gain
		}
	}' | while read -r dev mode rate from cpu gain; do
		record rates device "$dev" mode "$mode" buffers "$rate" from "$from" cpu "$cpu" gain "$gain"
		plan_line "$dev" "$mode" "$rate" "$from" "$cpu" "$gain"
	done
}
