# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # put, indirect, query, create, remove come from mark
# A stock guest without hot-pluggable memory: the kernel asks for a window that cannot be, and every buffer costs
# hypercalls. The module makes the window itself. All calls are counted from outside. With FILL=put the kernel was told
# multitce=off, of which it itself says that this comes too late for what it has patched.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
nic=$(dev_of e1000e)
files=/sys/bus/pci/devices/$nvme/dma_bypass
params=/sys/module/dma_bypass/parameters
reads=256
: "${CYCLES:=5}" "${FILL:=indirect}"
wait_for 20 test -b $disk
needs_no_kernel_window
plan 46
if [ "$FILL" = put ]; then
	console_expect 'WARNING: .* check_features'
	console_expect 'Call Trace:'
fi

read_all() {
	iocheck --from $disk --to ram --bytes $((reads * 4096)) --block 4k
}

mark begin
ok "before: reads succeed" read_all
mark before
ok "before: each costs a hypercall" test $((put + indirect)) -ge $reads
note "before: $(((put + indirect + stuff) * 100 / reads)) hypercalls for 100 reads of 4 KiB"

ok "loaded" load_module
mark loaded
same "the device is taken" attached "$(cat "$files/state")"
same "its window is ours" own "$(cat "$files/window")"
ok "and the reason says so" grep -q 'this module made one' "$files/reason"
same "one window was made" 1 "$create"
ok "the hypervisor was asked first" test "$query" -ge 1
ram=$(($(awk '$3 == "System" { split($1, a, "-"); print "0x" a[2] }' /proc/iomem | tail -n 1) + 1))
same "all RAM goes direct" $ram "$(cat "$files/direct_size")"
pages=$((ram >> $(cat "$files/tce_shift")))
if [ "$FILL" = put ]; then
	same "filled by one hypercall for each entry" "$pages 0" "$put $indirect"
else
	# As the log says: the kernel of 7.3 maps lists by such calls, too.
	calls=$(dmesg | sed -n 's/.* entries in \([0-9]*\) hypercalls.*/\1/p' | tail -n 1)
	[ "$indirect" -ge "$calls" ] || calls="$calls, but $indirect seen from outside"
	same "filled by one hypercall for 512 entries" $(((pages + 511) / 512)) "$calls"
fi
note "$(dmesg | sed -n 's/.*dma_bypass: .*: \(made a direct window.*\)/\1/p')"

ok "after: reads and writes succeed" sh -c "iocheck --from ram --to $disk --bytes 4M --block 64k &&
	iocheck --from $disk --to ram --bytes 4M --block 4k"
mark_streaming first "$nvme"
same "after: no hypercall but for new pools" 0 $((put + indirect + stuff))
ok "after: reads succeed" read_all
mark_streaming after "$nvme"
same "after: no hypercall" 0 $((put + indirect + stuff))
ok "after: writes succeed" iocheck --from ram --to $disk --bytes 4M --block 64k
mark_streaming writes "$nvme"
same "after: no hypercall for writes" 0 $((put + indirect + stuff))

ok "translate: the window stays" sh -c "echo translate >$params/$nvme"
ok "translate: reads succeed" read_all
mark translated
ok "translate: each costs a hypercall" test $((put + indirect)) -ge $reads
same "translate: no window comes or goes" 0 $((create + remove))

# What drmgr does at a partition migration.
drmgr() {
	env -i PHASE="$1" /etc/drmgr.d/pmig/dma-bypass
}
# both FILE: what the two devices have in it.
both() {
	echo "$(cat "$files/$1") $(cat /sys/bus/pci/devices/"$nic"/dma_bypass/"$1")"
}
eth=$(ls /sys/bus/pci/devices/"$nic"/net)
ip link set "$eth" up
not_ok "a migration is stopped while a driver holds buffers in the window" drmgr check
same "in one sentence" "dma_bypass: the DMA window of $nic cannot move, and its driver holds buffers in it: unbind the \
driver or remove the adapter, and migrate again." "$(cat /tmp/output)"
# What is translated needs no window.
same "nothing has changed" "translate auto, none own" "$(both mode), $(both window)"
ip link set "$eth" down
mark stopped
ok "a migration may go on else" drmgr check
mark validated
same "the trial took the window away and made it again" "1 1" "$remove $create"
ok "before the migration" drmgr pre
mark before_migration
same "the window is given back" "1 0" "$remove $create"
same "its device is the kernel's" "attached off" "$(both state)"
ok "after the migration" drmgr post
mark migrated
same "a window is made again" "0 1" "$remove $create"
same "the modes are as before" "translate auto" "$(both mode)"
ok "and data is right" read_all
mark again

# The two devices share it, so it goes with the second one.
ok "the first device is given back" sh -c "echo off >$params/$nvme"
same "the second one still has the window" own "$(cat /sys/bus/pci/devices/"$nic"/dma_bypass/window)"
ok "the first one joins again" sh -c "echo auto >$params/$nvme"
mark shared
same "shared: no window comes or goes" 0 $((create + remove))
ok "the second device is given back" sh -c "echo off >$params/$nic"
cycles=0
for _ in $(seq "$CYCLES"); do
	echo off >"$params/$nvme" && [ "$(cat "$files/state")" = off ] &&
		[ "$(cat "$files/window")" = none ] && echo auto >"$params/$nvme" &&
		[ "$(cat "$files/window")" = own ] && read_all >/dev/null && cycles=$((cycles + 1))
done
mark cycles
same "off and auto again, with data right each time" "$CYCLES" $cycles
same "a window made each time" "$CYCLES" "$create"
same "a window removed each time" "$CYCLES" "$remove"

ok "unloaded" unload_module
mark unloaded
same "the window is removed" 1 "$remove"
ok "unloaded: the kernel's own way still works" read_all
mark kernel
ok "unloaded: each costs a hypercall" test $((put + indirect)) -ge $reads
ok "loaded again" load_module
same "attached again" attached "$(cat "$files/state")"
