# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # variables of common.sh
# why: walks the chain from the machine to the module's decision, and stops at the first link that is broken.

# link NAME TEXT: one that holds.
link() {
	printf '  ok      %-10s %s\n' "$1" "$2"
	record links name "$1" ok true text "$2"
}

# identifier NAME: that of a broken link, in $id: each link has one, as dma-bypass-findings(7) says.
identifier() {
	case $1 in
	machine) id=DBP-0010 ;;
	driver) id=DBP-0011 ;;
	cmdline) id=DBP-0012 ;;
	firmware) id=DBP-0013 ;;
	query) id=DBP-0014 ;;
	pages) id=DBP-0015 ;;
	block) id=DBP-0016 ;;
	mask) id=DBP-0017 ;;
	window) id=DBP-0018 ;;
	reach) id=DBP-0019 ;;
	module) id=DBP-0020 ;;
	mode) id=DBP-0021 ;;
	decision) id=DBP-0022 ;;
	esac
}

# broken NAME TEXT ACTION
broken() {
	identifier "$1"
	printf '  BROKEN  %-10s %s\n\n  action: %s\n     see: %s in dma-bypass-findings(7)\n' "$1" "$2" "$3" "$id"
	record links name "$1" ok false text "$2"
	finding "$id" "$address" "$2" "$3"
	exit 1
}

# endpoint_of ADDRESS: the node of the device tree on which the windows of the device stand, in $node.
endpoint_of() {
	node=$(cd -P "$devices/$1/of_node" 2>/dev/null && pwd -P) || return 0
	while [ -e "$node/name" ]; do
		for prop in ibm,dma-window linux,direct64-ddr-window-info linux,dma64-ddr-window-info; do
			[ ! -e "$node/$prop" ] || return 0
		done
		node=${node%/*}
	done
	node=
}

# hex FILE FIRST COUNT: bytes of a property.
hex() {
	od -An -v -tx1 -j "$2" -N "$3" "$1" | tr -d ' \n'
}

check_machine() {
	platform=$(sed -n 's/^platform[[:blank:]]*: *//p' "$root/proc/cpuinfo" 2>/dev/null)
	[ "$platform" = pSeries ] ||
		broken machine "this is no POWER guest (platform '${platform:-none}')" \
			"dma_bypass is for PowerVM LPARs and KVM guests; there is nothing to do here."
	get "$root/sys/devices/system/cpu/svm"
	[ "$got" != 1 ] ||
		broken machine "this is a secure guest, whose devices need bounce buffers" "There is nothing to do here."
	[ ! -e "$root/proc/vmcore" ] ||
		broken machine "this is a crash dump kernel" "Look again after the reboot."
	case $(text "$tree/hypervisor/compatible")$(text "$tree/model") in
	*kvm* | *qemu*) hypervisor=KVM ;;
	*) hypervisor=PowerVM ;;
	esac
	link machine "a POWER guest under $hypervisor, Linux $(kernel_release)"
}

check_driver() {
	driver_of "$1"
	case $driver in
	-) broken driver "no driver is bound to it, so it does no DMA" "modprobe the driver, or see dmesg for why its probe failed." ;;
	vfio*) broken driver "$driver has it: user space owns its DMA (VFIO), and dma_bypass leaves it alone" \
		"To use it in this guest, give it back to its own driver (driver_override, or virsh nodedev-reattach)." ;;
	esac
	link driver "$driver"
}

check_cmdline() {
	! cmdline_has disable_ddw ||
		broken cmdline "disable_ddw is on the kernel command line, so the kernel makes no direct window" \
			"Take disable_ddw out of the boot loader's configuration and reboot."
	link cmdline "nothing on it forbids direct windows"
}

check_firmware() {
	endpoint_of "$1"
	[ -n "$node" ] || broken firmware "the device tree has no DMA window for it at all" \
		"This is a fault of the firmware or of a hot plug: remove the slot and add it again (drmgr)."
	if [ ! -e "$node/ibm,ddw-applicable" ]; then
		case $hypervisor in
		KVM) action="Start QEMU with ddw=on for the PCI host bridge (-global spapr-pci-host-bridge.ddw=on) and a machine type of 2.7 or later." ;;
		*) action="Enable huge DMA for the slot: in ASMI, 'I/O Adapter Enlarged Capacity', then restart the system." ;;
		esac
		broken firmware "it offers no dynamic windows for this slot (no ibm,ddw-applicable in ${node##*/})" "$action"
	fi
	link firmware "it offers dynamic windows (ibm,ddw-applicable in ${node##*/})"
}

