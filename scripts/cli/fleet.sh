# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2015,SC2154 # A && B || C is meant; variables of common.sh
# Which devices there are, and by what names. With a thousand of them no process may be started for each.

# is_known ADDRESS: does the module know the device? Without the module all but bridges are known.
is_known() {
	if [ -d "$params" ]; then
		[ -d "$devices/$1/dma_bypass" ]
	else
		get "$devices/$1/class"
		case $got in 0x0604*) return 1 ;; esac
		[ -e "$devices/$1" ]
	fi
}

# all_devices: addresses of all PCI devices that the module knows, or of all but bridges without it.
all_devices() {
	for entry in "$devices"/*; do
		! is_known "${entry##*/}" || echo "${entry##*/}"
	done
}

# driver_of ADDRESS: the name of its driver, or -, in $driver. It starts a process: for many devices there is fleet().
driver_of() {
	driver=-
	if [ -e "$devices/$1/driver" ]; then
		driver=$(readlink "$devices/$1/driver") || driver=-
		clean "${driver##*/}"
		driver=$cleaned
	fi
}

# location_of ADDRESS: its location code, or nothing, in $location.
location_of() {
	get "$devices/$1/of_node/ibm,loc-code"
	clean "$got"
	location=$cleaned
}

# fleet [ADDRESS...]: a line "ADDRESS<tab>DRIVER<tab>LOCATION" for each of these devices, or for all.
fleet() (
	[ $# -gt 0 ] || {
		set -- "$devices"/*
		[ -e "$1" ] || return 0
	}
	for entry; do
		is_known "${entry##*/}" || continue
		driver=-
		if [ -e "$devices/${entry##*/}/driver" ] && cd -P "$devices/${entry##*/}/driver" 2>/dev/null; then
			clean "${PWD##*/}"
			driver=$cleaned
		fi
		location_of "${entry##*/}"
		printf '%s\t%s\t%s\n' "${entry##*/}" "$driver" "$location"
	done
)

# next_of_fleet ADDRESS: its line of fleet() from the standard input, in $driver and $location.
next_of_fleet() {
	IFS='	' read -r line driver location && [ "$line" = "$1" ] || gone "$1"
}

# names: a line "N<tab>ADDRESS<tab>NAME" for each disk and network interface of a PCI device.
names() (
	for entry in "$root"/sys/class/net/* "$root"/sys/class/block/*; do
		[ ! -e "$entry/partition" ] && cd -P "$entry" 2>/dev/null || continue
		pci_above "$PWD" || continue
		clean "${entry##*/}"
		printf 'N\t%s\t%s\n' "$above" "$cleaned"
	done
)

is_address() {
	case $1 in
	[0-9a-f][0-9a-f][0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]:[01][0-9a-f].[0-7]) return 0 ;;
	esac
	return 1
}

# as_address NAME: the address that it is, in full and in small letters, in $name. Fails when it is none.
as_address() {
	name=$1
	for letter in Aa Bb Cc Dd Ee Ff; do
		while :; do
			case $name in *"${letter%?}"*) name=${name%%"${letter%?}"*}${letter#?}${name#*"${letter%?}"} ;; *) break ;; esac
		done
	done
	case $name in
	[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f].[0-7]) name=0000:$name ;;
	esac
	is_address "$name"
}

# selected SELECTOR: addresses of the devices that driver:NAME or loc:CODE names, a line each.
selected() {
	fleet | SELECTOR=$1 awk -F '\t' '
	BEGIN {
		word = ENVIRON["SELECTOR"]
		field = word ~ /^driver:/ ? 2 : 3
		sub(/^[a-z]*:/, "", word)
	}
	$field == word { print $1 }'
}

# resolve DEVICE: the addresses that it names, in $found; fails with a sentence when there are none.
resolve() {
	found=
	case $1 in
	'') die usage "the name of the device is empty" ;;
	driver: | driver:-) die usage "'$1' names no driver" ;;
	loc:) die usage "'$1' names no location code" ;;
	driver:* | loc:*)
		for address in $(selected "$1"); do
			found="$found $address"
		done ;;
	*)
		if as_address "$1"; then
			[ ! -e "$devices/$name" ] || found=$name
		else
			resolve_by_kernel_name "$1"
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

