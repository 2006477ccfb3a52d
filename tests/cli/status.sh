# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2086,SC2154 # functions and variables of tests/cli/lib.sh, names of one word
# status and metrics: what they call healthy, JSON for old readers, and counting that is undone. Read by tests/cli/run.

fake_guest
gives "status: healthy" 0 "^$fake_device +nvme +auto +some-tces +direct64 +- +U78D8" status
fake sys/module/dma_bypass/parameters/count_direct Y
gives "status: the share" 0 "^$fake_device .* mixed +direct64 +75% " status
fake_values map_errors 7
gives "status: maps that failed once" 0 "^    note: $fake_device: 7 maps failed since" status
gives "status -e: no reason to show it" 0 'all devices are healthy' status -e
gives "metrics: nor to call it unhealthy" 0 "^dma_bypass_healthy\{address=\"$fake_device\",driver=\"nvme\"\} 1$" metrics
meanwhile :
gives "status -m: none fails now" 0 "^$fake_device .* idle " status -m 1
ok "status -m: nor is it said" test "$(grep -c failed "$scratch/said")" = 0
meanwhile "echo 8 >$DMA_BYPASS_SYSROOT/sys/bus/pci/devices/$fake_device/dma_bypass/map_errors"
gives "status -m: one does" 1 '^   state: attached, and 1 maps failed in that time' status -m 1
unset DMA_BYPASS_LIB
fake_values window none
gives "status: unhealthy" 1 '^   state: attached, and it has no direct window' status
gives "status -e: shows it" 1 '^  action: .' status -e
run status --json
cp "$scratch/said" "$scratch/json"
fake_guest
fake_values mode off kernel_path direct state off
mkdir -p "$DMA_BYPASS_SYSROOT/proc/device-tree/ibm,persistent-memory/ibm,pmemory@1"
gives "status: off is dangerous with persistent memory" 1 'data will be wrong' status
fake_guest
fake_values state observing window none direct_size 0 kernel_path translate
gives "status: no window" 1 'it has no direct window' status
fake_guest
fake_values reason 'a "quoted" back\slash'

read_json "json: an old reader understands an unhealthy device"
run status --json
cp "$scratch/said" "$scratch/json"
read_json "json: and quotes"
run status --json -e
cp "$scratch/said" "$scratch/json"
read_json "json: and an empty list"
# Every field in the output is in the schema, and every required one is in the output.
run status --json
cp "$scratch/said" "$scratch/json"
ok "json: valid by the schema" "$top/tests/cli/validate" "$scratch/json"

fake_guest
fake_driver 'a "PMC\ MaxRAID"'
gives "metrics: a driver whose name has more than letters" 0 \
	'^dma_bypass_direct_bytes\{address="0000:01:00.0",driver="a \\"PMC\\\\ MaxRAID\\""\} 4294967296$' metrics
ok "metrics: a name, labels and a number in each line" \
	test "$(grep -cvE '^(#.*|[a-z_]+(\{([a-z]+="([^"\\]|\\.)*",?)+\})? [0-9]+)$' "$scratch/said")" = 0
fake_unload
gives "metrics: not loaded" 0 '^dma_bypass_up 0$' metrics

fake_guest
count=$DMA_BYPASS_SYSROOT/sys/module/dma_bypass/parameters/count_direct
marks=run/dma-bypass/counting

# counts NAME WANTED: are direct maps counted now, when nobody runs and no mark is left?
counts() {
	ok "$1" test "$(cat "$count") $(ls "$DMA_BYPASS_SYSROOT/${marks%/*}" 2>/dev/null)" = "$2 "
}

meanwhile "cp $count $scratch/during"
gives "stat counts direct maps" 0 'ADDRESS' stat 1 1
ok "while it runs" grep -qx Y "$scratch/during"
counts "and no longer" N
echo Y >"$count"
gives "stat, while the administrator has them counted" 0 'ADDRESS' stat 1 1
counts "leaves that as it is" Y
fake_guest
dead=$($shell -c 'echo $$')
fake "$marks.$dead" ''
meanwhile "[ -z \"\${inner:-}\" ] || return 0
	inner=1 $shell $top/scripts/dma-bypass stat 1 1 >/dev/null
	cp $count $scratch/during"
gives "stat, while another one comes and goes" 0 'ADDRESS' stat 1 1
ok "still counts" grep -qx Y "$scratch/during"
counts "the last one ends it, and one that was killed does not matter" N
for signal in INT TERM HUP PIPE; do
	meanwhile "kill -s $signal \$\$"
	run stat 1 1
	counts "stat, by SIG$signal: counts no more" N
done
