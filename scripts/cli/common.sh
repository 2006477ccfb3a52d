# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC1091,SC2034,SC2154 # used by the parts that read this file
# What the parts of dma-bypass share: where things are, exit codes, devices by name.

export LC_ALL=C
root=${DMA_BYPASS_SYSROOT:-}
params=$root/sys/module/dma_bypass/parameters
devices=$root/sys/bus/pci/devices
debug=$root/sys/kernel/debug/dma_bypass
tree=$root/proc/device-tree
conf=$root/etc/dma-bypass.conf
# Made at boot, when the boots before it ended badly.
disarmed=$root/run/dma-bypass/off

# What could not be written is a failure, whichever command finds it. A backslash stays one in every shell.
echo() {
	command printf '%s\n' "$*" || unwritten
}

# shellcheck disable=SC2059 # the format is the caller's
printf() {
	command printf "$@" || unwritten
}

unwritten() {
	die refused "the output could not be written"
}

# clean STRING: the same in $cleaned without what a terminal might obey, and without tabs, since others part fields.
# No process is started for it: all of a thousand devices may have such a name.
clean() {
	cleaned='' unclean=$1
	while :; do
		case $unclean in *[![:print:]]*) ;; *) break ;; esac
		cleaned="$cleaned${unclean%%[![:print:]]*}?"
		unclean=${unclean#*[![:print:]]}
	done
	cleaned=$cleaned$unclean
}

# die WHY SENTENCE: ends with the exit status that dma-bypass(8) gives for WHY.
die() {
	clean "$2"
	command printf 'dma-bypass: %s.\n' "$cleaned" >&2
	case $1 in
	unhealthy) exit 1 ;;
	usage) exit 2 ;;
	no-module) exit 3 ;;
	no-permission) exit 4 ;;
	no-device) exit 5 ;;
	inconclusive) exit 7 ;;
	*) exit 6 ;;
	esac
}

# record KIND NAME VALUE...: a line for the reader of -j.
record() {
	[ -n "${records:-}" ] || return 0
	entry="record $1"
	shift
	while [ $# -gt 1 ]; do
		clean "$2"
		entry="$entry	$1	$cleaned"
		shift 2
	done
	printf '%s\n' "$entry" >>"$records"
}

# finding ID DEVICE PROBLEM ACTION: one that dma-bypass-findings(7) explains.
finding() {
	record findings id "$1" device "$2" problem "$3" action "$4"
}

# takes MIN MAX COUNT FORM: fails unless that many arguments were given.
takes() {
	[ "$3" -ge "$1" ] || die usage "say dma-bypass $4"
	[ "$3" -le "$2" ] || die usage "say dma-bypass $4"
}

need_module() {
	[ ! -d "$params" ] || return 0
	risk=
	! has_pmem || risk=", and there is persistent memory: what devices read into it or write from it may be wrong"
	finding DBP-0008 "" "the module is not loaded$risk" "modprobe dma_bypass, or dma-bypass why DEVICE"
	die no-module "the module is not loaded$risk; try modprobe dma_bypass, or dma-bypass why DEVICE"
}

# need_write FILE: fails unless the caller may write it.
need_write() {
	[ -w "$1" ] || die no-permission "this needs root: $1 is not writable for you"
}

need_read() {
	[ -r "$1" ] || die no-permission "this needs root: $1 is not readable for you"
}

# get FILE: the first line of a file in $got, or nothing. No process is started for it.
get() {
	got=
	{ IFS= read -r got <"$1"; } 2>/dev/null || :
}

# text FILE: a string of the device tree.
text() {
	[ -e "$1" ] || return 0
	tr '\0' ' ' <"$1" | sed 's/ *$//'
}

# put FILE WORD: writes it; the shell's complaint is in $said. No process is started where $complaints names a file for it.
put() {
	if [ -n "${complaints:-}" ]; then
		{ command printf '%s\n' "$2" >"$1"; } 2>"$complaints" && return
		get "$complaints"
		said=${got##*: }
		return 1
	fi
	said=$( (command printf '%s\n' "$2" >"$1") 2>&1) && return
	said=${said##*: }
	return 1
}

is_number() {
	case $1 in
	'' | *[!0-9]* | 0* | ???????*) return 1 ;;
	esac
}

# number_arg WHAT VALUE: fails with a sentence unless it is a positive number.
number_arg() {
	is_number "$2" || die usage "$1 '$2' is no number from 1 to 999999"
}

is_mode() {
	case $1 in
	auto | direct | translate | off) return 0 ;;
	esac
	return 1
}

kernel_log() {
	if [ -n "$root" ]; then
		cat "$root/var/log/dmesg" 2>/dev/null || :
	else
		dmesg 2>/dev/null || :
	fi
}

# cmdline_has PATTERN: a word of the kernel command line that matches.
cmdline_has() {
	get "$root/proc/cmdline"
	for word in $got; do
		# shellcheck disable=SC2254 # it is a pattern
		case $word in $1) return 0 ;; esac
	done
	return 1
}

kernel_release() {
	get "$root/proc/sys/kernel/osrelease"
	# A kernel without sysctl has no such file.
	[ -n "$got$root" ] || got=$(uname -r)
	echo "$got"
}

# toggled ADDRESS: the word that leads back to its mode of now, in $toggle.
toggled() {
	get "$devices/$1/dma_bypass/mode"
	toggle=$got
	get "$devices/$1/dma_bypass/mode_own"
	[ "$got" != 0 ] || toggle=default
}

# at_exit COMMAND: is run however this ends, and to its end.
at_exit() {
	# shellcheck disable=SC2064 # the command is known now
	trap "trap '' INT TERM HUP PIPE; $1" EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	trap 'exit 141' PIPE
}

# others_count: has another process, which still lives, direct maps counted? The marks of dead ones are removed; $stale says
# that there was one, which could not undo what it had begun.
others_count() {
	for other in "$mark".*; do
		[ "$other" != "$mark.$$" ] || continue
		[ -e "$other" ] || continue
		! kill -0 "${other##*.}" 2>/dev/null || return 0
		! rm -f "$other" 2>/dev/null || stale=yes
	done
	return 1
}

# counting on|off|?: whether direct maps are counted. "on" needs root, and is undone at the exit; "off" undoes it
# where no other process wants them counted. What the administrator has set, stays.
counting() {
	mark=${disarmed%/*}/counting stale=
	get "$params/count_direct"
	case $1 in
	'?') [ "$got" = Y ] ;;
	on)
		[ "$got" != Y ] || others_count || [ -n "$stale" ] || return 0
		at_exit 'counting off'
		mkdir -p "${mark%/*}" 2>/dev/null || :
		put "$mark.$$" '' && put "$params/count_direct" Y ;;
	off)
		[ -e "$mark.$$" ] || return 0
		# The mark goes last: who sees Y and no mark takes it for the administrator's.
		if others_count; then
			rm -f "$mark.$$"
			others_count || put "$params/count_direct" N || :
		else
			put "$params/count_direct" N || :
			rm -f "$mark.$$"
			! others_count || put "$params/count_direct" Y || :
		fi ;;
	esac
}

. "$lib/fleet.sh"
. "$lib/judge.sh"
