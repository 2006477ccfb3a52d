# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2086,SC2154 # functions and variables of tests/cli/lib.sh, names of one word
# No good word over bad data: what verify, status, set and why say where the kernel alone would lose data, where nothing
# was looked at, and where the module is what is missing. Read by tests/cli/run.

pmem_node=proc/device-tree/ibm,persistent-memory/ibm,pmemory@1
harm='the kernel sends persistent memory direct, where nothing is mapped'

# --- verify

fake_observed
rm -r "$DMA_BYPASS_SYSROOT/sys/kernel/tracing/events/dma"
fake $pmem_node/name ''
fake_values mode off state off kernel_path direct
maps
gives "verify: off, and the kernel sends persistent memory astray" 1 "^verdict: AT RISK: $harm" verify $fake_device
ok "verify: nothing is called right then" test "$(grep -c "verdict.*right" "$scratch/said")" = 0
fake_values kernel_path by-limit
gives "verify: the same below the kernel's limit" 1 '^verdict: AT RISK: .*below its limit' verify $fake_device
fake sys/bus/nd/devices/region0/resource 0x20000000000
fake $table "$(printf 'table            none\nkernel_limit     0x800010000000000')"
gives "verify: not where it lies above that limit" 7 '^verdict: inconclusive' verify $fake_device
fake_values kernel_path direct window none dma_base 0x0 window_size 0
rm -r "${DMA_BYPASS_SYSROOT:?}/$pmem_node"
gives "verify: direct without a window" 1 '^verdict: AT RISK: .*no window is pre-mapped' verify $fake_device
fake_observed
maps
gives "verify: nobody mapped anything" 7 '^verdict: inconclusive: nothing was mapped meanwhile' verify $fake_device

# --- status

fake_guest
fake $pmem_node/name ''
fake_values mode off state off kernel_path by-limit
gives "status: off, persistent memory below the kernel's limit" 1 'below its limit direct, where nothing' status
fake_values mode auto state observing kernel_path direct
gives "status: the same in any mode, as long as the kernel has the device" 1 "$harm" status
fake_values state attached
gives "status: not when the module has it" 0 '' status
fake_unload
gives "status: no module, and persistent memory" 3 'persistent memory.* may be wrong' status

# --- set, unset, apply

fake_guest
mode=$DMA_BYPASS_SYSROOT/sys/module/dma_bypass/parameters/$fake_device
mkdir -p "$DMA_BYPASS_SYSROOT/etc"
fake $pmem_node/name ''
gives "set off: refused where data would be lost" 6 "$fake_device.*$harm.*--force" set $fake_device off --persist
ok "nothing was changed" grep -q auto "$mode"
ok "nor kept" test ! -e "$DMA_BYPASS_SYSROOT/etc/dma-bypass.conf"
gives "set off --force" 0 "warning: $fake_device: $harm" set $fake_device off --force --persist
ok "it was changed" grep -qx off "$mode"
fake sys/module/dma_bypass/parameters/policy 'auto direct translate [off]'
gives "unset, with policy=off: refused as well" 6 "$harm.*--force" unset $fake_device
gives "unset --force" 0 'warning: ' unset $fake_device --force
fake sys/module/dma_bypass/parameters/policy '[auto] direct translate off'
gives "unset, with policy=auto" 0 '' unset $fake_device
ok "no word is needed for that" test ! -s "$scratch/said"
gives "apply does what the file says" 0 "warning: $fake_device: $harm" apply
ok "it did" grep -qx off "$mode"
fake_values kernel_path translate
gives "set off: no question where the kernel translates" 0 '' set $fake_device off

# --- disarmed

fake_guest
fake run/dma-bypass/off ''
fake_values mode off state off
gives "status: disarmed" 1 'disarmed after unclean boots' status
gives "status -e: disarmed" 1 'systemctl restart dma-bypass' status -e
gives "status --json: disarmed" 1 '"disarmed":true' status --json
cp "$scratch/said" "$scratch/json"
read_json "json: an old reader passes over that"
gives "metrics: disarmed" 0 '^dma_bypass_disarmed 1$' metrics
fake proc/cmdline 'quiet dma_bypass.policy=off'
gives "status: policy=off leaves the same mark, and is as asked for" 0 '' status
gives "metrics: not disarmed" 0 '^dma_bypass_disarmed 0$' metrics

# --- why: which link is it?

no_kernel_window() {
	fake_guest
	rm -r "$DMA_BYPASS_SYSROOT/$fake_endpoint"/linux,* "$DMA_BYPASS_SYSROOT/proc/device-tree/ibm,dynamic-reconfiguration-memory"
	fake_values window none dma_base 0x0 window_size 0 direct_size 0 state off mode off kernel_path translate
	fake lib/modules/$fake_release/updates/dma_bypass.ko x
}

no_kernel_window
fake_unload
why "the module would make the window, and is not loaded" module 'it is not loaded'
no_kernel_window
fake_unload
run why $fake_device
ok "no word of kernels that this one is not" test "$(grep -c '7\.0' "$scratch/said")" = 0
no_kernel_window
why "it would, and is off" mode 'it is off'
no_kernel_window
fake_values mode translate state attached
why "or translates, as asked for" mode 'it is translate'
no_kernel_window
fake_values mode auto state observing reason 'no direct window'
fake sys/module/dma_bypass/parameters/own_windows N
why "or was told not to" window 'own_windows=N'
no_kernel_window
fake_unload
fake sys/bus/pci/devices/$fake_device/dma_mask_bits 48
why "it makes none below 64 bits" window "mask has 48 bits"
