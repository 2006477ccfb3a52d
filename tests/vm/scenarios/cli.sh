# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Every command of dma-bypass, with good and bad arguments, without the module, without permission, for no
# device, and for one that vanishes meanwhile.

cli=/usr/sbin/dma-bypass
nvme=$(dev_of nvme)
nic=$(dev_of e1000e)
conf=/etc/dma-bypass.conf
params=/sys/module/dma_bypass/parameters
mkdir -p /etc
printf 'root::0:0:root:/:/bin/sh\nnobody::99:99:nobody:/:/bin/sh\n' >/etc/passwd

# gives NAME STATUS REGEX ARGUMENT...: that exit status, and a line like that; $said is all of it.
gives() {
	gives_name=$1 gives_status=$2 gives_regex=$3
	shift 3
	status=0
	$as $cli "$@" >/tmp/said 2>&1 </dev/null || status=$?
	if [ $status = "$gives_status" ] && { [ -z "$gives_regex" ] || grep -qE -e "$gives_regex" /tmp/said; }; then
		result ok "$gives_name"
	else
		note "'$cli $*' gave status $status, wanted $gives_status and '$gives_regex'"
		head -n 20 /tmp/said | while IFS= read -r said; do note "$said"; done
		result 'not ok' "$gives_name"
	fi
}

show() {
	while IFS= read -r said; do note "$said"; done </tmp/said
}

as=
plan 114
wait_for 20 test -b /dev/nvme0n1

gives "without arguments: status, which needs the module" 3 'module is not loaded'
gives "an unknown command" 2 "no command 'dance'" dance
gives "help" 0 'usage: dma-bypass' help

for command in status stat plan "set $nvme off" "unset $nvme" apply "verify $nvme" "bench nvme0n1"; do
	# shellcheck disable=SC2086 # a list of words
	gives "no module: $command" 3 'module is not loaded' $command
done
gives "no module: metrics say so" 0 '^dma_bypass_up 0$' metrics
gives "no module: version" 0 'not loaded' version
gives "no module: why says that there is none, nor headers to build it" 1 'BROKEN  module .*not built .*headers are missing' why "$nvme"

ok "loaded" load_module
gives "version" 0 '^module [0-9.]+ ' version
gives "status" 0 "^$nvme +nvme +auto " status
show
gives "status, measured" 0 "^$nvme +nvme " status -m 1
same "measuring was undone" N "$(cat $params/count_direct)"
gives "status -e: nothing to show" 0 'all devices are healthy' status -e
gives "status: bad option" 2 "not '-x'" status -x
gives "status: bad time" 2 'no number' status -m soon
gives "status --json" 0 '"version":1' status --json
cp /tmp/said /tmp/json
ok "is what a reader of version 1 expects" awk -f /guest/read-v1.awk /tmp/json

gives "why" 0 'No link is broken' why "$nvme"
show
gives "why by disk" 0 "^$nvme at " why nvme0n1
gives "why by path" 0 "^$nvme at " why /dev/nvme0n1
gives "why by network device" 0 "^$nic at " why "$(ls /sys/bus/pci/devices/"$nic"/net)"
gives "why by short address" 0 "^$nvme at " why "${nvme#0000:}"
gives "why by driver" 0 "^$nvme at " why driver:nvme
gives "why by location" 0 "^$nvme at " why "loc:$(tr -d '\0' </sys/bus/pci/devices/"$nvme"/of_node/ibm,loc-code)"
gives "why: no argument" 2 'say dma-bypass why' why
gives "why: no such address" 5 "no PCI device '0000:99:1f.7'" why 0000:99:1f.7
gives "why: no such name" 5 'no PCI device' why nosuch0
gives "why: no PCI device" 5 'is no PCI device' why lo
gives "why by controller" 0 "^$nvme at " why nvme0
gives "status shows names" 0 "^$nvme .* nvme0n1" status
gives "status of one, one column" 0 "^$nvme\$" status -o address --no-headers nvme0n1
gives "why -j" 0 '"name":"mode","ok":true' why -j "$nvme"
cp /tmp/said /tmp/json
ok "is what a reader of version 1 expects" awk -f /guest/read-v1.awk /tmp/json
gives "-V" 0 '^dma-bypass [0-9@]' -V
gives "why: no such driver" 5 'no PCI device' why driver:nosuch
gives "why: empty" 2 'is empty' why ''