# mask_bits ADDRESS
check_mask() {
	get "$devices/$1/dma_mask_bits"
	bits=${got:-64}
	get "$devices/$1/consistent_dma_mask_bits"
	coherent=${got:-$bits}
	[ "$bits" -gt 32 ] ||
		broken mask "its driver asked for a DMA mask of $bits bits, which reaches only the 32-bit window" \
			"Such a device cannot go direct. See whether its driver has an option for 64-bit DMA, or use a newer device."
	link mask "$bits bits for buffers, $coherent bits for coherent memory"
}

page_sizes() {
	mask=$((0x$1)) names=
	for size in 1:4K 2:64K 4:16M 8:32M 16:64M 32:128M 64:256M 128:16G 256:2M; do
		[ $((mask & ${size%:*})) = 0 ] || names="$names ${size#*:}"
	done
	echo "${names# }"
}

broken_pages() {
	broken pages "$1" "Under QEMU, let pgsz= of the PCI host bridge contain 4K, 64K, 2M or 16M, as its default does."
}

# What the firmware answered when the kernel asked for this device, or for a neighbour of its endpoint.
check_query() {
	# Devices of one host bridge share an endpoint here, so a neighbour's answer is as good.
	for who in "$1" "${1%:*}:[0-9a-f.]*"; do
		answer=$(kernel_log | sed -n "s/.*[ :]$who: ibm,query-pe-dma-windows(.*returned/returned/p" | tail -n 1)
		[ -z "$answer" ] || break
	done
	if [ -z "$answer" ]; then
		link query "the kernel log does not tell (any more)"
		return
	fi
	case $answer in
	'returned 0'*) ;;
	*) broken query "the firmware refused the question: $answer" "Update the firmware; meanwhile, see dma-bypass status." ;;
	esac
	case $answer in
	*lb=*) ;;
	*)
		link query "the firmware answered (this kernel does not log what)"
		return ;;
	esac
	block=${answer#*lb=} block=$((0x${block%% *}))
	sizes=${answer#*ps=} sizes=${sizes%% *}
	free=${answer#*wn=}
	[ -z "$window_known" ] || {
		link query "page sizes $(page_sizes "$sizes"), largest block $block pages, $free windows free before"
		return
	}
	[ "$((0x$sizes & 0x1ff))" != 0 ] ||
		broken_pages "the firmware offers no page size for windows that Linux knows (mask 0x$sizes)"
	link pages "$(page_sizes "$sizes")"
	biggest=12
	for size in 2:16 256:21 4:24 8:25 16:26 32:27 64:28; do
		[ $((0x$sizes & ${size%:*})) = 0 ] || biggest=${size#*:}
	done
	reach=$((block << biggest))
	ram=$(ram_end)
	if [ "$reach" -gt 0 ] && [ "$reach" -lt "$ram" ]; then
		broken block "the largest window that the firmware offers ($block pages of $(((1 << biggest) / 1024)) KiB) does not span all RAM up to $ram bytes" \
			"Give the slot more DMA capacity (ASMI or the HMC), or the guest a smaller maximum of memory."
	fi
	link block "$block pages, RAM ends at $ram"
}

# ram_end: where RAM may end: the memory blocks that there are.
ram_end() {
	get "$root/sys/devices/system/memory/block_size_bytes"
	size=$((0x${got:-0})) last=0
	for block_dir in "$root"/sys/devices/system/memory/memory[0-9]*; do
		number=${block_dir##*/memory}
		case $number in *[!0-9]*) continue ;; esac
		[ "$number" -lt "$last" ] || last=$((number + 1))
	done
	echo $((last * size))
}

# find_window ADDRESS: what stands in the device tree, or what the module made, in $window_known.
find_window() {
	window_known=
	[ ! -e "$node/linux,dma64-ddr-window-info" ] || window_known=dma64
	[ ! -e "$node/linux,direct64-ddr-window-info" ] || window_known=direct64
	get "$devices/$1/dma_bypass/window"
	[ "$got" != own ] || window_known=own
}

check_window() {
	case $window_known in
	own)
		get "$devices/$1/dma_bypass/dma_base"
		base=$got
		get "$devices/$1/dma_bypass/window_size"
		link window "made by the module: $((got >> 20)) MiB from bus address $base on" ;;
	direct64)
		prop=$node/linux,direct64-ddr-window-info
		base=0x$(hex "$prop" 8 8) page=$((1 << 0x$(hex "$prop" 16 4))) size=$((1 << 0x$(hex "$prop" 20 4)))
		link window "pre-mapped: $((size >> 20)) MiB from bus address $base on, in pages of $((page >> 10)) KiB" ;;
	dma64)
		if has_pmem; then
			action="The kernel gave its only window to persistent memory and RAM together. Free a second window for the slot, or use a kernel from 6.11 on."
		else
			action="The window is smaller than the memory that this guest may grow to. Lower the maximum of its memory, or give the slot more DMA capacity."
		fi
		broken window "the kernel made a window for it in which nothing is mapped beforehand (linux,dma64-ddr-window-info)" "$action" ;;
	*)
		# The module makes one where it may and can, so it may be the one that is missing.
		get "$devices/$1/dma_bypass/mode"
		mode=$got
		get "$params/own_windows"
		if [ "$got" = N ]; then
			broken window "the kernel made no direct window for it, and own_windows=N keeps the module from making one" \
				"echo Y >$params/own_windows && dma-bypass set $1 auto"
		elif [ ! -d "$params" ] || [ "$mode" = off ] || [ "$mode" = translate ]; then
			[ "$bits" -ge 64 ] ||
				broken window "the kernel made no direct window for it, nor would the module, as its DMA mask has $bits bits" \
					"Such a device can go direct only where the kernel makes the window; see whether its driver has an option for 64-bit DMA."
			window_known=missing
			link window "the kernel made none for it, but the module makes one where the firmware can"
			return
		fi
		get "$devices/$1/dma_bypass/reason"
		case $got in
		'no direct window: no page size '*) broken_pages "$got" ;;
		'no direct window: '*)
			broken window "$got" "Give the slot more DMA capacity (HMC, ASMI), or its endpoint a free window; then bind the driver again." ;;
		esac
		if [ ! -d "$tree/ibm,dynamic-reconfiguration-memory" ]; then
			broken window "the kernel made no direct window for it; this guest has no hot-pluggable memory, from which some kernels compute its size" \
				"Give the guest a larger maximum of memory (QEMU: -m SIZE,slots=N,maxmem=LARGER; PowerVM: maximum memory in the profile)."
		fi
		why_log=$(kernel_log | sed -n "s/.*[ :]$1: \(.*dma.window.*\)/\1/p" | grep -v 'returned 0' | tail -n 1)
		broken window "the kernel made no direct window for it${why_log:+: $why_log}" \
			"Unbind the driver and bind it again; if that does not help, send the file of dma-bypass report." ;;
	esac
}

