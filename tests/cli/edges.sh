# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2034,SC2086,SC2154 # text for other shells; functions and variables of tests/cli/lib.sh
# Where something fails in the middle: a temporary file, tracing, a device that goes, an interruption; and names that are
# none. No good word may come of it, and nothing half done may stay. Read by tests/cli/run.

r=$DMA_BYPASS_SYSROOT
params=$r/sys/module/dma_bypass/parameters
device=sys/bus/pci/devices/$fake_device

# second_device: another function of the same driver, without a location code.
second=0000:01:00.1
second_device() {
	cp -RP "$r/$device" "$r/sys/bus/pci/devices/$second"
	rm "$r/sys/bus/pci/devices/$second/of_node"
	echo auto >"$params/$second"
}

# --- verify: what fails in the middle, with -j as well

for json in '' -j; do
	fake_observed
	fake_values state attached
	maps
	fault 'mktemp() { [ "${1:-}" = -d ] && command mktemp -d; }'
	gives "verify $json: no temporary file" 6 'no temporary file can be made' verify $fake_device $json
	ok "verify $json: and nothing is called right" test "$(grep -c 'verdict: right' "$scratch/said")" = 0
	for file in buffer_size_kb events/dma_bypass/dma_bypass_direct/enable events/dma_bypass/dma_bypass_direct/filter; do
		fake_observed
		fake_values state attached
		maps
		fault "mkdir() { command mkdir \"\$@\" && case \$1 in */instances/*) command mkdir -p \"\$1/$file\" ;; esac; }"
		gives "verify $json: tracing refuses ${file##*/}" 6 'tracing cannot be switched on' verify $fake_device $json
	done
	fake_observed
	fake_values state attached
	maps
	fault 'sed() { case "$*" in *dma_bypass_direct*) return 1 ;; esac; command sed "$@"; }'
	gives "verify $json: the trace cannot be read" 6 'the trace cannot be read' verify $fake_device $json
done
no_fault

# --- a path of the kernel that is not known

fake_guest
fake_values state observing kernel_path unknown
gives "status: what the kernel does is not known" 1 'DBP-0009 in' status
gives "why: that is not right and direct" 1 'BROKEN  decision .*not known' why $fake_device
ok "why: its action" grep -q '^  action: .' "$scratch/said"
fault 'sleep() { :; }'
gives "plan: nor does it cost nothing" 0 "^$fake_device .* unknown: " plan 1
no_fault
fake_observed
fake_values state off mode off kernel_path unknown
maps 12000 800000000012000
gives "verify: nor is all of it right" 1 '^verdict: AT RISK: .*not known' verify $fake_device
unset DMA_BYPASS_LIB
fake_guest
fake_values state attached kernel_path unknown
gives "status: it does not matter while the module has it" 0 '' status
gives "set off: it does" 6 'not known.*--force' set $fake_device off

# --- devices that go, and that cannot be read

fake_guest
second_device
meanwhile "rm -rf $r/sys/bus/pci/devices/$second"
gives "status -m: one goes away" 1 "^  device: $second$" status -m 1
ok "status -m: all are not healthy" test "$(grep -c 'all devices are healthy' "$scratch/said")" = 0
second_device
gives "status -m -e: one goes away" 1 'went away' status -m 1 -e
second_device
gives "status -m: the one that was named goes away" 5 "$second went away meanwhile" status -m 1 $second
unset DMA_BYPASS_LIB
fake_guest
second_device
: >"$r/sys/bus/pci/devices/$second/dma_bypass/state"
gives "status: one that cannot be read" 1 "^   state: .*cannot be read" status
gives "status -e: shows it" 1 "^  device: $second$" status -e
gives "status of it" 1 'cannot be read' status $second
status=0
$shell "$top/scripts/dma-bypass" status -j >"$scratch/json" 2>&1 || status=$?
ok "status -j: its status" test $status = 1
ok "status -j: it is a finding" grep -q "\"id\":\"DBP-0060\",\"device\":\"$second\"" "$scratch/json"
ok "status -j: valid" "$top/tests/cli/validate" "$scratch/json"
gives "metrics: it is not healthy" 0 "^dma_bypass_healthy\{address=\"$second\",driver=\"nvme\"\} 0$" metrics
ok "metrics: a number in each line" test "$(grep -cvE '^(#.*|.* [0-9]+)$' "$scratch/said")" = 0

