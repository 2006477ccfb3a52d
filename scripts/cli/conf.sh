# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2015,SC2154 # A && B || C is meant; variables of common.sh
# The file that keeps modes over a reboot: one writer at a time, and whoever reads it sees it whole.

# plan_of [ADDRESS...]: what the file says for these devices, or for all: lines of conf.awk.
plan_of() {
	[ -e "$conf" ] || return 0
	[ -r "$conf" ] || die no-permission "$conf cannot be read"
	fleet "$@" | awk -v TASK=plan -f "$lib/conf.awk" "$conf" -
}

# lock_conf: waits until no other process changes the file. The lock goes with the process.
lock_conf() {
	lock=${disarmed%/*}/conf.lock
	mkdir -p "${lock%/*}" 2>/dev/null || :
	(: >>"$lock") 2>/dev/null || die no-permission "$conf cannot be written: $lock cannot be made, so nothing was changed"
	if command -v flock >/dev/null; then
		exec 9>>"$lock"
		flock 9
		return
	fi
	# A small busybox has no flock. Whoever makes the file has the lock; that of a dead process is none.
	# Only one at a time may find that out, or it would remove another one's.
	tries=0
	until (set -C && command echo $$ >"$lock.pid") 2>/dev/null; do
		get "$lock.pid"
		holder=$got
		if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null && mkdir "$lock.break" 2>/dev/null; then
			get "$lock.pid"
			[ "$got" != "$holder" ] || rm -f "$lock.pid"
			rmdir "$lock.break"
			continue
		fi
		tries=$((tries + 1))
		[ $tries -lt 120 ] || die refused "$conf is being changed by process ${holder:-unknown} ($lock.pid); nothing was changed"
		command sleep 1
	done
	lock_file=$lock.pid
}

# forget_conf: what is to be done however a command ends that changes the file.
forget_conf() {
	[ -z "${new:-}" ] || rm -f "$new"
	[ -z "${lock_file:-}" ] || rm -f "$lock_file"
}

# prepare_conf OUT IN MODE: writes the file as it shall be, without the lines of some selectors and with new ones, beside the
# one that is there. That one may be a link; the new one gets its owner and its mode. What does not fit on the disk is
# noticed here, before anything has changed.
prepare_conf() {
	target=$conf new=''
	[ ! -L "$conf" ] || target=$(readlink -f "$conf") || target=
	[ -d "${target%/*}" ] && [ -w "${target%/*}" ] ||
		die no-permission "$conf cannot be written, so nothing was changed"
	if [ -e "$target" ]; then
		[ -f "$target" ] && [ "$(stat -c %h "$target")" = 1 ] ||
			die refused "$conf has several names (hard links) or is no file, and cannot be replaced; nothing was changed"
	fi
	lock_conf
	at_exit forget_conf
	[ -e "$target" ] || [ -n "$2" ] || return 0
	new=$target.new.$$
	{
		if [ -e "$target" ]; then
			cp -a "$target" "$new"
		else
			(umask 022 && : >"$new")
		fi && changed_conf "$@" >"$new" && changed_conf "$@" | cmp -s - "$new" && sync "$new"
	} 2>/dev/null || die refused "$new cannot be written (is the disk full?); nothing was changed"
}

changed_conf() {
	if [ -e "$target" ]; then
		cat "$target"
	else
		printf '%s\n' "# Modes of devices, see dma-bypass(8). A line is SELECTOR MODE; the first that fits counts."
	fi | GONE=$1 NAMES=$2 awk -v TASK=change -v MODE="$3" -f "$lib/conf.awk"
}

# commit_conf: puts it in place.
commit_conf() {
	[ -n "$new" ] || return 0
	mv -f "$new" "$target" 2>/dev/null || return
	sync "${target%/*}" 2>/dev/null || :
	new=
}

# say_bad LINE WHY, say_covered LINE SELECTOR MODE COUNT ADDRESS
say_bad() {
	echo "dma-bypass: line $1 of $conf $2; it is passed over." >&2
	finding DBP-0050 "" "line $1 of $conf $2" "Correct the line."
}

say_covered() {
	which=$5
	[ "$4" = 1 ] || which="$5 and $(($4 - 1)) more"
	echo "note: line $1 ($2 $3) does not count for $which: a line before it does"
	finding DBP-0051 "$5" "line $1 ($2 $3) of $conf does not count for $which: a line before it does" "Take one of the lines out."
}
