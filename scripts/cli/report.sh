# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # variables of common.sh
# report and version: what support asks for, in one file.

# "make install" and the packages write the version of META here.
program_version=@VERSION@

# versions WHICH VERSION WHERE
version_line() {
	echo "$1 $2${3:+ ($3)}"
	record versions what "$1" version "$2" where "$3"
}

cmd_version() {
	takes 0 0 $# version
	if [ "$program_version" = "@""VERSION@" ] && [ -f "$lib/../../META" ]; then
		program_version=$(sed -n 's/^Version: *//p' "$lib/../../META")
	fi
	version_line dma-bypass "$program_version" ''
	get "$root/sys/module/dma_bypass/version"
	if [ -n "$got" ]; then
		loaded=$got
		version_line module "$got" loaded
	else
		loaded=
		version_line module "not loaded" ''
	fi
	file=$(module_file "$(kernel_release)")
	[ -n "$file" ] || return 0
	on_disk=$(modinfo -F version "$file" 2>/dev/null) || on_disk=
	version_line file "${on_disk:-of unknown version}" "$file"
	[ -z "$loaded" ] || [ -z "$on_disk" ] || [ "$loaded" = "$on_disk" ] ||
		echo "note: the module on disk is another one than that which is loaded; it is loaded at the next boot"
}

section() {
	printf '\n==== %s\n' "$1"
	shift
	"$@" 2>&1 || echo "(status $?)"
}

# What the command line says about DMA, PCI, memory and modules. Other words may hold secrets and addresses, and keep
# their names only; what is quoted, or for init, is left out.
cmdline() {
	tr -s '[:blank:]' '[\n*]' <"$root/proc/cmdline" | awk -F = '
	function quotes(word) { return gsub(/"/, "", word) }
	$0 == "--" { exit }
	quoted { quoted -= quotes($0) % 2; next }
	{ quoted = quotes($0) % 2 }
	!/=/ || (!quoted && $1 ~ /^(dma_bypass\..*|iommu.*|disable_ddw|multitce|swiotlb|coherent_pool|cma|pci|pcie.*|mem|memory_hotplug\..*|hugepages|hugepagesz|default_hugepagesz|crashkernel|elfcorehdr|maxcpus|nr_cpus|module_blacklist|modprobe\.blacklist|module\.sig_enforce|lockdown|nvme.*\.[a-z_]*|panic.*|xive|svm|smt.*)$/) { printf "%s ", $0; next }
	{ printf "%s=(removed) ", $1 }
	END { print "" }'
}

files_of() {
	for file in "$@"; do
		[ -f "$file" ] || continue
		printf '%s: ' "${file#"$root"}"
		cat "$file" || echo "(not readable)"
	done
}

of_all() {
	for address in $(all_devices); do
		"$@" "$address"
	done
}

device_files() {
	files_of "$devices/$1"/dma_bypass/* "$devices/$1/dma_mask_bits" "$devices/$1/consistent_dma_mask_bits"
	for file in "$debug/$1/state" "$debug/$1/tces"; do
		[ -r "$file" ] || continue
		printf '%s:\n' "${file#"$root"}"
		cat "$file" || :
	done
}

windows() {
	find "$tree/" -name '*dma-window*' -o -name '*-ddr-window-info' -o -name 'ibm,ddw-*' 2>/dev/null | while read -r file; do
		[ -f "$file" ] || continue
		printf '%s: %s\n' "${file#"$root"}" "$(od -An -v -tx4 "$file" | tr -d '\n')"
	done
}

log_lines() {
	kernel_log | grep -E 'dma_bypass|dma-window|DDW|iommu|TCE|EEH|Linux version' | grep -vi 'command line' | tail -n 400
}

write_report() {
	echo "dma-bypass report, version 1, $(date -u +%Y-%m-%dT%H:%M:%SZ)"
	echo "It holds location codes, which contain the serial number of the machine, and no host name, address or key."
	section version cmd_version
	section kernel files_of "$root/proc/version" "$root/proc/sys/kernel/tainted"
	section "command line" cmdline
	section machine sed -n '/^platform/p; /^model/p; /^machine/p' "$root/proc/cpuinfo"
	section memory sed -n '1,3p' "$root/proc/meminfo"
	section status "$0" status
	section json "$0" status --json
	section why of_all "$0" why
	section parameters files_of "$params"/*
	section configuration files_of "$conf" "$root"/etc/modprobe.d/*dma?bypass*.conf
	section devices of_all device_files
	section hooks files_of "$debug/hooks"
	section compat files_of "$debug/compat"
	section windows windows
	section dkms sh -c 'command -v dkms >/dev/null && dkms status dma_bypass'
	section log log_lines
}

cmd_report() {
	out=
	while [ $# -gt 0 ]; do
		case $1 in
		-o)
			[ -n "${2:-}" ] || die usage "-o needs the name of a file"
			out=$2
			shift ;;
		*) die usage "report takes -o FILE, not '$1'" ;;
		esac
		shift
	done
	if [ -z "$out" ]; then
		write_report
		return
	fi
	(umask 077 && : >"$out") 2>/dev/null || die no-permission "$out cannot be written"
	write_report >"$out"
	echo "written to $out"
}
