# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# What the kernel's own DMA mapping does wrong, for docs/upstream.md; and that it is right with the module. SEEN: what
# this kernel is known to do.

findings() {
	dmesg | sed -n 's/^\(\[[^]]*\] \)\{0,1\}dbp_defects: //p'
}

# Kernels that map direct what the mask does not reach at least say so.
case ${SEEN:-} in
*mask-32-after-64-cannot-map*)
	console_expect 'WARNING: .*dma_(direct_)?map_phys'
	console_expect 'Call Trace'
	;;
esac
plan 7
ok "the kernel is asked" insmod /dbp_defects.ko
findings >/tmp/before
while IFS= read -r line; do note "alone: $line"; done </tmp/before
ok "it answered" test "$(wc -l </tmp/before)" -ge 10
same "it does what it is known to do" "${SEEN:-}" "$(sed -n 's/: yes: .*//p' /tmp/before | sort | tr '\n' ',' | sed 's/,$//')"
rmmod dbp_defects
ok "loaded" load_module policy=direct
dmesg -c >/tmp/old
ok "asked again" insmod /dbp_defects.ko
findings >/tmp/after
while IFS= read -r line; do note "with the module: $line"; done </tmp/after
same "nothing is wrong with the module" "" "$(grep ': yes: ' /tmp/after)"
rmmod dbp_defects
ok "unloaded" unload_module
