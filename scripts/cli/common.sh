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

# die WHY SENTENCE: ends with the exit status that dma-bypass(8) gives for WHY.
die() {
	echo "dma-bypass: $2." >&2
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

# takes MIN MAX COUNT FORM: fails unless that many arguments were given.
takes() {
	[ "$3" -ge "$1" ] || die usage "say dma-bypass $4"
	[ "$3" -le "$2" ] || die usage "say dma-bypass $4"
}

need_module() {
	[ ! -d "$params" ] || return 0
	risk=
	! has_pmem || risk=", and there is persistent memory: what devices read into it or write from it may be wrong"
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

# put FILE WORD: writes it; the shell's complaint is in $said.
put() {
	said=$( (printf '%s\n' "$2" >"$1") 2>&1) && return
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

is_address() {
	case $1 in
	[0-9a-f][0-9a-f][0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]:[01][0-9a-f].[0-7]) return 0 ;;
	esac
	return 1
}

# all_devices: addresses of all PCI devices that the module knows, or of all but bridges without it.
all_devices() {
	for path in "$devices"/*; do
		[ -e "$path" ] || continue
		if [ -d "$params" ]; then
			[ -d "$path/dma_bypass" ] || continue
		else
			get "$path/class"
			case $got in 0x0604*) continue ;; esac
		fi
		echo "${path##*/}"
	done
}

# driver_of ADDRESS
driver_of() {
	driver=$(readlink "$devices/$1/driver" 2>/dev/null) || driver=-
	echo "${driver##*/}"
}

# location_of ADDRESS: its location code, or nothing.
location_of() {
	text "$devices/$1/of_node/ibm,loc-code"
}

# matches SELECTOR ADDRESS: the selectors of the parameter devices=.
matches() {
	case $1 in
	driver:*) [ "$(driver_of "$2")" = "${1#driver:}" ] ;;
	loc:*) [ "$(location_of "$2")" = "${1#loc:}" ] ;;
	*) [ "$1" = "$2" ] ;;
	esac
}

# resolve DEVICE: the addresses that it names, in $found; fails with a sentence when there are none.
resolve() {
	found=
	case $1 in
	'') die usage "the name of the device is empty" ;;
	driver:* | loc:*)
		for address in $(all_devices); do
			! matches "$1" "$address" || found="$found $address"
		done ;;
	*)
		name=$(echo "$1" | tr A-F a-f)
		case $name in
		[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f].[0-7]) name=0000:$name ;;
		esac
		if is_address "$name"; then
			[ ! -e "$devices/$name" ] || found=$name
		else
			resolve_by_kernel_name "${1#/dev/}"
		fi ;;
	esac
	found=${found# }
	[ -n "$found" ] || die no-device "there is no PCI device '$1'"
}

# pci_above PATH: the PCI device nearest to it on its path in sysfs, in $above.
pci_above() {
	above=$1
	while [ -n "${above#"$root"}" ] && [ "$above" != / ]; do
		if is_address "${above##*/}"; then
			above=${above##*/}
			return
		fi
		above=${above%/*}
	done
	return 1
}

# The PCI device of a network or block device; with native multipath, those of all controllers of an NVMe subsystem.
resolve_by_kernel_name() {
	case $1 in
	*/* | .*) return 0 ;;
	esac
	for class in net block nvme; do
		path=$(cd -P "$root/sys/class/$class/$1" 2>/dev/null && pwd -P) || continue
		if pci_above "$path"; then
			found=$above
			return
		fi
		case $path in
		*/nvme-subsystem/*)
			subsystem=${path#*/nvme-subsystem/}
			for link in "${path%"$subsystem"}${subsystem%%/*}"/nvme*; do
				if [ -L "$link" ] && pci_above "$(cd -P "$link" && pwd -P)"; then
					found="$found $above"
				fi
			done ;;
		esac
		[ -z "$found" ] || return 0
		die no-device "$1 is no PCI device, and dma_bypass handles PCI devices only"
	done
}

# resolve_one DEVICE: leaves the only address that it names in $address.
resolve_one() {
	resolve "$1"
	case $found in
	*' '*) die usage "'$1' names several devices ($found); name one" ;;
	esac
	address=$found
}

# need_entry ADDRESS: the module must know it.
need_entry() {
	[ -d "$devices/$1/dma_bypass" ] && return
	[ -e "$devices/$1" ] || die no-device "$1 has gone away"
	die no-device "$1 is a bridge, which maps nothing"
}

# module_file KERNEL: where the module for it is, if there is one.
module_file() {
	find "$root/lib/modules/$1/" -name 'dma_bypass.ko*' 2>/dev/null | head -n 1
}

# is_signed FILE: does a signature stand at its end?
is_signed() {
	case $1 in
	*.xz) xz -dc "$1" ;;
	*.zst) zstd -qdc "$1" ;;
	*.gz) gzip -dc "$1" ;;
	*) cat "$1" ;;
	esac 2>/dev/null | tail -c 28 | grep -q 'Module signature appended'
}

# signer_of FILE: " by NAME", where that can be told.
signer_of() {
	modinfo -F signer "$1" 2>/dev/null | sed -n '1s/^/ by /p'
}

# toggled ADDRESS: the word that leads back to its mode of now, in $toggle.
toggled() {
	get "$devices/$1/dma_bypass/mode"
	toggle=$got
	get "$devices/$1/dma_bypass/mode_own"
	[ "$got" != 0 ] || toggle=default
}

# read_device ADDRESS: its files in variables of the same names. Fails when the device has gone.
read_device() {
	for file in mode state reason kernel_path window dma_base window_size direct_size direct_maps \
		translated_maps map_errors stranded; do
		get "$devices/$1/dma_bypass/$file"
		[ -n "$got" ] || return 1
		eval "$file=\$got"
	done
	driver=$(driver_of "$1")
	location=$(location_of "$1")
}

# at_exit COMMAND: is run however this ends, and to its end.
at_exit() {
	# shellcheck disable=SC2064 # the command is known now
	trap "trap '' INT TERM HUP PIPE; $1" EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	trap 'exit 141' PIPE
}

# others_count: has another process, which still lives, direct maps counted? The marks of dead ones are removed.
others_count() {
	for other in "$mark".*; do
		[ "$other" != "$mark.$$" ] || continue
		[ -e "$other" ] || continue
		! kill -0 "${other##*.}" 2>/dev/null || return 0
		rm -f "$other" 2>/dev/null || :
	done
	return 1
}

# counting on|off|?: whether direct maps are counted. "on" needs root, and is undone at the exit; "off" undoes it
# where no other process wants them counted. What the administrator has set, stays.
counting() {
	mark=${disarmed%/*}/counting
	get "$params/count_direct"
	case $1 in
	'?') [ "$got" = Y ] ;;
	on)
		[ "$got" != Y ] || others_count || return 0
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

# percent PART WHOLE: rounded down, so that 100 means all.
percent() {
	echo $(($1 * 100 / $2))
}

# json STRING: quoted.
json() {
	printf '"%s"' "$(printf %s "$1" | tr -d '\000-\037' | sed 's/[\\"]/\\&/g')"
}

. "$lib/judge.sh"
