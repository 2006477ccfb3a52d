# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2015,SC2154 # variables of common.sh
# preflight: will the module build, load and work on a kernel? Nothing is built into the system, nothing changed.

problems=0

good() {
	printf '  ok      %s\n' "$1"
	record checks ok true text "$1"
}

bad() {
	printf '  PROBLEM %s\n          %s\n' "$1" "$2"
	record checks ok false text "$1"
	finding DBP-0040 "" "$1" "$2"
	problems=$((problems + 1))
}

warn() {
	printf '  note    %s\n' "$1"
	record checks ok true text "$1"
}

# hinders TEXT ACTION: keeps the module from being built or signed, and is a problem unless that is done.
hinders() {
	if [ -n "$built" ]; then
		warn "$1, so it cannot be built again"
	else
		bad "$@"
	fi
}

# config_of KERNEL: the file with its configuration, in $config.
config_of() {
	for config in "$root/lib/modules/$1/build/include/config/auto.conf" "$root/lib/modules/$1/config" \
		"$root/boot/config-$1"; do
		[ ! -r "$config" ] || return 0
	done
	config=
}

has_config() {
	grep -q "^CONFIG_$1=[ym]" "$config"
}

# The sources, where dkms or a checkout has them.
find_sources() {
	for sources in "${DMA_BYPASS_SOURCES:-}" "$root"/usr/src/dma_bypass-* "$root"/usr/src/dma-bypass-* "$lib/../.."; do
		[ ! -f "$sources/compat/needs" ] || return 0
	done
	sources=
}

# ask_build TARGET: what the build itself says of the tree $build: its sentence is in $said when that is no. It is asked by the
# Makefile of the sources, in a directory that is thrown away, so that the two never disagree.
ask_build() {
	scratch=$(mktemp -d /tmp/dma-bypass.XXXXXX) || die other "there is no room in /tmp"
	ask_status=0
	XDG_CACHE_HOME="$scratch" make -s -C "$sources" KDIR="$build" BUILD="$scratch" FRESH=1 "$1" \
		>"$scratch/log" 2>&1 </dev/null || ask_status=$?
	said=$(grep 'dma_bypass: ' "$scratch/log" | tail -n 1 | sed 's/.*dma_bypass: //; s/\.  Stop\.$//; s/\.$//')
	[ -n "$said" ] || said="make says '$(tail -n 1 "$scratch/log")'"
	yes=$(grep -c '^1 ' "$scratch/log" || :) no=$(grep -c '^0 ' "$scratch/log" || :)
	rm -rf "$scratch"
	return $ask_status
}

# check_build KERNEL PROBES: PROBES is not empty when the compiler is to be asked too.
check_build() {
	build=$root/lib/modules/$1/build
	if [ ! -e "$build/Makefile" ]; then
		hinders "the headers of $1 are missing" \
			"Install them: linux-headers-$1 (Debian, Ubuntu), kernel-devel-$1 (RHEL), kernel-default-devel (SLES)."
		return
	fi
	good "headers are in $build"
	if ! command -v make >/dev/null; then
		hinders "make is not installed" "Install make."
		return
	fi
	if [ -z "$sources" ]; then
		hinders "the sources of dma_bypass are not in /usr/src" "Install the dkms package of dma_bypass again."
		return
	fi
	good "sources are in $sources"
	target=tree
	[ -z "$2" ] || target=probes
	if ! ask_build $target; then
		hinders "$said" "The module cannot be built for this kernel."
	elif [ -n "$2" ]; then
		good "the compile probes pass: $yes answers yes, $no no"
	fi
}