# --- set and unset that end in the middle

fake_guest
mkdir -p "$r/etc"
fault 'mv() { return 1; }'
gives "set --persist: the file cannot be put in place" 6 'cannot be replaced; nothing was changed' set $fake_device off --persist
ok "the mode is as it was" grep -qx default "$params/$fake_device"
ok "nothing half written is left" test "$(ls "$r/etc")" = ''
for how in 'set driver:nvme off' 'set driver:nvme off --persist' 'unset driver:nvme'; do
	fake_guest
	mkdir -p "$r/etc"
	second_device
	fake_values mode translate mode_own 1
	fault 'put() {
		case $1:$2 in */'$second':off | */'$second':default) [ -n "${once:-}" ] || { once=1; kill -s TERM $$; } ;; esac
		command printf "%s\n" "$2" >"$1"
	}'
	gives "$how: interrupted" 143 '' $how
	ok "$how: the first is as it was" grep -qx translate "$params/$fake_device"
	ok "$how: nothing is kept" test "$(ls "$r/etc")" = ''
done
no_fault

# --- trial: the process that reads meanwhile

mkdir -p "$scratch/dd"
cat >"$scratch/dd/dd" <<-END
	#!/bin/sh
	echo \$\$ >>"$scratch/dds"
	[ ! -e "$scratch/dd-fails" ] || exit 1
	exec sleep 60
END
chmod 755 "$scratch/dd/dd"
cat >"$scratch/look" <<-END
	set -eu
	[ "\${1:-}" != verify ] || { . "$scratch/verifies"; exit 0; }
	lib=$top/scripts/cli
	. "\$lib/common.sh"
	. "\$lib/bench.sh"
	put() { :; }
	counting() { :; }
	disk=x address=y megabytes=1 failed='' open='' mode_before=auto reader='' sums=$scratch/sums
	at_exit bench_undo
	look direct
	echo looked
END
# "\$0" is run as a program.
{ echo "#!$(command -v ${shell%% *})${shell#"${shell%% *}"}"; cat "$scratch/look"; } >"$scratch/looks"
chmod 755 "$scratch/looks"

# looks NAME STATUS COMMANDS: look(), while verify does that; no reader is left.
looks() {
	label=$1 wanted=$2
	printf '%s\n' "$3" >"$scratch/verifies"
	rm -f "$scratch/dds"
	status=0
	PATH=$scratch/dd:$PATH "$scratch/looks" >"$scratch/said" 2>&1 </dev/null || status=$?
	ok "$label: status" test $status = $wanted
	left=
	# shellcheck disable=SC2013 # numbers
	for pid in $(cat "$scratch/dds"); do
		if kill "$pid" 2>/dev/null; then
			left="$left $pid"
		fi
	done
	ok "$label: no reader is left" test -z "$left"
}
started="while [ ! -s $scratch/dds ]; do :; done"
looks "trial: the reader ends" 0 "$started"
looks "trial, by SIGTERM" 143 "$started; kill -s TERM \$PPID"
looks "trial, by SIGHUP" 143 "$started; kill -s HUP \$PPID"
: >"$scratch/dd-fails"
looks "trial: a reader that died" 0 "$started; sleep 1"
rm "$scratch/dd-fails"

# --- names that are none

fake_guest
second_device
for selector in driver: driver:- loc:; do
	rm -f "$r/sys/bus/pci/devices/$second/driver"
	gives "set $selector" 2 "'$selector' names no" set $selector off
	gives "status $selector" 2 "'$selector' names no" status $selector
