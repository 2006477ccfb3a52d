# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034 # used by the scripts that read this file
# Functions shared by the scripts. The caller has set $top to the top of the tree.

cache=${XDG_CACHE_HOME:-$HOME/.cache}/dma_bypass
: "${progress_start:=$(date +%s)}"

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

# One line of progress, with the seconds since the script began.
step() {
	printf '[%4d s] %s\n' $(($(date +%s) - progress_start)) "$*" >&2
}

# Runs a command with its output in a log; shows the log's tail when it fails.
logged() {
	logged_file=$1
	shift
	if ! "$@" >>"$logged_file" 2>&1 </dev/null; then
		echo "--- the end of $logged_file" >&2
		tail -n 30 "$logged_file" >&2
		return 1
	fi
}

# What make needs to build for a POWER guest on this machine.
if [ "$(uname -m)" = ppc64le ]; then
	cross=
	guest_make() { make "$@"; }
else
	cross=powerpc64le-linux-gnu-
	guest_make() { make ARCH=powerpc CROSS_COMPILE="$cross" "$@"; }
fi