check_reach() {
	[ "$window_known" != missing ] || return 0
	needed=0 rest=$((base))
	while [ $((rest)) -gt 0 ]; do
		rest=$((rest >> 1)) needed=$((needed + 1))
	done
	[ "$bits" -ge $needed ] ||
		broken reach "its DMA mask of $bits bits does not reach the direct window, which begins at $base" \
			"Such a device cannot go direct in this window. Kernels from 6.15 on can make one at 4 GiB for it, where the firmware can."
	link reach "the mask reaches the window"
}

# modprobe_forbids: the line that does, in $forbidden.
modprobe_forbids() {
	forbidden=
	for word in modprobe.blacklist module_blacklist; do
		! cmdline_has "$word=*dma_bypass*" || forbidden="$word= on the kernel command line"
	done
	for dir in etc run usr/lib lib; do
		for file in "$root/$dir"/modprobe.d/*.conf; do
			[ -e "$file" ] || continue
			! grep -qE '^[[:blank:]]*(blacklist[[:blank:]]+dma.bypass|install[[:blank:]]+dma.bypass[[:blank:]]+(/usr)?/s?bin/(false|true))' "$file" ||
				forbidden="$file"
		done
	done
	[ -n "$forbidden" ]
}

# suse_forbids: the file that does, in $file. One in /etc stands for that of the system.
suse_forbids() {
	for dir in etc run usr/lib lib; do
		file=$root/$dir/modprobe.d/10-unsupported-modules.conf
		[ -e "$file" ] || continue
		grep -q '^[[:blank:]]*allow_unsupported_modules[[:blank:]]*0' "$file"
		return
	done
	return 1
}

check_module() {
	if [ -d "$params" ]; then
		get "$root/sys/module/dma_bypass/version"
		link module "loaded, version $got"
		return
	fi
	! modprobe_forbids ||
		broken module "it is not loaded, because it is blacklisted: $forbidden" \
			"Take that out if the module is wanted, then modprobe dma_bypass."
	! takes_no_module ||
		broken module "it is not loaded, and the kernel takes no module any more until the next boot (kernel.modules_disabled is 1)" \
			"Have it loaded before that is set: systemctl enable dma-bypass, and set kernel.modules_disabled later in the boot."
	release=$(kernel_release)
	file=$(module_file "$release")
	if [ -z "$file" ]; then
		[ -e "$root/lib/modules/$release/build/Makefile" ] ||
			broken module "it is not built for $release, and that kernel's headers are missing" \
				"Install them (Debian: linux-headers-$release, RHEL: kernel-devel-$release, SLES: kernel-default-devel); dkms autoinstall then builds it."
		broken module "it is not built for $release, although the headers are there" \
			"dkms autoinstall -k $release; if that fails, dma-bypass preflight -k $release says why."
	fi
	depmod_knows "$release" ||
		broken module "it is not loaded, and modprobe does not know $file" "depmod -a $release, then modprobe dma_bypass."
	if enforces_signatures && ! is_signed "$file"; then
		broken module "this kernel takes signed modules only, and $file is not signed" \
			"Sign it with a key that the platform trusts, see secure-boot.md."
	fi
	! enforces_signatures ||
		broken module "it is not loaded, and this kernel takes only modules that are signed with a key which it trusts; this one is signed$(signer_of "$file")" \
			"modprobe dma_bypass; when the key is rejected, make the platform trust it, see secure-boot.md."
	! selinux_denied ||
		broken module "it is not loaded, because SELinux did not allow it (module_load)" \
			"Look at ausearch -m avc -ts boot; restorecon -v $file may be all that it needs, else a rule of your policy."
	! suse_forbids ||
		broken module "it is not loaded, and this system loads only modules that SUSE supports ($file)" \
			"Write allow_unsupported_modules 1 to /etc/modprobe.d/${file##*/}, then modprobe dma_bypass."
	refusal=$(kernel_log | sed -n 's/.*dma_bypass: \(not loaded: .*\)/\1/p' | tail -n 1)
	broken module "it is not loaded${refusal:+ ($refusal)}" \
		"modprobe dma_bypass${refusal:+, when the reason is gone}; to load it at each boot, systemctl enable dma-bypass."
}

