# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# The hooks on functions of the kernel: each with each mechanism, and with neither; what switches a mechanism off, before
# the load and after it; and whoever asks to unload the module, from wherever the name is read, with and without the right.

nvme=$(dev_of nvme)
params=/sys/module/dma_bypass/parameters
hooks=/sys/kernel/debug/dma_bypass/hooks
ftrace=/proc/sys/kernel/ftrace_enabled
probes=/sys/kernel/debug/kprobes
ram=$((1 << 30))

# row FUNCTION: mechanism and state, as the table has them. hits FUNCTION: how often it was seen.
row() {
	sed -n "s/^$1.*: \(.*\), [0-9]* hits\$/\1/p" $hooks
}
hits() {
	sed -n "s/^$1.* \([0-9]*\) hits\$/\1/p" $hooks
}
more_hits_than() {
	test "$(hits "$1")" -gt "$2"
}
# says_lost: each of the two rows says what is lost.
says_lost() {
	test "$(grep -A 2 -e '^sys_delete_module' -e '^dma_set_mask' $hooks | grep -c '  without: ')" = "$1"
}
held() {
	cat /sys/module/dma_bypass/refcnt
}
hold_page() {
	insmod /dbp_hold.ko device="$nvme" phys=$ram "$@"
}
# answers WANTED ARGUMENT...: what the kernel says when it is asked to unload the module. It may not think for long.
answers() {
	wanted=$1
	shift
	rm -f /tmp/asked
	(unload dma_bypass "$@" >/tmp/answer 2>&1; mv /tmp/answer /tmp/asked) &
	wait_for 8 test -e /tmp/asked || { echo "no answer: $(grep dma_bypass /proc/modules)"; return 1; }
	cat /tmp/asked
	grep -q "$wanted" /tmp/asked
}
# words REGEX: how many lines of the log have it, of those since the last "dmesg -c".
words() {
	dmesg | grep -c "dma_bypass: .*$1"
}

# with HOW MECHANISM: eleven results. The hooks are there by that mechanism, and do what they are for.
with() {
	ok "$1: loaded" load_module hooks="$1" policy=auto
	same "$1: masks" "$2" "$(row dma_set_mask)"
	same "$1: unloading" "$2" "$(row sys_delete_module)"
	before=$(hits dma_set_mask)
	ok "$1: a mask is set late" hold_page remask=1
	if [ "$1" = none ]; then
		same "$1: nobody hears of it" 0 "$(hits dma_set_mask)"
		ok "$1: and the table says what is lost" says_lost 2
	else
		ok "$1: it is heard of" wait_for 2 more_hits_than dma_set_mask "$before"
		ok "$1: nothing is lost" says_lost 0
	fi
	rmmod dbp_hold
	echo translate >$params/"$nvme"
	dmesg -c >/dev/null
	ok "$1: a buffer is held that the kernel could not release" hold_page
	ok "$1: unloading is refused" answers busy=1
	sleep 1
	if [ "$1" = none ]; then
		same "$1: as a device keeps the module in" "" "$(dmesg | grep 'not unloaded')"
		ok "$1: which is given back when nothing is held" sh -c "rmmod dbp_hold && echo off >$params/$nvme"
	else
		same "$1: with a sentence" 1 "$(words "not unloaded: the driver of $nvme holds 1 DMA buffers")"
		ok "$1: nothing is held any more" rmmod dbp_hold
	fi
	ok "$1: unloaded, without waiting" answers gone=1
}

# trap_only: our kprobes lie behind the place of ftrace, and are traps.
trap_only() {
	grep -e sys_delete_module -e dma_set_mask $probes/list
	test "$(grep -e 'sys_delete_module+' -e dma_set_mask+ $probes/list | grep -cv -e FTRACE -e OPTIMIZED)" = 2
}

# On kernels that release a translated buffer by its handle none is ever stranded here.
wait_for 20 test -b /dev/nvme0n1
load_module policy=translate
hold_page
stranded=$(cat /sys/bus/pci/devices/"$nvme"/dma_bypass/stranded)
rmmod dbp_hold
rmmod dma_bypass
[ "$stranded" = 1 ] || not_here "this kernel releases such a buffer itself"

# What a kernel built for tests may not have: user namespaces, and the sysctl that switches ftrace off.
namespaces=1 switch=1
unload no_such_module --userns >/dev/null 2>&1 || namespaces=0
test -e $ftrace || switch=0
note "user namespaces: $namespaces; kernel.ftrace_enabled: $switch"
plan $((4 * 11 + 15 + namespaces + switch * 15 + 6))

with auto "ftrace, installed"
with ftrace "ftrace, installed"
with kprobe "kprobe, installed"
with none "ftrace or kprobe, missing"

# --- who asks

ok "loaded" load_module policy=translate
ok "somebody holds a buffer" hold_page
for way in cold split closed; do
	ok "the name is in a page that is $way: refused" answers "busy=1\|unreadable=1" --page $way
done
usleep 900000
ok "refused again, when the first hold is about to end" answers busy=1
sleep 1
same "the module is held on" 1 "$(held)"
dmesg -c >/dev/null
ok "root asks 200 times" answers busy=200 --times 200
ok "which is said a few times" test "$(words 'not unloaded')" -ge 1 -a "$(words 'not unloaded')" -le 15
rmmod dbp_hold
ok "nothing is held: the module is let go" wait_for 4 sh -c "grep -qx 0 /sys/module/dma_bypass/refcnt"
hold_page
dmesg -c >/dev/null
before=$(hits sys_delete_module)
ok "anybody asks 1000 times" answers denied=1000 --times 1000 --uid 65534
if [ $namespaces = 1 ]; then
	ok "root of a user namespace asks 1000 times" answers denied=1000 --times 1000 --uid 65534 --userns
fi
same "nothing was said" 0 "$(words .)"
same "nor looked at" "$before" "$(hits sys_delete_module)"
same "nor is the module held" 0 "$(held)"
rmmod dbp_hold
ok "unloaded" answers gone=1

# --- what switches a mechanism off

if [ $switch = 1 ]; then
	ok "loaded" load_module
	not_ok "ftrace cannot be switched off" sh -c "echo 0 >$ftrace"
	hold_page remask=1
	ok "and works on" wait_for 2 more_hits_than dma_set_mask 0
	same "as the table says" "ftrace, installed" "$(row sys_delete_module)"
	rmmod dbp_hold
	ok "unloaded" answers gone=1

	ok "ftrace is off" sh -c "echo 0 >$ftrace"
	dmesg -c >/dev/null
	ok "loaded all the same" load_module policy=translate
	same "masks go by a kprobe" "kprobe, installed" "$(row dma_set_mask)"
	same "unloading goes by a kprobe" "kprobe, installed" "$(row sys_delete_module)"
	same "the log says why" 1 "$(words 'ftrace cannot watch sys_delete_module: error -')"
	hold_page
	ok "unloading is refused" answers busy=1
	rmmod dbp_hold
	ok "unloaded" answers gone=1
	ok "loaded with ftrace or nothing" load_module hooks=ftrace
	same "which is nothing" "ftrace, missing" "$(row sys_delete_module)"
	ok "unloaded" answers gone=1
	echo 1 >$ftrace
fi
ok "loaded with kprobes" load_module hooks=kprobe
ok "they are traps, and not where ftrace is" trap_only
echo 0 >$probes/enabled
same "kprobes are switched off: the table knows" "kprobe, switched off" "$(row sys_delete_module)"
ok "and says what is lost" says_lost 2
echo 1 >$probes/enabled
same "they are back" "kprobe, installed" "$(row sys_delete_module)"
ok "unloaded" answers gone=1