gives "set: unknown mode" 2 'none of auto' set "$nvme" fast
gives "set: one argument" 2 'say dma-bypass set' set "$nvme"
gives "set: bad option" 2 'takes --persist' set "$nvme" off --forever
gives "set: no device" 5 'no PCI device' set 0000:99:1f.7 off
events=/sys/kernel/tracing/events/dma_bypass
ok "the trace events can be had" sh -c "echo 1 >$events/enable"
gives "set" 0 '' set "$nvme" translate
same "it is set" '1' "$(grep -c '\[translate\]' "$params/$nvme")"
gives "status shows it" 0 "^$nvme +nvme +translate +(no|some)-tces " status
gives "why: mode translate" 1 'BROKEN  mode ' why "$nvme"
gives "set by disk, to off" 0 '' set nvme0n1 off
gives "why: mode off" 1 'BROKEN  mode .*off' why "$nvme"
for event in "mode: $nvme: from=auto to=translate ret=0" "window: $nvme: window=direct64 dma_base=0x800000000000000 direct=[1-9]" \
	"attach: $nvme: asked for" "detach: $nvme"; do
	ok "traced: $event" grep -q "dma_bypass_$event" /sys/kernel/tracing/trace
done
debug=/sys/kernel/debug/dma_bypass
ok "debugfs: spans" grep -q '^span             0x0-0x7fffffff' "$debug/$nvme/state"
ok "debugfs: the entries are right" sh -c "awk '{ exit !(\$2 > 0 && \$2 == \$4) }' $debug/$nvme/tces"
echo 0x800000000012345 >"$debug/$nvme/tce"
same "debugfs: an entry leads to its memory" "0x800000000012345 0x12345" "$(cat "$debug/$nvme/tce")"
echo 0x8000fffffff0000 >"$debug/$nvme/tce"
same "debugfs: no entry outside the window" "0x8000fffffff0000 none" "$(cat "$debug/$nvme/tce")"
ok "debugfs: compat answers" grep -qx plpar_hcall $debug/compat
gives "unset" 0 '' unset "$nvme"
same "the policy again" '1' "$(grep -c '\[auto\]' "$params/$nvme")"
same "which it follows" "0 1" "$(cat "/sys/bus/pci/devices/$nvme/dma_bypass/mode_own") $(
	echo translate >$params/policy && grep -c '\[translate\]' "$params/$nvme" && echo auto >$params/policy)"
gives "set --persist" 0 '' set "$nvme" direct --persist
gives "set by driver --persist" 0 '' set --persist driver:e1000e translate
gives "a location code's mode stands before a driver's" 0 '' set "$nvme" direct --persist
same "the file" "loc:qemu_nvme:$nvme direct;driver:e1000e translate" "$(grep -v '^#' $conf | tr '\n' ';' | sed 's/;$//')"
ok "back by hand" sh -c "echo auto >$params/$nvme; echo auto >$params/$nic"
gives "apply" 0 "^$nvme: direct \(loc:" apply
same "both are set" 2 "$(grep -c '\[direct\]\|\[translate\]' "$params/$nvme" "$params/$nic" | grep -c ':1$')"
gives "apply to one" 0 "^$nic: translate" apply "$nic"
gives "unset --persist" 0 '' unset driver:e1000e --persist
not_ok "its line is gone" grep -q driver:e1000e $conf
echo "$nvme sometimes" >>$conf
gives "apply: a bad line" 2 'is not SELECTOR MODE' apply
gives "list" 2 "^[0-9]+ +$nvme +direct +direct +loc:" list
rm $conf

