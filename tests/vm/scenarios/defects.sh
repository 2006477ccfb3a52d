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
plan 12
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

# Left to itself, auto takes the device at the call that sets a mask which this kernel would ignore.
late="the kernel goes direct, although one of its DMA masks does not reach the window"
case ${SEEN:-} in
*mask-32-after-64-cannot-map*) taken=yes ;;
*) taken=no ;;
esac
ok "loaded with policy=auto" load_module policy=auto
dmesg -c >/tmp/old
ok "asked a third time" insmod /dbp_defects.ko
findings >/tmp/auto
dmesg >/tmp/log
while IFS= read -r line; do note "with policy=auto: $line"; done </tmp/auto
same "whatever the masks, buffers can be had" "" "$(grep -E '(mask-32-after-64-cannot-map|no-memory): yes' /tmp/auto)"
same "the device was taken for that" "$taken" "$(grep -qF "taken over: $late" /tmp/log && echo yes || echo no)"
rmmod dbp_defects
ok "unloaded again" unload_module