# add_below PATH: adds to $found the PCI device of what is at that path in sysfs, or those of what it is made of: disks
# below device mapper and MD, the links of a bond, a VLAN or a bridge, the controllers of an NVMe subsystem. It changes
# the directory.
add_below() {
	if pci_above "$1"; then
		case " $found " in *" $above "*) ;; *) found="$found $above" ;; esac
		return
	fi
	case $1 in
	*/nvme-subsystem/*)
		subsystem=${1#*/nvme-subsystem/}
		set -- "${1%"$subsystem"}${subsystem%%/*}"/nvme* ;;
	*)
		[ ! -e "$1/partition" ] || set -- "${1%/*}"
		set -- "$1"/slaves/* "$1"/lower_* ;;
	esac
	for link; do
		[ ! -L "$link" ] || ! cd -P "$link" 2>/dev/null || add_below "$PWD"
	done
}

# sysfs_of NAME: where the kernel has the network, block, NVMe, FC, SCSI or InfiniBand device of that name, in $where.
sysfs_of() {
	for class in net block nvme fc_host scsi_host infiniband; do
		where=$(cd -P "$root/sys/class/$class/$1" 2>/dev/null && pwd -P) || continue
		return
	done
	return 1
}

# block_name PATH: the kernel's name of the disk behind a path in /dev, in $name.
block_name() {
	name=$(readlink -f "$root$1" 2>/dev/null) || name=$root$1
	name=${name#"$root/dev/"}
	# A node of device mapper that is no link: by its number.
	if [ ! -e "$root/sys/class/block/$name" ] && [ -b "$root$1" ]; then
		number=$(stat -c '%t %T' "$root$1")
		number=$((0x${number% *})):$((0x${number#* }))
		name=$(cd -P "$root/sys/dev/block/$number" 2>/dev/null && pwd -P) || return 1
		name=${name##*/}
	fi
	# The kernel has no slash in a name: cciss!c0d0.
	case $name in */*) name=$(echo "$name" | tr / !) ;; esac
}

# The PCI devices behind a network or block device, whatever lies between. A disk may be named by any path in /dev, or by its
# name in device mapper.
resolve_by_kernel_name() {
	name=$1
	case $1 in
	/dev/*) block_name "$1" || return 0 ;;
	.* | /*) return 0 ;;
	*/*) block_name "/dev/$1" || return 0 ;;
	*)
		if [ ! -e "$root/sys/class/block/$1" ]; then
			for entry in "$root"/sys/class/block/dm-*; do
				get "$entry/dm/name"
				[ "$got" != "$1" ] || name=${entry##*/}
			done
		fi ;;
	esac
	sysfs_of "$name" || return 0
	found=$(add_below "$where" && echo "$found")
	[ -n "$found" ] || die no-device "$1 is no PCI device nor made of any, and dma_bypass handles PCI devices only"
}

# resolve_one DEVICE: leaves the only address that it names in $address.
resolve_one() {
	resolve "$1"
	case $found in
	*' '*) die usage "'$1' names several devices ($found); name one" ;;
	esac
	address=$found
}

# gone ADDRESS: ends since the device, or the module, is not there any more.
gone() {
	[ -d "$params" ] || die no-module "the module was unloaded meanwhile"
	die no-device "$1 went away meanwhile"
}

# need_entry ADDRESS: the module must know it.
need_entry() {
	[ -d "$devices/$1/dma_bypass" ] && return
	[ -e "$devices/$1" ] && [ -d "$params" ] || gone "$1"
	die no-device "$1 is a bridge, which maps nothing"
}

# read_values ADDRESS: its files in variables of the same names. Fails when the device has gone.
read_values() {
	for file in mode state reason kernel_path window dma_base window_size direct_size direct_maps \
		translated_maps map_errors stranded; do
		get "$devices/$1/dma_bypass/$file"
		[ -n "$got" ] || return 1
		eval "$file=\$got"
	done
}

# read_device ADDRESS: these, its driver and its location code.
read_device() {
	read_values "$1" || return
	driver_of "$1"
	location_of "$1"
}
