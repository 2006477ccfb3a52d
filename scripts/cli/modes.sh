# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC1091,SC2034,SC2154 # found at run time; variables of common.sh
# set, unset, apply and list: modes of devices, now and in /etc/dma-bypass.conf.

. "$lib/conf.sh"

# quietly: from here on put() starts no process for a write.
quietly() {
	complaints=$(mktemp 2>/dev/null) || complaints=
}

quietly_no_more() {
	[ -z "${complaints:-}" ] || rm -f "$complaints"
}

# write_mode ADDRESS MODE: $said is why it failed, and $failure the exit code for it. With 6 the kernel log may know more.
write_mode() {
	put "$params/$1" "$2" && return
	failure=6
	if [ ! -d "$params" ]; then
		failure=3
		said="the module was unloaded meanwhile"
		return 1
	elif [ ! -e "$params/$1" ]; then
		failure=5
		said="$1 has gone away"
		return 1
	fi
	return 1
}

# explain LINE...: a sentence for each write that failed with 6, from "ADDRESS<tab>MODE<tab>WHAT THE SHELL SAID". The kernel log, in which the
# reasons are, is read once for all of them.
explain() {
	{
		printf '%s\n' "$@"
		echo
		kernel_log
	} | awk '
	!log_begun {
		log_begun = $0 == ""
		split($0, part, "\t")
		if (!log_begun) {
			order[++n] = part[1]
			mode[part[1]] = part[2]
			why[part[1]] = part[3]
		}
		next
	}
	# The last line of a device counts.
	(at = index($0, "dma_bypass: ")) {
		text = substr($0, at + 12)
		at = index(text, ": ")
		address = substr(text, 1, at - 1)
		text = substr(text, at + 2)
		if (at && address in mode && (index(text, "mode " mode[address] " is refused: ") == 1 || index(text, "not given back: ") == 1))
			why[address] = text
	}
	END {
		for (i = 1; i <= n; i++)
			print order[i] " was not changed: " why[order[i]]
	}'
}

# selectors_for DEVICE: the names under which a setting of those in $found outlives a reboot: their location codes, which stay
# when addresses change, unless other functions have the same.
selectors_for() {
	case $1 in
	driver:* | loc:*)
		echo "$1"
		return ;;
	esac
	fleet | FOUND=$found awk -F '\t' '
	{ location[$1] = $3; functions[$3]++ }
	END {
		n = split(ENVIRON["FOUND"], address, " ")
		for (i = 1; i <= n; i++) {
			code = location[address[i]]
			print (code == "" || code ~ / / || functions[code] != 1 ? address[i] : "loc:" code)
		}
	}'
}

# mode_by_default ADDRESS: what devices= says for it, by the first selector there that fits, else the policy, in $by_default. Wants
# $driver and $location.
mode_by_default() {
	get "$params/devices"
	rest=$got,
	while [ -n "$rest" ]; do
		item=${rest%%,*} rest=${rest#*,}
		by_default=direct
		case $item in *=*) by_default=${item##*=} ;; esac
		case ${item%%=*} in
		'') continue ;;
		driver:-) continue ;;
		"driver:$driver" | "loc:$location") return ;;
		*) ! as_address "${item%%=*}" || [ "$name" != "$1" ] || return 0 ;;
		esac
	done
	get "$params/policy"
	by_default=${got#*[}
	by_default=${by_default%%]*}
}

# leads_to_off ADDRESS MODE: does it leave the device to the kernel? "default" may, by what the parameters say.
leads_to_off() {
	by_default=$2
	[ "$2" != default ] || mode_by_default "$1"
	[ "$by_default" = off ]
}

# harms ADDRESS MODE: would the device, of $driver and $location, lose data in that mode? How is in $harm then.
harms() {
	harm=
	leads_to_off "$1" "$2" && read_values "$1" || return
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
	names='' out=''
	# shellcheck disable=SC2086 # words
	all=$(fleet $found)
	for address in $found; do
		need_entry "$address"
		need_write "$params/$address"
		next_of_fleet "$address"
		if [ -z "$force" ] && harms "$address" "$wanted"; then
			loses="would lose"
			[ "$harm_id" != DBP-0009 ] || loses="may lose"
			die refused "$address $loses data when it is off: $harm; nothing was changed, and --force does it all the same"
		fi
	done <<-END
		$all
	END
	if [ -n "$persist" ]; then
		names=$(selectors_for "$what")
		# They may stand there by their addresses as well.
		case $what in driver:*) ;; *) out=$found ;; esac
	fi
	out="$out $names" undo=''
	[ "$wanted" != default ] || names=
	[ -z "$persist" ] || prepare_conf "$out" "$names" "$wanted"
	quietly
	at_exit change_undo
	for address in $found; do
		next_of_fleet "$address"
		toggled "$address"
		before=$undo undo="$address $toggle $undo"
		if ! write_mode "$address" "$wanted"; then
			undo=$before
			[ "$failure" != 6 ] || said=$(explain "$address	$wanted	$said")
			echo "dma-bypass: $said." >&2
			exit "$failure"
		fi
		record changed address "$address" mode "$wanted"
		if harms "$address" "$wanted"; then
			warn "$address: $harm"
			finding "$harm_id" "$address" "$harm" "dma-bypass set $address auto"
		fi
	done <<-END
		$all
	END
	# From here on all of it is done, or all taken back.
	trap '' INT TERM HUP
	if [ -z "$persist" ]; then
		undo=''
		return
	elif ! commit_conf; then
		take_back
		die refused "$conf cannot be replaced; nothing was changed"
	fi
	undo=''
	# shellcheck disable=SC2086 # words
	say_overruled $found
}

