# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2034,SC2086,SC2154 # text for other shells; functions and variables of tests/cli/lib.sh
# A machine with a thousand functions, each with a location code and a line in the file. Whatever they are like: nothing may be
# read more than once, and no process be started for each. Read by tests/cli/run.

r=$DMA_BYPASS_SYSROOT
pci=$r/sys/bus/pci/devices
params=$r/sys/module/dma_bypass/parameters
file=$r/etc/dma-bypass.conf
many=1000

many_guest() {
	fake_observed
	fake_values state attached kernel_path direct
	fake sys/module/dma_bypass/parameters/count_direct Y
	"$top/tests/cli/fake-many" "$r" $fake_device $many >"$scratch/list"
	mkdir -p "$r/etc"
	sed 's/.*/loc:U1-& translate/' "$scratch/list" >"$file"
}

# within SECONDS NAME STATUS ARGUMENT...: it ends with that status, and takes no more of the processor than that.
within() {
	limit=$1 label=$2 wanted=$3
	shift 3
	status=0
	sh -c '"$@" >"$0" 2>&1; status=$?; times >"$0.times"; exit $status' "$scratch/said" $shell "$top/scripts/dma-bypass" "$@" \
		</dev/null || status=$?
	# The second line is that of the children, and of theirs: user and system.
	seconds=$(awk 'NR == 2 { for (i = 1; i <= 2; i++) { split($i, a, /[ms]/); t += a[1] * 60 + a[2] } print t }' "$scratch/said.times")
	echo "# $label: $seconds s of the processor"
	ok "$label: status" test $status = "$wanted"
	ok "$label: within $limit s" awk -v a="$seconds" -v b="$limit" 'BEGIN { exit !(a <= b) }'
}

# each NAME SED-TEXT AWK-TEXT: what sed takes from the output is what awk makes of each address, which is $1; its number is i of n.
each() {
	sed -n "$2" "$scratch/said" | sort >"$scratch/is"
	awk -v n=$many "{ i = NR - 1 } $3" "$scratch/list" | sort >"$scratch/wanted"
	ok "$1: each is there, as it is" cmp "$scratch/is" "$scratch/wanted"
}

# special NUMBER NAME VALUE...: files of that function alone; $address is which.
special() {
	address=$(sed -n "$1p" "$scratch/list")
	shift
	while [ $# -gt 0 ]; do
		rm "$pci/$address/dma_bypass/$1"
		printf '%s\n' "$2" >"$pci/$address/dma_bypass/$1"
		shift 2
	done
}

# --- what each is and does

many_guest
within 5 "status of $many" 0 status
each status 's/  */ /g; /^0001:/p' \
	'{ print $1, "nvme auto", i ? "mixed" : "translated", "direct64", int(i * 100 / n) "%", "U1-" $1, "nvme" i "n1" }'
within 5 "status -j of $many" 0 status -j
cp "$scratch/said" "$scratch/json"
ok "status -j: valid by the schema" "$top/tests/cli/validate" "$scratch/json"
each "status -j" \
	's/.*"address":"\(0001[^"]*\)".*"direct_maps":\([0-9]*\),"translated_maps":\([0-9]*\),.*"names":"\([^"]*\)".*/\1 \2 \3 \4/p' \
	'{ print $1, i, n - i, "nvme" i "n1" }'
within 5 "metrics of $many" 0 metrics
each metrics 's/^dma_bypass_direct_maps_total{address="\(0001[^"]*\)",driver="nvme"} /\1 /p' '{ print $1, i }'
within 5 "status of $many by one name" 0 status driver:nvme
each "by one name" 's/^\(0001[^ ]*\) .*/\1/p' '{ print $1 }'
meanwhile "for i in 0 1 2 3; do echo 9\$i >'$pci'/0001:00:00.\$i/dma_bypass/direct_maps; done"
within 5 "stat of $many" 0 stat 1 1
each stat 's/  */ /g; /^0001:/p' '{ print $1, i < 4 ? "90.0" : "0.0", "0.0 0.0" }'
fake_values state observing kernel_path translate
meanwhile "for i in 0 1 2 3; do echo \$((i * 3)) 0 8 0 1 >'$pci'/0001:00:00.\$i/nvme/nvme\$i/nvme\${i}n1/stat; done"
within 5 "plan for $many" 0 plan 1
each plan 's/  */ /g; /^0001:/p' '{ print $1, "auto", i < 4 ? i * 2 : 0, "requests 0.00% all of it with mode auto" }'
maps 12000 800000000012000
within 5 "verify, among $many" 0 verify $fake_device
no_fault
fake_values state attached kernel_path direct
within 5 "why, among $many" 0 why loc:U78D8.ND0.FGD0042-P0-C3-T1

# --- each is read once

for how in status 'status -j' metrics list apply; do
	fault "get() {
		command printf '%s\n' \"\$1\" >>'$scratch/reads'
		got=
		{ IFS= read -r got <\"\$1\"; } 2>/dev/null || :
	}"
	: >"$scratch/reads"
	run $how
	no_fault
	ok "$how: each is read" test "$(grep -c '/devices/0001:' "$scratch/reads")" -ge $many
	ok "$how: and once" test -z "$(sort "$scratch/reads" | uniq -d | grep '/devices/' | head -n 3)"
done

# --- few among many

esc=$(printf '\033')
special 11 window none
first=$address
special 21 state off mode off window dma64
second=$address
special 31 state ''
third=$address
special 41 reason "it clears the ${esc}[2Jscreen"
fourth=$address
special 51 mode translate
gone=$(sed -n 61p "$scratch/list")
fault "get() {
	case \$1 in */$gone/dma_bypass/kernel_path) rm -r '$pci/$gone' ;; esac
	got=
	{ IFS= read -r got <\"\$1\"; } 2>/dev/null || :
}"
within 5 "status of $many: some are not well, and one goes" 1 status
no_fault
ok "the others are shown" test "$(grep -c '^0001:' "$scratch/said")" = $((many - 1))
ok "those that are not well, with what is wrong" test \
	"$(awk '$1 == "device:" { d = $2 } $1 == "see:" { printf "%s %s ", d, $2 }' "$scratch/said")" = \
	"$first DBP-0005 $second DBP-0002 $third DBP-0060 "
