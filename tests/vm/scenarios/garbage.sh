# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2034 # drawn comes from draw, which uses state
# Bytes without meaning are written to every file of the module that can be written, and given as its parameters,
# while verified data moves. Bytes of SEED, ROUNDS times.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
state=${SEED:-1} rounds=${ROUNDS:-40}

# One input in /tmp/garbage: bytes of any value, or words that the module knows in an order that it may not know.
make_garbage() {
	: >/tmp/garbage
	draw 6
	parts=$((drawn + 1))
	while [ $parts -gt 0 ]; do
		draw 13
		case $drawn in
		0) printf direct ;;
		1) printf off ;;
		2) printf 'translate\n' ;;
		3) printf 'driver:' ;;
		4) printf ',=' ;;
		11) printf default ;;
		5) printf '%s' "$nvme" ;;
		6) printf '\000\377\n' ;;
		7) printf '0xffffffffffffffff' ;;
		8) printf '%%s%%n -1' ;;
		9) head -c 5000 /dev/zero | tr '\0' x ;;
		10) draw 256; printf '%b' "\\0$(printf %o "$drawn")" ;;
		*) draw 64; head -c "$drawn" /tmp/noise; draw 4000; tail -c +"$drawn" /tmp/noise >/tmp/noise2
			cat /tmp/noise >>/tmp/noise2; head -c 4096 /tmp/noise2 >/tmp/noise ;;
		esac >>/tmp/garbage
		parts=$((parts - 1))
	done
}

plan 7

wait_for 20 test -b $disk
# Noise that the seed decides, as all else here.
awk -v seed="$state" 'BEGIN { srand(seed); for (i = 0; i < 4096; i++) printf "%c", 1 + int(255 * rand()) }' |
	head -c 4096 >/tmp/noise

# Most are refused. What is taken is taken back.
loads=0 taken=0
while [ $loads -lt "$rounds" ]; do
	make_garbage
	text=$(tr -d '\000' </tmp/garbage | head -c 900)
	for name in devices policy; do
		if insmod /dma_bypass.ko "$name=$text" 2>/dev/null; then
			taken=$((taken + 1))
			unload_module || break 2
		fi
	done
	loads=$((loads + 1))
done
note "seed ${SEED:-1}: $((2 * loads)) times as a parameter at load, $taken times taken"
same "every load ended" "$rounds" $loads

ok "loaded" load_module policy=direct
io_start --from $disk --to ram --bytes 1M --block 64k
find /sys/module/dma_bypass/parameters /sys/bus/pci/devices/*/dma_bypass /sys/kernel/debug/dma_bypass \
	-follow -maxdepth 2 -type f -perm -200 2>/dev/null >/tmp/writable
note "$(tr '\n' ' ' </tmp/writable)"
ok "there is something to write to" test "$(wc -l </tmp/writable)" -ge 4
writes=0
while [ "$rounds" -gt 0 ]; do
	while read -r file; do
		make_garbage
		dd if=/tmp/garbage of="$file" bs=8192 conv=notrunc 2>/dev/null
		cat "$file" >/dev/null 2>&1
		writes=$((writes + 1))
	done </tmp/writable
	rounds=$((rounds - 1))
done
io_stop "$writes writes, seed ${SEED:-1}"
ok "it obeys still" sh -c "echo direct >/sys/module/dma_bypass/parameters/$nvme"
ok "unloaded" unload_module
ok "the kernel's own path is right" iocheck --from $disk --to ram --bytes 4M --block 64k
