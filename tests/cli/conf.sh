# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2012,SC2034,SC2086,SC2154 # functions and variables of tests/cli/lib.sh, names of one word
# The file that keeps modes: several writers, links, a full disk, editors of other systems, lines that are wrong, that
# overlap, and that differ from what is. Read by tests/cli/run.

conf=$DMA_BYPASS_SYSROOT/etc/dma-bypass.conf
modes=$DMA_BYPASS_SYSROOT/sys/module/dma_bypass/parameters

# copies NUMBER...: more devices like the first, without a location code.
copies() {
	for i; do
		copy=0001:01:$i.0
		cp -RP "$DMA_BYPASS_SYSROOT/sys/bus/pci/devices/$fake_device" "$DMA_BYPASS_SYSROOT/sys/bus/pci/devices/$copy"
		rm "$DMA_BYPASS_SYSROOT/sys/bus/pci/devices/$copy/of_node"
		echo auto >"$modes/$copy"
	done
}

# lines: those of the file that are no comments, on one line.
lines() {
	grep -v '^#' "$conf" | tr '\n' ';'
}

# --- writers

fake_guest
mkdir -p "${conf%/*}"
many="10 11 12 13 14 15 16 17 18 19 1a 1b"
copies $many
for i in $many; do
	$shell "$top/scripts/dma-bypass" set 0001:01:$i.0 direct --persist >/dev/null 2>&1 &