iocheck --from /dev/nvme0n1 --to ram --bytes 4M --block 64k --seconds 250 >/dev/null 2>&1 &
io=$!
gives "verify direct" 0 'verdict: right' verify "$nvme" 2
show
ok "it saw buffers one by one" grep -q 'direct  *[1-9][0-9]* buffers; [1-9][0-9]* pieces of them read back, 0 wrong' /tmp/said
ok "translate" $cli set "$nvme" translate
gives "verify translated" 0 'verdict: right' verify "$nvme" 2
show
gives "it saw buffers one by one" 0 'translated  [1-9][0-9]* buffers; [1-9][0-9]* pieces' verify "$nvme" 2
gives "verify: bad time" 2 'no number' verify "$nvme" 0
gives "stat" 0 "^$nvme +[0-9.]+ +[1-9][0-9.]* " stat 1 2
gives "stat: bad interval" 2 'no number' stat x
gives "plan" 0 'hypercall costs [0-9]+ ns' plan 2
show
gives "metrics" 0 "^dma_bypass_translated_maps_total\{address=\"$nvme\",driver=\"nvme\"\} [1-9]" metrics
kill $io
wait $io
echo Y >$params/count_direct
# An emulator may be too fast, or too busy, for a verdict: then it says so, and its status does.
bench_says() {
	$cli bench nvme0n1 128 >/tmp/said 2>&1
	case $? in
	0) grep -qE '^verdict: (direct|translated|no difference)' /tmp/said ;;
	7) grep -q '^verdict: inconclusive' /tmp/said ;;
	*) cat /tmp/said && false ;;
	esac
}
ok "bench" bench_says
show
ok "both ways, each of them as asked for" sh -c "grep -q '^direct .*MB/s.* [1-9][0-9]* direct' /tmp/said && \
	grep -q '^translate .*MB/s.* 0 direct .*[1-9][0-9]* translated' /tmp/said"
gives "trial" 0 '^verdict: right' trial nvme0n1 16
show
same "bench put the mode back" 1 "$(grep -c '\[translate\]' "$params/$nvme")"
same "and direct maps are counted, as before" Y "$(cat $params/count_direct)"
echo N >$params/count_direct
gives "bench: no disk" 2 'is no disk' bench "$nvme"
gives "report" 0 'written to' report -o /tmp/report
ok "it holds the hooks" grep -q 'sys_delete_module: ftrace' /tmp/report
gives "preflight: no such kernel" 2 'no kernel 1.2.3' preflight -k 1.2.3
gives "preflight: no headers" 1 'PROBLEM' preflight

as() { su nobody -c "$cli $*"; }
ok "nobody may look" as status
not_ok "nobody may not set" as set "$nvme" off
as set "$nvme" off >/tmp/said 2>&1
same "with the exit status for it" 4 $?
for command in "unset $nvme" "verify $nvme" plan "bench nvme0n1" "report -o /proc/dma-bypass"; do
	as "$command" >/tmp/said 2>&1
	same "nor: $command" 4 $?
done
as=

$cli stat 1 4 >/tmp/stat 2>&1 &
stat=$!
sleep 1
$cli verify "$nic" 4 >/tmp/said 2>&1 &
verify=$!
sleep 2
echo 1 >/sys/bus/pci/devices/"$nic"/remove
ok "stat lives on when a device vanishes" wait $stat
wait $verify
same "verify says that it went" 5 $?
gives "the device is gone" 5 'no PCI device' set "$nic" off
$cli stat 1 >/dev/null 2>&1 &
stat=$!
wait_for 10 grep -q Y $params/count_direct
kill $stat
wait $stat
same "stat ends when told to" 143 $?
same "and counts no more" N "$(cat $params/count_direct)"
# What its driver allocated while it was translated, it keeps; the kernel could not release that.
$cli bench nvme0n1 256 >/tmp/said 2>&1 &
bench=$!
wait_for 10 grep -q Y $params/count_direct
echo 1 >/sys/bus/pci/devices/"$nvme"/remove
wait $bench
same "bench says that its disk went" 5 $?
ok "in a sentence" grep -q "^dma-bypass: $nvme went away meanwhile" /tmp/said
ok "unloaded" unload_module