check_mode() {
	read_device "$1" || gone "$1"
	case $mode in
	off)
		action="dma-bypass set $1 auto"
		# Both leave the same mark.
		if cmdline_has 'dma[-_]bypass.policy=off'; then
			action="Take dma_bypass.policy=off off the kernel command line, or: $action"
		elif [ -e "$disarmed" ]; then
			action="The boots before this one ended badly, so the module was disarmed. When the cause is found: $action"
		fi
		judge_danger "$1"
		broken mode "it is off: the kernel alone decides, and it would do this: $kernel_path${danger:+; $danger}" "$action" ;;
	translate) broken mode "it is translate: every new buffer goes through TCEs, as asked for" "dma-bypass set $1 auto" ;;
	esac
	link mode "$mode"
}

check_decision() {
	judge_danger "$1"
	[ -z "$danger" ] || broken decision "$danger" "dma-bypass set $1 auto; when that is refused, its sentence says why."
	case $state in
	observing)
		case $kernel_path in
		translate) broken decision "$reason" "See the links above; dma-bypass set $1 direct says in the kernel log what is missing." ;;
		esac ;;
	refused) broken decision "$reason" "There is nothing to do: the module leaves such devices alone." ;;
	esac
	if [ "$state" != observing ] && [ "$direct_size" = 0 ]; then
		broken decision "no RAM goes direct: $reason" "Send the file of dma-bypass report to who supports you."
	fi
	link decision "$state: $reason"
}

cmd_why() {
	takes 1 1 $# "why DEVICE"
	resolve_one "$1"
	[ ! -d "$params" ] || need_entry "$address"
	location_of "$address"
	echo "$address${location:+ at $location}"
	check_machine
	check_driver "$address"
	check_cmdline
	check_firmware "$address"
	find_window "$address"
	check_query "$address"
	check_mask "$address"
	check_window "$address"
	check_reach
	check_module
	check_mode "$address"
	check_decision "$address"
	case $state:$kernel_path in
	observing:direct | observing:by-limit) echo "No link is broken: the kernel's own path is right and direct." ;;
	observing:*) die inconclusive "what the kernel does with the device is not known ($kernel_path)" ;;
	*) echo "No link is broken: RAM goes direct ($direct_size bytes are proved), all else through TCEs." ;;
	esac
}