done
wait
ok "twelve writers at once: no line is lost" test "$(grep -c '^0001:01:1[0-9ab].0 direct$' "$conf")" = 12
ok "and nothing is left behind" test "$(ls "${conf%/*}")" = dma-bypass.conf

# Without flock, as in a small busybox: only what else is needed is in the path.
mkdir -p "$scratch/bin"
for program in $(ls /bin /usr/bin | sort -u); do
	[ "$program" = flock ] || ln -sf "$(command -v "$program")" "$scratch/bin/" 2>/dev/null || :
done
rm -f "$conf"
dead=$($shell -c 'echo $$')
fake run/dma-bypass/conf.lock.pid "$dead"
for i in 10 11 12 13 14 15; do
	PATH=$scratch/bin $shell "$top/scripts/dma-bypass" set 0001:01:$i.0 direct --persist >/dev/null 2>&1 &
done
wait
ok "without flock, and after a writer that died" test "$(grep -c direct "$conf")" = 6

mkdir -p "$DMA_BYPASS_SYSROOT/srv"
mv "$conf" "$DMA_BYPASS_SYSROOT/srv/modes"
ln -s ../srv/modes "$conf"
chmod 640 "$DMA_BYPASS_SYSROOT/srv/modes"
[ "$(id -u)" != 0 ] || chown 12:34 "$DMA_BYPASS_SYSROOT/srv/modes"
owner=$(stat -c '%u %g %a' "$DMA_BYPASS_SYSROOT/srv/modes")
gives "a file that is a link" 0 '' set $fake_device direct --persist
ok "it is one still" test -L "$conf"
ok "where it leads has the new line" grep -q '^loc:.* direct' "$DMA_BYPASS_SYSROOT/srv/modes"
ok "its owner, its group and its mode" test "$(stat -c '%u %g %a' "$DMA_BYPASS_SYSROOT/srv/modes")" = "$owner"
rm "$conf"
ln -s ../srv/not-yet "$conf"
gives "a link that leads to nothing yet" 0 '' set $fake_device direct --persist
ok "leads to the file now" grep -q '^loc:' "$DMA_BYPASS_SYSROOT/srv/not-yet"
ok "and is a link" test -L "$conf"
rm "$conf"
fake etc/dma-bypass.conf "$fake_device off"
ln "$conf" "$DMA_BYPASS_SYSROOT/srv/hard"
echo auto >"$modes/$fake_device"
gives "a file of two names is not parted" 6 'hard links' set $fake_device direct --persist
ok "nothing was changed" grep -qx auto "$modes/$fake_device"
rm "$DMA_BYPASS_SYSROOT/srv/hard"

# A disk with room for a mode, and not for a file of 4000 characters.
fake etc/dma-bypass.conf "$(seq 1 1000 | sed 's/^/# /'; echo "driver:e1000e off")"
cp "$conf" "$scratch/before"
status=0
(
	trap '' XFSZ
	ulimit -f 1
	exec $shell "$top/scripts/dma-bypass" set $fake_device direct --persist
) 2>&1 >/dev/null | cat >"$scratch/said"
ok "a full disk: said" grep -q 'cannot be written.*full.*nothing was changed' "$scratch/said"
ok "the file is as it was" cmp "$conf" "$scratch/before"
ok "so is the mode" grep -qx auto "$modes/$fake_device"
ok "nothing half written is left" test "$(ls "${conf%/*}")" = dma-bypass.conf

# --- readers

fake_guest
mkdir -p "${conf%/*}"
printf '%s\r\n' "# made elsewhere" "" "$fake_device translate" >"$conf"
gives "lines that end with CR LF" 0 "^$fake_device: translate" apply
printf '\357\273\277%s\r\n' "$fake_device off" >"$conf"
gives "a byte order mark" 0 "^$fake_device: off" apply
gives "set --persist there" 0 '' set $fake_device direct --persist
ok "the line is replaced, not doubled" test "$(lines)" = "loc:U78D8.ND0.FGD0042-P0-C3-T1 direct;"
copies 10
mv "$modes/0001:01:10.0" "$modes/0000:0a:00.0"
mv "$DMA_BYPASS_SYSROOT/sys/bus/pci/devices/0001:01:10.0" "$DMA_BYPASS_SYSROOT/sys/bus/pci/devices/0000:0a:00.0"
fake etc/dma-bypass.conf "$(printf '%s\n' '0000:0A:00.0 off' '  01:00.0	translate  ')"
gives "capitals in an address" 0 '^0000:0a:00.0: off' apply
ok "an address without its domain, and blanks" grep -qx "$fake_device: translate (0000:01:00.0)" "$scratch/said"
fake etc/dma-bypass.conf "$(printf '%s\n' 'eth0 off' "$fake_device sideways" '0000:0a:00.0 direct' 'driver: off' \
	"$fake_device translate" 'a b c')"
gives "wrong lines among good ones: the status" 2 "^dma-bypass: line 1 of .*'eth0', which is no PCI address" apply
ok "each is named" test "$(grep -c '^dma-bypass: line [1246] of ' "$scratch/said")" = 4
ok "the others apply" test "$(cat "$modes/$fake_device" "$modes/0000:0a:00.0" | tr '\n' ' ')" = "translate direct "
printf 'x\033[2Jy off\n' >"$conf"
gives "a line that would clear the screen" 2 "line 1 of " apply
ok "does not" test "$(tr -d '\n\t -~' <"$scratch/said" | wc -c)" -eq 0

# --- overlaps and differences

fake etc/dma-bypass.conf "$(printf '%s\n' '0000:0a:00.0 direct' 'driver:nvme translate' 'driver:nvme off' 'driver:other off')"
gives "lines that another comes before" 0 'line 2 \(driver:nvme translate\) does not count for 0000:0a:00.0' apply
ok "also where both are the same selector" grep -q 'line 3 (driver:nvme off) does not count for .* and 1 more' "$scratch/said"
gives "a mode that will not last" 0 "warning: at the next boot 0000:0a:00.0 gets direct, by line 1" set driver:nvme off --persist
fake_values mode translate
fake etc/dma-bypass.conf "$(printf '%s\n' '0000:0a:00.0 direct' 'driver:nvme translate' 'driver:other off')"
gives "list" 1 "^2 +$fake_device +translate +translate +driver:nvme$" list
ok "what differs" grep -q '^1  *0000:0a:00.0  *direct  *auto  *0000:0a:00.0 (differs)$' "$scratch/said"
ok "what counts for no device" grep -q '^3  *-  *off  *-  *driver:other (no device)$' "$scratch/said"
fake etc/dma-bypass.conf 'nonsense'
gives "list: a wrong line" 2 'line 1 of ' list
rm "$conf"
gives "list: nothing is kept" 0 'nothing is kept' list