done
ok "nothing was changed" test "$(cat "$params/$second")" = auto
mkdir -p "$r/etc"
fake etc/dma-bypass.conf 'driver:- off'
gives "apply: driver:- is a wrong line" 2 'line 1 of ' apply
gives "status: an empty name" 2 'the name of the device is empty' status ''
gives "status: an empty name among others" 2 'the name of the device is empty' status $fake_device '' nosuch0

# --- what stands in names

gives "a backslash in a name stays one" 5 'no PCI device .no.tname..$' why 'no\tname'
ok "as it was" grep -qF 'no\tname' "$scratch/said"
fake_driver 'a\nb'
gives "a backslash in a driver's name" 0 '' set 'driver:a\nb' translate --persist
ok "is kept" grep -qF 'driver:a\nb translate' "$r/etc/dma-bypass.conf"
gives "and listed" 2 '' list
ok "as it is" grep -qF 'driver:a\nb' "$scratch/said"
gives "and applied" 2 '' apply
ok "as it is" grep -qF 'translate (driver:a\nb)' "$scratch/said"
esc=$(printf '\033')
mkdir -p "$r/$device/net/e${esc}[2Jth0" "$r/sys/class/net"
ln -s "$r/$device/net/e${esc}[2Jth0" "$r/sys/class/net/e${esc}[2Jth0"
gives "a network interface that would clear the screen" 0 'e\?\[2Jth0$' status $fake_device

# --- off, by devices= and by what is left in the file

fake_guest
mkdir -p "$r/etc" "$r/proc/device-tree/ibm,persistent-memory/ibm,pmemory@1"
for list in "driver:nvme=off" "$fake_device=off" "loc:U78D8.ND0.FGD0042-P0-C3-T1=off" "driver:x,driver:nvme=off"; do
	fake sys/module/dma_bypass/parameters/devices "$list"
	gives "unset, with devices=$list" 6 'would lose data' unset $fake_device
done
for list in '' driver:other=off "$fake_device,driver:nvme=off" "loc:U78D8=off"; do
	fake sys/module/dma_bypass/parameters/devices "$list"
	gives "unset, with devices=$list" 0 '' unset $fake_device
done
fake sys/module/dma_bypass/parameters/policy 'auto direct translate [off]'
fake sys/module/dma_bypass/parameters/devices 'driver:nvme'
gives "unset, with policy=off and devices=driver:nvme" 0 '' unset $fake_device
fake_guest
fake etc/dma-bypass.conf "$(printf '%s\n' "$fake_device direct" 'driver:nvme translate')"
gives "unset --persist: a line is left" 0 "at the next boot $fake_device gets translate, by line 1 .*driver:nvme" \
	unset $fake_device --persist
fake etc/dma-bypass.conf "$fake_device direct"
gives "unset --persist: none is left" 0 '' unset $fake_device --persist
ok "and no word is needed" test ! -s "$scratch/said"

# --- the rest

fake_guest
for command in status metrics; do
	{ sleep 1; run_status=0; $shell "$top/scripts/dma-bypass" $command 2>"$scratch/said" || run_status=$?; echo $run_status >"$scratch/status"; } | :
	ok "$command into a closed pipe" test "$(cat "$scratch/status")" = 141
	ok "$command into a closed pipe: no word" test ! -s "$scratch/said"
done
mkdir -p "$r/etc"
fake etc/dma-bypass.conf "$fake_device translate"
fake proc/cmdline 'quiet dma-bypass.policy=off'
gives "apply: the command line with a dash" 0 'is not applied' apply
fake run/dma-bypass/off ''
fake_values mode off state off
gives "why: the command line with a dash" 1 'action: Take dma_bypass.policy=off off' why $fake_device
fake_guest
mkdir -p "$r/etc"
printf '\357\273\277%s\n' "driver:e1000e off" >"$r/etc/dma-bypass.conf"
gives "set --persist: a byte order mark" 0 '' set $fake_device translate --persist
ok "none is left inside the file" test "$(grep -c "$(printf '\357\273\277')" "$r/etc/dma-bypass.conf")" = 0
fake_values mode translate
gives "and each line is read" 0 "^2 .*driver:e1000e .no device" list
