# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # variables of common.sh
# set, unset and apply: modes of devices, now and in /etc/dma-bypass.conf.

# write_mode ADDRESS MODE: $said is why it failed, and $failure the exit code for it.
write_mode() {
	put "$params/$1" "$2" && return
	failure=6
	if [ ! -e "$params/$1" ]; then
		failure=5
		said="$1 has gone away"
		return 1
	fi
	log=$(kernel_log | sed -n "s/.*dma_bypass: $1: \(mode $2 is refused: .*\|not given back: .*\)/\1/p" | tail -n 1)
	said="$1 was not changed: ${log:-$said}"
	return 1
}

# selector_for DEVICE ADDRESS: the name under which a setting outlives a reboot: the location code, which stays
# when addresses change, unless other functions have the same.
selector_for() {
	case $1 in
	driver:* | loc:*)
		echo "$1"
		return ;;
	esac
	code=$(location_of "$2")
	case $code in
	'' | *[[:space:]]*) echo "$2" ;;
	*) [ "$(resolve "loc:$code" && echo "$found")" = "$2" ] && echo "loc:$code" || echo "$2" ;;
	esac
}

# conf_change OUT IN MODE: takes the lines of some selectors out of the file, and puts new ones in: addresses
# before location codes before drivers, since the first line that fits a device counts.
conf_change() {
	[ -e "$conf" ] || [ -n "$2" ] || return 0
	new=$conf.new.$$
	(umask 022 && : >"$new") 2>/dev/null || die no-permission "the mode is set, but $conf cannot be written"
	{
		[ -e "$conf" ] && cat "$conf" ||
			printf '%s\n' "# Modes of devices, see dma-bypass(8). A line is SELECTOR MODE; the first that fits counts."
	} | awk -v gone="$1" -v names="$2" -v mode="$3" '
	BEGIN {
		n = split(gone, name, " ")
		for (i = 1; i <= n; i++)
			out[name[i]] = 1
		n = split(names, name, " ")
	}
	function kind(selector) {
		return selector ~ /^driver:/ ? 2 : selector ~ /^loc:/ ? 1 : 0
	}
	function insert(below) {
		for (; level < below; level++)
			for (i = 1; i <= n; i++)
				if (kind(name[i]) == level)
					print name[i], mode
	}
	$1 in out { next }
	/^(loc|driver):/ { insert(kind($1)) }
	{ print }
	END { insert(3) }' >"$new"
	mv "$new" "$conf"
}

# leads_to_off MODE: does it leave a device to the kernel? "default" may, by the policy.
leads_to_off() {
	case $1 in
	off) ;;
	default)
		get "$params/policy"
		case $got in *'[off]'* | off) ;; *) return 1 ;; esac ;;
	*) return 1 ;;
	esac
}

# harms ADDRESS MODE: would the device lose data in that mode? How is in $harm then.
harms() {
	harm=
	leads_to_off "$2" && read_device "$1" || return
	judge_kernel "$1"
	[ -n "$harm" ]
}

warn() {
	echo "dma-bypass: warning: $1." >&2
}

# change DEVICE MODE PERSIST FORCE: what set and unset have in common. The mode of unset is "default".
change() {
	what=$1 wanted=$2 persist=$3 force=$4
	need_module
	case $persist$what in
	yes*[[:space:]]*) die usage "'$what' has a blank in it, and a line of $conf cannot; name the device otherwise" ;;
	esac
	resolve "$what"
	[ -z "$persist" ] || [ -w "${conf%/*}" ] || die no-permission "$conf cannot be written, so nothing was changed"
	names='' out=''
	for address in $found; do
		need_entry "$address"
		need_write "$params/$address"
		name=$(selector_for "$what" "$address")
		case " $names " in *" $name "*) ;; *) names="$names $name" ;; esac
		# It may stand there by its address as well.
		case $name in driver:*) ;; *) out="$out $address" ;; esac
	done
	for address in $found; do
		[ -n "$force" ] || ! harms "$address" "$wanted" ||
			die refused "$address would lose data when it is off: $harm; nothing was changed, and --force does it all the same"
	done
	out="$out $names" before=
	[ "$wanted" != default ] || names=
	for address in $found; do
		toggled "$address"
		if ! write_mode "$address" "$wanted"; then
			echo "dma-bypass: $said." >&2
			take_back "$before"
			exit "$failure"
		fi
		before="$address $toggle $before"
		! harms "$address" "$wanted" || warn "$address: $harm"
	done
	[ -z "$persist" ] || conf_change "$out" "$names" "$wanted"
}

