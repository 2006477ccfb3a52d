# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # variables of common.sh
# status and metrics: what each device really does, by its counters.

# judge_counts: what the counts say, in $does, and the share of direct maps in per cent in $share.
judge_counts() {
	share=-
	case $state in
	attached | pinned) ;;
	*)
		does=kernel:$kernel_path
		return ;;
	esac
	all=$((direct_maps + translated_maps))
	if ! counting '?' && [ -z "${measured:-}" ]; then
		# Only what goes through TCEs is known.
		if [ "$translated_maps" = 0 ]; then does=no-tces; else does=some-tces; fi
	elif [ $all = 0 ]; then
		does=idle
	else
		share=$(percent "$direct_maps" $all)
		case $direct_maps:$translated_maps in
		*:0) does=direct ;;
		0:*) does=translated ;;
		*) does=mixed ;;
		esac
	fi
}

# judge_health ADDRESS: $problem is empty for a healthy device, else what is wrong; $action: what to do.
judge_health() {
	problem='' action=''
	[ "$driver" != - ] || return 0
	judge_danger "$1"
	get "$devices/$1/dma_mask_bits"
	bits=${got:-64}
	# A driver may have tried again, so only those that fail now count.
	if [ -n "${measured:-}" ] && [ "$map_errors" != 0 ]; then
		problem="$map_errors maps failed in that time"
		action="See dma-bypass why $1. If its TCE table is full, fewer buffers at a time or mode auto help."
	elif [ -n "$danger" ]; then
		problem=$danger
		action="dma-bypass set $1 auto"
	elif [ "$mode" = off ] || [ "$mode" = translate ] || [ "$state" = refused ] || [ "$bits" -le 32 ]; then
		: # asked for, or nothing can be done
	elif [ "$window" = none ]; then
		problem="it has no direct window, so every buffer costs hypercalls"
		action="dma-bypass why $1"
	elif [ "$window" = dma64 ]; then
		problem="its window is not pre-mapped, so every buffer costs hypercalls"
		action="dma-bypass why $1"
	elif [ "$state" = attached ] && [ "$direct_size" = 0 ]; then
		problem="the hypervisor confirmed nothing of its window, so every buffer costs hypercalls"
		action="dma-bypass why $1; then send the file of dma-bypass report to who supports you"
	fi
}

# measure SECONDS: what each device mapped in that time, in $before_N_direct and the like.
measure() {
	counting on || die no-permission "this needs root: counting direct maps was refused ($said)"
	measured=1
	before=
	for address in $(all_devices); do
		! read_device "$address" || before="$before $address,$direct_maps,$translated_maps,$map_errors"
	done
	sleep "$1"
}

