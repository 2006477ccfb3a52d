# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2086,SC2154 # functions and variables of tests/cli/lib.sh, names of one word
# How commands are called, columns, JSON of every command, and identifiers of findings. Read by tests/cli/run.

fake_guest
mkdir -p "$DMA_BYPASS_SYSROOT/etc"
gives "no command: status" 0 "^$fake_device +nvme +auto " 
gives "only options: status" 0 'all devices are healthy' -e
gives "help" 0 '^  status \[DEVICE' help
gives "help of one" 0 '^usage: dma-bypass set DEVICE MODE' help set
gives "-h" 0 '^usage: dma-bypass COMMAND' -h
gives "-h of one, anywhere" 0 '^usage: dma-bypass verify DEVICE' verify $fake_device -h
gives "help of none" 2 "no command 'dance'" help dance
gives "-V" 0 '^module 0.1.0 \(loaded\)' -V
ok "-V: the version of the program" grep -qx 'dma-bypass [0-9.]*' "$scratch/said"
fake lib/modules/$fake_release/updates/dma_bypass.ko x
gives "version: the module on disk" 0 '^file .*updates/dma_bypass.ko' version
gives "a typing error" 2 "no command 'stauts' .did you mean status\?." stauts
gives "another" 2 'did you mean unset' unst
gives "none that is near" 2 "no command 'dance'; " dance

gives "columns" 0 "^$fake_device  4294967296 +attached" status -o address,direct_size,state
ok "their heads" grep -q '^ADDRESS       DIRECT_SIZE  STATE$' "$scratch/said"
gives "columns: no such one" 2 "no column 'colour'" status -o address,colour
gives "no headers" 0 "^$fake_device$" status -o address --no-headers
ok "nothing else" test "$(wc -l <"$scratch/said")" = 1
fake_values window none
gives "no headers: nothing but rows, also when one is unhealthy" 1 "^$fake_device " status --no-headers
ok "that is so" test "$(wc -l <"$scratch/said")" = 1

# json NAME STATUS ARGUMENT...: valid, what an old reader understands, and with the status in it.
json() {
	label=$1 wanted=$2
	shift 2
	status=0
	$shell "$top/scripts/dma-bypass" "$@" >"$scratch/json" 2>"$scratch/said" </dev/null || status=$?
	ok "json: $label: status" test $status = $wanted
	ok "json: $label: valid" "$top/tests/cli/validate" "$scratch/json"
	ok "json: $label: says its status" grep -q "\"status\":${wanted}[,}]" "$scratch/json"
	ok "json: $label: an old reader" awk -f "$top/tests/guest/read-v1.awk" "$scratch/json"
}
json "status, unhealthy" 1 status -j
ok "json: the finding" grep -q '"id":"DBP-0005","device":"0000:01:00.0"' "$scratch/json"
fake_guest
mkdir -p "$DMA_BYPASS_SYSROOT/etc"
json "status" 0 status -j
json "bare" 0 -j
json "why" 0 why -j $fake_device
ok "json: the links" grep -q '"name":"window","ok":true' "$scratch/json"
json "set" 0 set $fake_device translate --persist -j
json "apply" 0 apply -j
json "unset" 0 unset $fake_device -j
json "list, which differs" 1 list -j
ok "json: the finding is named" grep -q '"id":"DBP-0052"' "$scratch/json"
mkdir -p "$DMA_BYPASS_SYSROOT/lib/modules/$fake_release"
json "preflight, which has problems" 1 preflight -j
json "version" 0 version -j
json "no such device" 5 set nosuch0 off -j
meanwhile :
json "stat" 0 stat 1 1 -j
ok "json: the rates" grep -q '"device":"0000:01:00.0","direct":0,' "$scratch/json"
json "plan" 0 plan 1 -j
fake_observed
maps 12000 800000000012000 34000 800000000056000
json "verify, which is wrong" 1 verify $fake_device -j
ok "json: what was verified" grep -q '"wrong":1,' "$scratch/json"
maps
json "verify, inconclusive" 7 verify -j $fake_device
fake_guest
fake_unload
json "not loaded" 3 plan -j
gives "stat -j without an end" 2 'COUNT' stat -j

# Each identifier is explained, and no other.
grep -ohE 'DBP-[0-9]{4}' "$top"/scripts/cli/*.sh "$top"/scripts/cli/*.awk | sort -u >"$scratch/used"
sed -n 's/^\.B \(DBP-[0-9]*\)$/\1/p; s/^\.B DBP\\-\([0-9]*\)$/DBP-\1/p' "$top/man/dma-bypass-findings.7" | sort >"$scratch/explained"
ok "findings: each has its place in the manual page" diff "$scratch/used" "$scratch/explained"
sed -n 's/^## \(DBP-[0-9]*\).*/\1/p' "$top/docs/findings.md" | sort >"$scratch/explained"
ok "findings: and in docs/findings.md" diff "$scratch/used" "$scratch/explained"

# Each awk that is here reads the programs; that of busybox is the one of small systems, whatever the shell is.
printf 'D\t0000:01:00.0\tnvme\tU1\tauto\tattached\tr\tdirect\tnone\t0x8\t1\t2\t3\t4\t0\t0\t64\t\t\n' >"$scratch/one"
printf '0000:01:00.0 off\n' >"$scratch/file"
for program in "busybox awk" mawk gawk; do
	command -v ${program%% *} >/dev/null || continue
	for form in text json metrics; do
		status=0
		$program -v FORM=$form -v COLUMNS=address,driver -v HEADERS=1 -v WIDTH=0 -f "$top/scripts/cli/json.awk" \
			-f "$top/scripts/cli/status.awk" "$scratch/one" >"$scratch/said" 2>&1 || status=$?
		ok "$program: status as $form" test $status = 10
		ok "$program: status as $form shows the device" grep -q '0000:01:00.0' "$scratch/said"
	done
	printf '0000:01:00.0\tnvme\tU1\n' | $program -v TASK=plan -f "$top/scripts/cli/conf.awk" "$scratch/file" - >"$scratch/said"
	ok "$program: conf.awk" grep -q '^set.0000:01:00.0.off' "$scratch/said"
done
