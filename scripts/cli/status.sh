# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # variables of common.sh
# status and metrics: what each device really does, by its counters. Everything is read once, and judged by status.awk.

columns="address,driver,mode,does,window,direct,location,name"
other_columns="healthy,state,reason,kernel_path,dma_base,window_size,direct_size,direct_maps,translated_maps,map_errors,stranded,id,problem,action"

# collect [ADDRESS...]: lines for status.awk.
collect() {
	# fleet() passes over those that have gone. One that was named must not have, and in a measured time none.
	for address; do
		[ -d "$devices/$address/dma_bypass" ] || printf 'X\t%s\t-\t\tgone\n' "$address"
	done
	fleet "$@" | while IFS='	' read -r address driver location; do
		if ! read_values "$address"; then
			# All that there are are those that are there still.
			[ $# -gt 0 ] || [ -d "$devices/$address/dma_bypass" ] || continue
			printf 'X\t%s\t%s\t%s\n' "$address" "$driver" "$location"
			continue
		fi
		judge_danger "$address"
		get "$devices/$address/dma_mask_bits"
		bits=${got:-64}
		clean "$reason"
		printf 'D\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$address" "$driver" "$location" \
			"$mode" "$state" "$cleaned" "$kernel_path" "$window" "$dma_base" "$window_size" "$direct_size" \
			"$direct_maps" "$translated_maps" "$map_errors" "$stranded" "$bits" "${danger:+$harm_id}" "$danger"
	done
}

# counts [ADDRESS...]: what the devices have mapped so far, for status.awk.
counts() {
	[ $# -gt 0 ] || set -- "$devices"/*
	for entry; do
		! read_values "${entry##*/}" ||
			printf 'B\t%s\t%s\t%s\t%s\n' "${entry##*/}" "$direct_maps" "$translated_maps" "$map_errors"
	done
}

# show FORM [ADDRESS...]: in the form text, json or metrics. Fails when something is unhealthy.
show() {
	form=$1
	shift
	disarmed_now=0
	! is_disarmed || disarmed_now=1
	counted=0
	! counting '?' || counted=1
	get "$root/sys/module/dma_bypass/version"
	code=0
	{
		[ -z "$before" ] || printf '%s\n' "$before"
		names
		collect "$@"
	} | awk -v FORM="$form" -v MEASURED="${measured:-0}" -v COUNTED=$counted -v DISARMED=$disarmed_now -v ONLY="${only_unhealthy:-0}" \
		-v COLUMNS="$shown_columns" -v HEADERS="$headers" -v WIDTH="$width" -v MODULE="$got" -v KERNEL="$(kernel_release)" \
		-f "$lib/json.awk" -f "$lib/status.awk" || code=$?
	[ "$code" != 141 ] || exit 141
	[ -d "$params" ] || die no-module "the module was unloaded meanwhile"
	for address in $addresses; do
		[ -d "$devices/$address/dma_bypass" ] || gone "$address"
	done
	case $code in
	0) return 0 ;;
	10) return 1 ;;
	*) die refused "the output could not be written" ;;
	esac
}

# terminal_width: of a terminal that the output goes to, else 0: nothing is cut then.
terminal_width() {
	width=0
	[ -t 1 ] || return 0
	width=${COLUMNS:-}
	[ -n "$width" ] || { width=$(stty size 2>/dev/null <&1) && width=${width#* }; }
	case $width in '' | 0 | *[!0-9]*) width=0 ;; esac
}

cmd_status() {
	only_unhealthy='' form=text seconds='' shown_columns=$columns headers=1 before='' measured='' wanted=''
	while [ $# -gt 0 ]; do
		case $1 in
		-e) only_unhealthy=1 ;;
		-j | --json) form=json ;;
		--no-headers) headers=0 ;;
		-o)
			[ $# -gt 1 ] || die usage "-o needs names of columns: $columns,$other_columns"
			shown_columns=$2
			shift ;;
		-m)
			[ $# -gt 1 ] || die usage "-m needs the number of seconds"
			number_arg "the time" "$2"
			seconds=$2
			shift ;;
		-*) die usage "status takes -e, -j, -m SECONDS, -o COLUMNS, --no-headers and devices, not '$1'" ;;
		*)
			[ -n "$1" ] || die usage "the name of the device is empty"
			wanted="$wanted$1
" ;;
		esac
		shift
	done
	for column in $(echo "$shown_columns" | tr , ' '); do
		case ,$columns,$other_columns, in
		*",$column,"*) ;;
		*) die usage "there is no column '$column'; there are $columns,$other_columns" ;;
		esac
	done
	need_module
	addresses=
	while IFS= read -r device && [ -n "$device" ]; do
		resolve "$device"
		for address in $found; do
			need_entry "$address"
			case " $addresses " in *" $address "*) ;; *) addresses="$addresses $address" ;; esac
		done
	done <<-END
		$wanted
	END
	# shellcheck disable=SC2086 # words
	set -- $addresses
	if [ -n "$seconds" ]; then
		counting on || die no-permission "this needs root: counting direct maps was refused ($said)"
		measured=1
		# shellcheck disable=SC2046 # words
		[ $# -gt 0 ] || set -- $(all_devices)
		before=$(counts "$@")
		sleep "$seconds"
	fi
	terminal_width
	show $form "$@" || exit 1
}

cmd_metrics() {
	takes 0 0 $# metrics
	if [ ! -d "$params" ]; then
		printf '# HELP dma_bypass_up Whether the module is loaded.\n# TYPE dma_bypass_up gauge\ndma_bypass_up 0\n'
		return
	fi
	before='' measured='' only_unhealthy='' addresses='' shown_columns=$columns headers=1 width=0
	show metrics || :
}
