# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # variables of common.sh
# Which module would be loaded, and would the kernel take it? For why, preflight and version.

# module_file KERNEL: the module that modprobe would take for it, or nothing. Where modinfo cannot tell (no depmod has been
# run), as depmod would choose: updates, then what distributors call extra, then the rest.
module_file() {
	[ -d "$root/lib/modules/$1" ] || return 0
	if [ -e "$root/lib/modules/$1/modules.dep" ]; then
		file=$(modinfo ${root:+-b "$root"} -k "$1" -n dma_bypass 2>/dev/null | head -n 1) || file=
		case $file in
		/*)
			if [ -f "$file" ]; then
				echo "$file"
				return
			fi ;;
		esac
	fi
	for dir in updates extra .; do
		file=$(find "$root/lib/modules/$1/$dir" \( -name dma_bypass.ko -o -name 'dma_bypass.ko.[xg]z' -o \
			-name dma_bypass.ko.zst \) 2>/dev/null | sort | head -n 1)
		[ -z "$file" ] || break
	done
	echo "$file"
}

# depmod_knows KERNEL: would modprobe find the module? Where there is no depmod's file, nobody can tell.
depmod_knows() {
	dep=$root/lib/modules/$1/modules.dep
	[ ! -e "$dep" ] || grep -q '\(^\|/\)dma_bypass\.ko[.a-z]*:' "$dep"
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

# locked_down: in which way the kernel is, in $got.
locked_down() {
	get "$root/sys/kernel/security/lockdown"
	case $got in
	*'[integrity]'*) got=integrity ;;
	*'[confidentiality]'*) got=confidentiality ;;
	*) return 1 ;;
	esac
}

# enforces_signatures: does the kernel take signed modules only? By what is in $enforced.
enforces_signatures() {
	enforced=
	get "$root/sys/module/module/parameters/sig_enforce"
	[ "$got" != Y ] || enforced="module.sig_enforce"
	! locked_down || enforced=lockdown
	if [ -e "$tree/ibm,secure-boot" ]; then
		[ $((0x$(od -An -v -tx1 "$tree/ibm,secure-boot" | tr -d ' \n'))) -lt 2 ] || enforced="Secure Boot"
	fi
	[ -n "$enforced" ]
}

# takes_no_module: has the kernel been told to take none any more?
takes_no_module() {
	get "$root/proc/sys/kernel/modules_disabled"
	[ "$got" = 1 ]
}

# selinux_denied: does the log say that SELinux kept a module out?
selinux_denied() {
	get "$root/sys/fs/selinux/enforce"
	[ "$got" = 1 ] || return 1
	{
		kernel_log
		cat "$root/var/log/audit/audit.log" 2>/dev/null
	} | grep -q 'avc: *denied.*module_load.*dma_bypass\|avc: *denied.*{ module_load }'
}

# dkms_keys KERNEL: files of private keys that dkms would sign with, the best last. Its configuration is shell, in which
# names may be quoted, exported, or made of variables, so a shell reads it, as dkms does.
dkms_keys() {
	interpreter=$(command -v bash) || interpreter="sh"
	echo "$root/var/lib/dkms/mok.key"
	echo "$root/var/lib/shim-signed/mok/MOK.priv"
	for file in "$root"/etc/dkms/framework.conf "$root"/etc/dkms/framework.conf.d/*.conf; do
		[ -r "$file" ] || continue
		# shellcheck disable=SC2016 # for the shell that reads it
		kernelver=$1 dkms_tree=$root/var/lib/dkms "$interpreter" -c '
			. "$0" >/dev/null 2>&1
			[ -z "$mok_signing_key" ] || printf "%s\n" "$mok_signing_key"' "$file" 2>/dev/null </dev/null || :
	done
}
