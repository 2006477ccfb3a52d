# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # mapped, cleared come from mark
# The module is loaded and unloaded, and the device toggled, again and again while verified data moves.
# CYCLES: how many loads; TOGGLES: how many toggles, a fifth of them in the first part, with "off" among them, the
# others in the second, where persistent memory must be right all the time.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
params=/sys/module/dma_bypass/parameters
peek=/sys/kernel/debug/dbp_peek
cycles=${CYCLES:-20} toggles=${TOGGLES:-200}
loads=0 unloads=0 toggled=0 offs=0 refused=0 asked_again=0 failed=0 written=0 gone=0

# toggle MODE
toggle() {
	echo "$1" 2>/dev/null >$params/"$nvme" || refused=$((refused + 1))
	toggled=$((toggled + 1))
	[ "$1" != off ] || offs=$((offs + 1))
}

# Where the kernel alone releases all as direct, a translated buffer in flight may keep the module in. Then "off"
# must be taken, and the module must go.
leave() {
	if [ $((loads % 2)) = 0 ] || ! unload_module 2>/dev/null; then
		[ $((loads % 2)) = 0 ] || asked_again=$((asked_again + 1))
		toggle off
		unload_module || return
	fi
	unloads=$((unloads + 1))
}

# background ARGS...: verified I/O, in the time that the changes leave: an emulator has little of it.
background() {
	io_start "$@" --bytes 1M --block 64k --seconds 5
	renice -n 10 -p $!
}

# count_tces: adds up what was written and cleared since the last time.
count_tces() {
	mark "$loads loads, $toggled toggles"
	written=$((written + mapped)) gone=$((gone + cleared))
	echo "$loads loads, $unloads unloads, $toggled toggles, $refused refused, $asked_again asked again, $(tces_used) in use"
}

plan 18

memory=ram
if [ -d /sys/bus/nd/devices/region0 ]; then
	make_dax
	memory=/dev/dax0.0
fi
wait_for 20 test -b $disk
ok "the state can be looked at" insmod /dbp_peek.ko
echo "$nvme" >$peek/device
# As many requests in flight as will ever be, large and small: the driver keeps the memory that it allocates for them.
ok "before: data is right" iocheck --from $disk --to ram --bytes 4M --block 1M --threads 8
ok "before: in small blocks too" iocheck --from $disk --to ram --bytes 4M --block 64k --threads 16
used_before=$(tces_used)
mark begin

# --- loaded, toggled, unloaded. Without the module nothing goes right with persistent memory: there it is a load only,
# for which none of the driver's requests may fail.

start=$(date +%s)
background --from $disk --to ram
background --from ram --to $disk --dst-offset 64M
: >/tmp/ballast
if [ $memory != ram ]; then
	(
		while [ -e /tmp/go ]; do
			iocheck --from $disk --to $memory --src-offset 128M --bytes 1M --block 64k --seconds 5 --show 0
		done >/tmp/ballast 2>&1
	) &
	renice -n 10 -p $!
fi
each=$((toggles / 5 / cycles)) turn=0
while [ $loads -lt "$cycles" ] && [ $failed = 0 ]; do
	case $((loads % 3)) in
	0) policy=auto ;;
	1) policy=direct ;;
	*) policy=translate ;;
	esac
	load_module policy=$policy || failed=$((failed + 1))
	loads=$((loads + 1)) n=0
	while [ $n -lt $each ]; do
		case $((turn % 4)) in
		0) toggle translate ;;
		1) toggle direct ;;
		2) toggle off ;;
		*) toggle auto ;;
		esac
		turn=$((turn + 1)) n=$((n + 1))
	done
	leave || failed=$((failed + 1))
	[ $((loads % 50)) != 0 ] || count_tces
done
seconds=$(($(date +%s) - start))
io_stop "loads"
note "$loads loads and $toggled toggles, $offs of them off, in $seconds s; $asked_again unloads were refused until off"
same "every load and every unload was taken" "$cycles 0" "$unloads $failed"
same "loads: no toggle was refused" 0 $refused
same "persistent memory: no request failed" "" "$(grep -v '^blocks=.* errors=0' /tmp/ballast | head -n 3)"
wait_for 10 test "$(tces_used)" = "$used_before"
count_tces
note "loads: $written TCEs written, $gone cleared"
same "loads: as many TCEs are in use as before" "$written" "$gone"
same "loads: and the kernel thinks so" "$used_before" "$(tces_used)"

# --- toggled while persistent memory must be right

start=$(date +%s) first=$toggled
ok "loaded" load_module
background --from $disk --to ram
background --from $memory --to $disk --dst-offset 64M
background --from $disk --to $memory --src-offset 128M --dst-offset 64M
while [ $toggled -lt "$toggles" ]; do
	for mode in translate auto direct; do toggle $mode; done
	[ $((toggled % 500)) -gt 2 ] || count_tces
done
seconds=$(($(date +%s) - start))
io_stop "toggles, $memory"
note "$((toggled - first)) toggles in $seconds s"
same "toggles: none was refused" 0 $refused
ok "all were made" test $toggled -ge "$toggles"
ok "off" sh -c "echo off >$params/$nvme"
ok "unloaded" unload_module
count_tces
note "in all: $written TCEs written, $gone cleared"
same "toggles: as many TCEs are in use as before" "$written" "$gone"
same "toggles: and the kernel thinks so" "$used_before" "$(tces_used)"
ok "the kernel's own path is right" iocheck --from $disk --to ram --bytes 4M --block 64k
