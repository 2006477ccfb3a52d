# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Bad input: the right errno, one sentence in the log, and nothing changed.

nvme=$(dev_of nvme)
params=/sys/module/dma_bypass/parameters
files=/sys/bus/pci/devices/$nvme/dma_bypass

# refused ERRNO-TEXT LOG-REGEX COMMAND...: fails with that error and says one sentence about it.
refused() {
	refused_error=$1 refused_log=$2
	shift 2
	dmesg -c >/dev/null
	if LC_ALL=C "$@" 2>/tmp/error; then
		echo "it was accepted"
		return 1
	fi
	cat /tmp/error
	dmesg | grep dma_bypass
	# insmod tries a second way when the first fails, and hears the same sentence again.
	grep -q "$refused_error" /tmp/error &&
		[ "$(dmesg | grep "dma_bypass: .*$refused_log" | sed 's/^\[[^]]*\] *//' | sort -u | wc -l)" = 1 ]
}

write() {
	# Not a redirection: dd says why a write failed.
	printf %s "$1" | dd of="$2" bs=4096 conv=notrunc
}

bad_load() {
	name=$1 error=$2 log=$3
	shift 3
	ok "load refused: $name" refused "$error" "$log" insmod /dma_bypass.ko "$@"
	not_ok "load refused: $name: and not loaded" grep -q '^dma_bypass ' /proc/modules
}

long=$(head -c 900 /dev/zero | tr '\0' x)
plan $((2 * 14 + 15 + 8))

bad_load "unknown policy" "nvalid" 'policy "fast" is none of' policy=fast
bad_load "empty policy" "nvalid" 'policy "" is none of' policy=
bad_load "two policies" "nvalid" 'policy "auto,direct" is none of' policy=auto,direct
bad_load "over-long policy" "nvalid" 'policy "xxxxxxxx' policy="$long"
bad_load "empty devices" "nvalid" 'devices= is empty' devices=
bad_load "no such device" "No such device" 'devices= names 0000:99:1f.7, but' devices=0000:99:1f.7
bad_load "half an address" "nvalid" 'no PCI address' devices=00:01.0
bad_load "a VIO device" "not supported" 'virtual I/O bus' devices=71000000
bad_load "unknown word for a device" "nvalid" 'none of auto' devices="$nvme=maybe"
bad_load "a device twice" "nvalid" 'twice' devices="$nvme,$nvme=off"
bad_load "over-long selector" "nvalid" 'too long' devices="driver:$long"
bad_load "count_direct that is no truth value" "nvalid" 'neither yes nor no' count_direct=perhaps
bad_load "unknown word for hooks" "nvalid" 'hooks "Ftrace" is none of' hooks=Ftrace
bad_load "empty word for hooks" "nvalid" 'hooks "" is none of' hooks=

ok "loaded" load_module policy=direct
same "attached" attached "$(cat "$files/state")"
cat "$files"/mode "$files"/state "$files"/dma_base "$params/policy" "$params/$nvme" >/tmp/before
ok "toggle: unknown word" refused nvalid 'is none of' write quick "$params/$nvme"
ok "toggle: upper case" refused nvalid 'is none of' write DIRECT "$params/$nvme"
ok "toggle: two words" refused nvalid 'is none of' write "direct off" "$params/$nvme"
ok "toggle: a blank behind" refused nvalid 'is none of' write "direct " "$params/$nvme"
ok "toggle: two newlines" refused nvalid 'is none of' write "off

" "$params/$nvme"
ok "toggle: a newline only" refused nvalid 'is none of' sh -c "echo >$params/$nvme"
ok "toggle: over-long" refused nvalid 'is none of' write "$long" "$params/$nvme"
ok "policy: unknown word" refused nvalid 'is none of' write quick $params/policy
ok "policy: over-long" refused nvalid 'is none of' write "$long" $params/policy
ok "count_direct: neither" refused nvalid 'neither yes nor no' write 2 $params/count_direct
not_ok "toggle: an address of no device" write direct $params/0000:99:1f.7
cat "$files"/mode "$files"/state "$files"/dma_base "$params/policy" "$params/$nvme" >/tmp/after
ok "nothing has changed" cmp /tmp/before /tmp/after
ok "good words are taken, with and without newline" sh -c "echo translate >$params/$nvme && printf auto >$params/$nvme"
ok "devices= cannot be written later" test ! -w $params/devices -o "$(stat -c %a $params/devices)" = 444
ok "unloaded" unload_module

ok "a mode of its own by address" load_module policy=off devices="$nvme=translate"
same "its mode" translate "$(cat "$files/mode")"
ok "unloaded" unload_module
ok "a mode of its own by driver" load_module policy=off devices=driver:nvme
same "its mode" direct "$(cat "$files/mode")"
ok "unloaded" unload_module
