# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2015,SC2016,SC2154 # variables of common.sh
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
		# Cells, whose first byte is the highest, whatever the order of the machine's own.
		printf '%s: %s\n' "${file#"$root"}" "$(od -An -v -tx1 "$file" | tr -d ' \n' | sed 's/......../& /g')"
	done
}

# The last build that failed, or that was.
dkms_logs() {
	dkms status dma_bypass 2>/dev/null || echo "no dkms"
	for file in "$root"/var/lib/dkms/dma_bypass/*/build/make.log "$root"/var/lib/dkms/dma_bypass/*/*/*/log/make.log; do
		[ -f "$file" ] || continue
		echo "${file#"$root"}:"
		tail -n 40 "$file"
	done
}

journal() {
	[ -z "$root" ] && command -v journalctl >/dev/null || return 0
	journalctl -q --no-pager -o short-monotonic -t dma-bypass -n 100 | sed 's/^\(\[[^]]*\]\) [^ ]* /\1 /'
	systemctl is-active dma-bypass.service dma-bypass-good.timer 2>/dev/null || :
}

# without_names: takes names of this machine, and of that which built the kernel, out of what it copies.
without_names() {
	get "$root/proc/sys/kernel/hostname"
	[ -n "$got$root" ] || got=$(uname -n)
	HOST=$got awk '
	BEGIN {
		n = 1
		host[1] = ENVIRON["HOST"]
		if (index(host[1], "."))
			host[++n] = substr(host[1], 1, index(host[1], ".") - 1)
	}
	# A letter before or behind makes it another word.
	function part_of_word(c) { return c ~ /[A-Za-z0-9_-]/ }
	{
		gsub(/\([^()]*@[^()]*\)/, "(removed)")
		for (i = 1; i <= n; i++) {
			name = host[i]
			if (length(name) < 2 || name == "localhost")
				continue
			rest = $0
			$0 = ""
			while ((at = index(rest, name))) {
				before = at > 1 ? substr(rest, at - 1, 1) : substr($0, length($0))
				behind = substr(rest, at + length(name), 1)
				$0 = $0 substr(rest, 1, at - 1) (part_of_word(before) || part_of_word(behind) ? name : "(host)")
				rest = substr(rest, at + length(name))
			}
			$0 = $0 rest
		}
		print
	}'
}

log_lines() {
	kernel_log | grep -E 'dma_bypass|dma-window|DDW|iommu|TCE|EEH|Linux version' | grep -vi 'command line' | tail -n 400
}

write_report() {
	echo "dma-bypass report, version 1, $(date -u +%Y-%m-%dT%H:%M:%SZ)"
	echo "It holds location codes, which contain the serial number of the machine, and no host name, address or key."
	section version cmd_version
	section system files_of "$root/etc/os-release"
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
	section list "$0" list
	section dkms dkms_logs
	section journal journal
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
		write_report | without_names || unwritten
		return
	fi
	# Never through a link, nor into what somebody else may read: a new file takes the name.
	if [ -L "$out" ] || { [ -e "$out" ] && [ ! -f "$out" ]; }; then
		die refused "$out is a link or no file, and is left alone; name another one"
	fi
	new=$(mktemp "$out.XXXXXX" 2>/dev/null) || die no-permission "$out cannot be written"
	at_exit 'rm -f "$new"'
	write_report | without_names >"$new" || unwritten
	mv -f "$new" "$out" || die no-permission "$out cannot be written"
	echo "written to $out, which only you can read"
	echo "Send it to who supports you, with what you saw and when: the place where you got the package, or the module's sources, from."
}