within 5 "status -j of them" 1 status -j
cp "$scratch/said" "$scratch/json"
ok "status -j: valid" "$top/tests/cli/validate" "$scratch/json"
ok "status -j: the same" test "$(grep -o '"id":"DBP-[0-9]*","device":"[^"]*"' "$scratch/said" | tr '\n' ' ')" = \
	"\"id\":\"DBP-0005\",\"device\":\"$first\" \"id\":\"DBP-0002\",\"device\":\"$second\" \"id\":\"DBP-0060\",\"device\":\"$third\" "
within 5 "metrics of them" 0 metrics
ok "metrics: the same" test "$(sed -n 's/^dma_bypass_healthy{address="\(.*\)",.*} 0$/\1/p' "$scratch/said" | tr '\n' ' ')" = "$first $second $third "
run status $fourth -o address,reason
ok "no reason commands the terminal" test "$(grep -cx "$fourth  it clears the ?\[2Jscreen" "$scratch/said")" = 1
within 5 "list of them" 1 list
ok "list: what is as it is kept" test "$(awk '/^[0-9]/ && !/differs/ { printf "%s %s/", $2, $4 }' "$scratch/said")" = \
	"$(sed -n 51p "$scratch/list") translate/- -/"

# --- modes

many_guest
within 5 "apply to one, among $many" 0 apply 0001:00:00.1
ok "and to no other" test "$(grep -lx translate "$params"/*)" = "$params/0001:00:00.1"
within 5 "apply to $many" 0 apply
each apply 's/^\(0001.*\)$/\1/p' '{ print $1 ": translate (loc:U1-" $1 ")" }'
ok "each has its mode" test "$(grep -lx translate "$params"/0001:* | wc -l)" = $many
within 5 "set for $many" 0 set driver:nvme direct
ok "each has its mode" test "$(grep -lx direct "$params"/0001:* | wc -l)" = $many
fake sys/module/dma_bypass/parameters/devices '0002:AB:00.0=off,driver:other=off,loc:U1-0001:00:00.7=translate'
within 5 "unset for $many" 0 unset driver:nvme
ok "each has its mode" test "$(grep -lx default "$params"/0001:* | wc -l)" = $many
within 5 "set --persist, for a disk made of $many" 0 set md0 direct --persist
ok "each is kept, by its location code" test "$(grep -cx 'loc:U1-0001:.* direct' "$file")" = $many
ok "and none twice" test "$(wc -l <"$file")" = $many

# --- all of them are a case of their own

many_guest
sed -i 's/translate/off/' "$file"
fake_values window none
within 5 "apply, which harms $many" 0 apply
each "what is said of it" 's/^dma-bypass: warning: \(0001[^ ]*\): .*: data will be wrong (\(.*\) in .*$/\1 \2/p' '{ print $1, "loc:U1-" $1 }'
(cd "$params" && rm 0001:* && xargs mkdir) <"$scratch/list"
awk '{ print "[ 1.0] dma_bypass: " $1 ": mode off is refused: an old reason\n[ 2.0] dma_bypass: " $1 ": mode off is refused: " NR }' \
	"$scratch/list" >"$scratch/dmesg"
mkdir -p "$r/var/log"
mv "$scratch/dmesg" "$r/var/log/dmesg"
within 5 "apply, which $many refuse" 6 apply
each "why each does" 's/^dma-bypass: \(0001[^ ]*\) was not changed: mode off is refused: \(.*\)\.$/\1 \2/p' '{ print $1, i + 1 }'
many_guest
fake_values reason "it clears the ${esc}[2Jscreen"
mv "$r/sys/bus/pci/drivers/nvme" "$r/sys/bus/pci/drivers/nv${esc}[31mme"
ln -s "nv${esc}[31mme" "$r/sys/bus/pci/drivers/nvme"
for how in status 'status -j' metrics apply; do
	within 5 "$how, with $many names that command the terminal" 0 $how
	ok "$how: nothing raw" test "$(tr -d '\n\t -~' <"$scratch/said" | wc -c)" -eq 0
done
rm -rf "$r"