# since ADDRESS: makes the counts of the device those since measure(), when there was one.
since() {
	[ -n "${measured:-}" ] || return 0
	for entry in $before; do
		case $entry in
		"$1",*)
			map_errors=$((map_errors - ${entry##*,}))
			entry=${entry%,*}
			translated_maps=$((translated_maps - ${entry##*,}))
			entry=${entry%,*}
			direct_maps=$((direct_maps - ${entry##*,})) ;;
		esac
	done
}

line() {
	printf '%-12s  %-12s %-9s %-16s %-8s %6s  %s\n' "$@"
}

print_text() {
	healthy='' unhealthy='' blocks='' notes=''
	for address in $(all_devices); do
		read_device "$address" || continue
		since "$address"
		judge_counts
		judge_health "$address"
		[ "$share" = - ] || share=$share%
		row=$(line "$address" "$driver" "$mode" "$does" "$window" "$share" "${location:--}")
		[ -n "${measured:-}" ] || [ "$map_errors" = 0 ] || notes="$notes
    note: $address: $map_errors maps failed since the module was loaded; do they still? status -m SECONDS
"
		if [ -z "$problem" ]; then
			healthy="$healthy$row
"
		else
			unhealthy="$unhealthy$row
"
			blocks="$blocks
  device: $address
   state: $state, and $problem
  reason: $reason
  action: $action
"
		fi
	done
	[ -z "$only_unhealthy" ] || healthy='' notes=''
	if is_disarmed; then
		blocks="
  module: disarmed after unclean boots, so all devices are left to the kernel
  action: When the cause is found: systemctl restart dma-bypass
$blocks"
	fi
	if [ -n "$unhealthy$healthy" ]; then
		line ADDRESS DRIVER MODE DOES WINDOW DIRECT LOCATION
		printf %s "$unhealthy$healthy$blocks$notes"
	elif [ -n "$blocks" ]; then
		printf %s "$blocks"
	elif [ -z "$only_unhealthy" ]; then
		echo "no PCI device does DMA here"
	else
		echo "all devices are healthy"
	fi
	[ -z "$unhealthy" ] && ! is_disarmed
}

print_json() {
	bad=0 comma=''
	get "$root/sys/module/dma_bypass/version"
	printf '{"version":1,"module":%s,"kernel":%s,"devices":[' "$(json "$got")" "$(json "$(kernel_release)")"
	for address in $(all_devices); do
		read_device "$address" || continue
		since "$address"
		judge_counts
		judge_health "$address"
		[ "$share" != - ] || share=null
		ok=true
		[ -z "$problem" ] || { ok=false; bad=1; }
		[ -z "$only_unhealthy" ] || [ $ok = false ] || continue
		printf '%s\n{"address":"%s","driver":%s,"location":%s,' "$comma" "$address" "$(json "${driver#-}")" \
			"$(json "$location")"
		printf '"mode":"%s","state":"%s","reason":%s,' "$mode" "$state" "$(json "$reason")"
		printf '"kernel_path":"%s","window":"%s","dma_base":"%s","window_size":%s,"direct_size":%s,' \
			"$kernel_path" "$window" "$dma_base" "$window_size" "$direct_size"
		printf '"direct_maps":%s,"translated_maps":%s,"map_errors":%s,"stranded":%s,' \
			"$direct_maps" "$translated_maps" "$map_errors" "$stranded"
		printf '"does":"%s","share_direct":%s,"healthy":%s,"problem":%s,"action":%s}' \
			"$does" "$share" $ok "$(json "$problem")" "$(json "$action")"
		comma=,
	done
	printf '\n]'
	if is_disarmed; then
		bad=1
		printf ',"disarmed":true}\n'
	else
		printf ',"disarmed":false}\n'
	fi
	[ $bad = 0 ]
}

cmd_status() {
	only_unhealthy='' form=text seconds=''
	while [ $# -gt 0 ]; do
		case $1 in
		-e) only_unhealthy=yes ;;
		--json) form=json ;;
		-m)
			[ $# -gt 1 ] || die usage "-m needs the number of seconds"
			number_arg "the time" "$2"
			seconds=$2
			shift ;;
		*) die usage "status takes -e, -m SECONDS and --json, not '$1'" ;;
		esac
		shift
	done
	need_module
	[ -z "$seconds" ] || measure "$seconds"
	print_$form || exit 1
}

# metric NAME TYPE HELP: begins one.
metric() {
	printf '# HELP dma_bypass_%s %s\n# TYPE dma_bypass_%s %s\n' "$1" "$3" "$1" "$2"
}

# One pass for each metric, since all values of one must stand together.
cmd_metrics() {
	takes 0 0 $# metrics
	if [ ! -d "$params" ]; then
		metric up gauge "Whether the module is loaded."
		echo "dma_bypass_up 0"
		return
	fi
	rows=$(for address in $(all_devices); do
		read_device "$address" || continue
		judge_counts
		judge_health "$address"
		[ -n "$problem" ] && ok=0 || ok=1
		# The name of a driver may have spaces.
		printf '%s\t' "$address" "$driver" "$mode" "$state" "$window" "$ok" "$direct_size" "$direct_maps" \
			"$translated_maps" "$map_errors" "$stranded"
		echo
	done)
	metric up gauge "Whether the module is loaded."
	echo "dma_bypass_up 1"
	metric disarmed gauge "Whether unclean boots have disarmed it, so that all devices are left to the kernel."
	is_disarmed && echo "dma_bypass_disarmed 1" || echo "dma_bypass_disarmed 0"
	metric counts_direct gauge "Whether direct maps are counted."
	counting '?' && echo "dma_bypass_counts_direct 1" || echo "dma_bypass_counts_direct 0"
	printf '%s\n' "$rows" | awk -F '\t' '
	function metric(name, type, help, column,	i) {
		print "# HELP dma_bypass_" name " " help
		print "# TYPE dma_bypass_" name " " type
		for (i = 1; i <= n; i++)
			print "dma_bypass_" name "{address=\"" value[i, 1] "\",driver=\"" value[i, 2] "\"" \
				(column ? "} " value[i, column] : ",mode=\"" value[i, 3] "\",state=\"" value[i, 4] \
				"\",window=\"" value[i, 5] "\"} 1")
	}
	NF { n++; for (i = 1; i <= NF; i++) { gsub(/["\\]/, "\\\\&", $i); value[n, i] = $i } }
	END {
		metric("device_info", "gauge", "Mode, state and window of a device.", 0)
		metric("healthy", "gauge", "Whether a device is healthy.", 6)
		metric("direct_bytes", "gauge", "RAM that goes direct.", 7)
		metric("direct_maps_total", "counter", "Buffers mapped direct, while that is counted.", 8)
		metric("translated_maps_total", "counter", "Buffers mapped through TCEs.", 9)
		metric("map_errors_total", "counter", "Maps that failed.", 10)
		metric("stranded", "gauge", "Live buffers that the kernel itself could not release.", 11)
	}'
}