# say_overruled ADDRESS...: the devices that another line of the file gives another mode than the one that is wanted.
say_overruled() {
	why="comes first"
	[ "$wanted" != default ] || why="is left there"
	plan_of "$@" | while IFS='	' read -r word address mode selector line _; do
		[ "$word" != set ] || [ "$mode" = "$wanted" ] ||
			warn "at the next boot $address gets $mode, by line $line of $conf ($selector), which $why"
	done
}

# take_back: gives the devices in $undo, a list "ADDRESS MODE ADDRESS MODE...", the modes that they had.
take_back() {
	# shellcheck disable=SC2086 # words
	set -- $undo
	undo=''
	while [ $# -gt 0 ]; do
		if ! write_mode "$1" "$2"; then
			[ "$failure" != 6 ] || said=$(explain "$1	$2	$said")
			echo "dma-bypass: $1 could not be changed back to $2: $said." >&2
		fi
		shift 2
	done
}

# change_undo: however a change ends that is not done.
change_undo() {
	take_back
	forget_conf
	quietly_no_more
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

cmd_apply() {
	takes 0 1 $# "apply [DEVICE]"
	need_module
	[ -e "$conf" ] || exit 0
	if cmdline_has 'dma[-_]bypass.policy=off'; then
		echo "dma_bypass.policy=off is on the kernel command line, so $conf is not applied"
		exit 0
	fi
	if [ -e "$disarmed" ]; then
		echo "the module was disarmed after unclean boots, so $conf is not applied"
		exit 0
	fi
	found=
	[ $# = 0 ] || resolve "$1"
	# shellcheck disable=SC2086 # words
	plan=$(plan_of $found) || exit
	status=0 bad=0 refused=''
	quietly
	at_exit apply_end
	while IFS='	' read -r word one two three four five; do
		case $word in
		bad)
			bad=2
			say_bad "$one" "$two" ;;
		covered) [ $# = 1 ] || say_covered "$one" "$two" "$three" "$four" "$five" ;;
		set)
			driver=$five
			apply_to "$one" "$two" "$three" || status=$failure ;;
		esac
	done <<-END
		$plan
	END
	[ "$status" != 0 ] || status=$bad
	exit "$status"
}

# apply_end: says why those in $refused were, however apply ends.
apply_end() {
	[ -z "$refused" ] || explain "${refused#?}" | sed 's/^/dma-bypass: /; s/$/./' >&2
	quietly_no_more
}

# apply_to ADDRESS MODE SELECTOR: does what the file says for the device, of $driver.
apply_to() {
	# Asked for by a rule that fires for bridges as well.
	[ -e "$params/$1" ] || return 0
	need_write "$params/$1"
	if ! write_mode "$1" "$2"; then
		if [ "$failure" = 6 ]; then
			refused="$refused
$1	$2	$said"
		else
			echo "dma-bypass: $said." >&2
		fi
		return 1
	fi
	echo "$1: $2 ($3)"
	record changed address "$1" mode "$2" selector "$3"
	# The administrator has decided, and nobody is there to be asked.
	if harms "$1" "$2"; then
		warn "$1: $harm ($3 in $conf)"
		finding "$harm_id" "$1" "$harm" "dma-bypass set $1 auto"
	fi
}

# mode_now ADDRESS: its mode, in $got, or "-" without the module.
mode_now() {
	get "$devices/$1/dma_bypass/mode"
	: "${got:=-}"
}

cmd_list() {
	takes 0 0 $# list
	[ -e "$conf" ] || { echo "nothing is kept: there is no $conf"; exit 0; }
	plan=$(plan_of) || exit
	status=0
	printf '%-4s  %-12s  %-9s  %-9s  %s\n' LINE DEVICE KEPT NOW SELECTOR
	while IFS='	' read -r word one two three four five; do
		case $word in
		bad)
			status=2
			say_bad "$one" "$two" ;;
		none)
			printf '%-4s  %-12s  %-9s  %-9s  %s\n' "$one" - "$three" - "$two (no device)"
			record kept line "$one" device '' mode "$three" now '' selector "$two" ;;
		covered) say_covered "$one" "$two" "$three" "$four" "$five" ;;
		set)
			mode_now "$one"
			differs=
			if [ "$got" != "$two" ]; then
				differs=" (differs)"
				[ "$status" != 0 ] || status=1
				finding DBP-0052 "$one" "its mode is $got, and $conf says $two" "dma-bypass apply $one"
			fi
			printf '%-4s  %-12s  %-9s  %-9s  %s\n' "$four" "$one" "$two" "$got" "$three$differs"
			record kept line "$four" device "$one" mode "$two" now "$got" selector "$three" ;;
		esac
	done <<-END
		$plan
	END
	exit "$status"
}