# take_back "ADDRESS MODE ADDRESS MODE...": the devices that were changed before another refused.
take_back() {
	refusal=$failure
	# shellcheck disable=SC2086 # words
	set -- $1
	while [ $# -gt 0 ]; do
		write_mode "$1" "$2" || echo "dma-bypass: $1 could not be changed back to $2: $said." >&2
		shift 2
	done
	failure=$refusal
}

cmd_set() {
	persist='' force='' args=0 device='' mode=''
	for arg; do
		case $arg in
		--persist) persist=yes ;;
		--force) force=yes ;;
		-*) die usage "set takes --persist and --force, not '$arg'" ;;
		*)
			args=$((args + 1))
			[ $args = 1 ] && device=$arg || mode=$arg ;;
		esac
	done
	takes 2 2 $args "set DEVICE MODE [--persist] [--force]"
	is_mode "$mode" || die usage "the mode '$mode' is none of auto, direct, translate, off"
	change "$device" "$mode" "$persist" "$force"
}

cmd_unset() {
	persist='' force='' args=0 device=''
	for arg; do
		case $arg in
		--persist) persist=yes ;;
		--force) force=yes ;;
		-*) die usage "unset takes --persist and --force, not '$arg'" ;;
		*)
			args=$((args + 1))
			device=$arg ;;
		esac
	done
	takes 1 1 $args "unset DEVICE [--persist] [--force]"
	change "$device" default "$persist" "$force"
}

# apply_to ADDRESS: the first line of the file that fits.
apply_to() {
	# The last line may lack its end.
	while read -r selector wanted rest || [ -n "$selector" ]; do
		case $selector in '' | '#'*) continue ;; esac
		matches "$selector" "$1" || continue
		write_mode "$1" "$wanted" || { echo "dma-bypass: $said." >&2; return 1; }
		echo "$1: $wanted ($selector)"
		# The administrator has decided, and nobody is there to be asked.
		! harms "$1" "$wanted" || warn "$1: $harm ($selector in $conf)"
		return
	done <"$conf"
}

conf_check() {
	number=0
	while read -r selector mode rest || [ -n "$selector" ]; do
		number=$((number + 1))
		case $selector in '' | '#'*) continue ;; esac
		if ! is_mode "$mode" || [ -n "$rest" ]; then
			die usage "line $number of $conf is not SELECTOR MODE with a mode of auto, direct, translate or off"
		fi
		case $selector in
		driver:?* | loc:?*) ;;
		*) is_address "$selector" || die usage "line $number of $conf: '$selector' is no PCI address, driver:NAME or loc:CODE" ;;
		esac
	done <"$conf"
}

cmd_apply() {
	takes 0 1 $# "apply [DEVICE]"
	need_module
	[ -e "$conf" ] || exit 0
	if cmdline_has dma_bypass.policy=off; then
		echo "dma_bypass.policy=off is on the kernel command line, so $conf is not applied"
		exit 0
	fi
	if [ -e "$disarmed" ]; then
		echo "the module was disarmed after unclean boots, so $conf is not applied"
		exit 0
	fi
	conf_check
	if [ $# = 1 ]; then
		resolve "$1"
	else
		found=$(all_devices)
	fi
	status=0
	for address in $found; do
		# Asked for by a rule that fires for bridges as well.
		[ -e "$params/$address" ] || continue
		need_write "$params/$address"
		apply_to "$address" || status=$failure
	done
	exit "$status"
}