check_hooks() {
	lost="the module stays in while a device is attached (off for each frees it), and a late change of a device's mask is noticed only when a driver is bound"
	if has_config KPROBES && has_config KPROBES_ON_FTRACE; then
		lost="functions are watched by a kprobe, which writing 0 to kprobes/enabled in debugfs ends"
	fi
	if ! has_config DYNAMIC_FTRACE; then
		warn "without CONFIG_DYNAMIC_FTRACE $lost"
	elif { has_config PREEMPTION || has_config PREEMPT; } && ! has_config DYNAMIC_FTRACE_WITH_ARGS; then
		warn "on a preemptible kernel without CONFIG_DYNAMIC_FTRACE_WITH_ARGS $lost"
	fi
	has_config EVENT_TRACING || warn "without CONFIG_EVENT_TRACING dma-bypass verify cannot see buffers"
	has_config DEBUG_FS || warn "without CONFIG_DEBUG_FS dma-bypass verify and plan do not work"
}

check_signing() {
	if takes_no_module && [ "$1" = "$(kernel_release)" ]; then
		bad "the running kernel takes no module any more (kernel.modules_disabled is 1)" "Reboot, and have it loaded before that is set."
	fi
	enforces_signatures || :
	! has_config MODULE_SIG_FORCE || enforced="CONFIG_MODULE_SIG_FORCE"
	if [ -z "$enforced" ]; then
		good "signatures are not enforced"
		return
	fi
	if [ -n "$built" ]; then
		if is_signed "$built"; then
			warn "signatures are enforced ($enforced); the module is signed$(signer_of "$built"), which the kernel must trust"
		else
			bad "signatures are enforced ($enforced), and $built is not signed" \
				"Sign it with a key that the platform trusts, see secure-boot.md."
		fi
		return
	fi
	key=
	keys=$(dkms_keys "$1")
	while IFS= read -r file; do
		case $file in pkcs11:*) key=$file ;; esac
		[ ! -f "$file" ] || key=$file
	done <<-END
		$keys
	END
	if [ -z "$key" ]; then
		bad "signatures are enforced ($enforced), and dkms has no key to sign with" \
			"Make a key and enrol it with the platform, see secure-boot.md."
	else
		warn "signatures are enforced ($enforced); dkms signs with $key, which the platform must trust"
	fi
}

# Before 1.3.11 drmgr calls no hooks at a migration, and windows of the module's own would be lost.
check_drmgr() {
	[ -e "$root/etc/drmgr.d/pmig/dma-bypass" ] && command -v drmgr >/dev/null || return 0
	number=$(drmgr --version 2>&1 | sed -n 's/.*[^0-9.]\([0-9][0-9]*\.[0-9][0-9.]*\).*/\1/p' | head -n 1)
	[ -n "$number" ] || return 0
	if printf '%s\n' "$number" | awk -F . '{ exit !($1 * 1000000 + $2 * 1000 + $3 < 1003011) }'; then
		warn "powerpc-utils $number calls no hooks at a live migration (1.3.11 does): set devices whose window is the module's own to off before one"
	fi
}

check_built() {
	if [ -n "$built" ]; then
		good "the module is built: $built"
	else
		warn "the module is not built yet; dkms autoinstall -k $1 does it"
	fi
}

cmd_preflight() {
	kernel='' probes=''
	while [ $# -gt 0 ]; do
		case $1 in
		-k)
			[ -n "${2:-}" ] || die usage "-k needs the release of a kernel"
			kernel=$2
			shift ;;
		-p) probes=yes ;;
		*) die usage "preflight takes -k KERNEL and -p, not '$1'" ;;
		esac
		shift
	done
	: "${kernel:=$(kernel_release)}"
	[ -d "$root/lib/modules/$kernel" ] || die usage "there is no kernel $kernel: /lib/modules has no such directory"
	find_sources
	config_of "$kernel"
	built=$(module_file "$kernel")
	echo "dma_bypass on Linux $kernel:"
	if [ -z "$config" ]; then
		config=/dev/null
		hinders "the configuration of the kernel is not there" "Install its headers."
		check_signing "$kernel"
		check_built "$kernel"
	else
		check_build "$kernel" "$probes"
		check_hooks
		check_signing "$kernel"
		check_built "$kernel"
	fi
	check_drmgr
	if [ $problems != 0 ]; then
		echo "It will not work there as things are; the kernel itself boots all the same."
		exit 1
	fi
	echo "Nothing speaks against it."
}
