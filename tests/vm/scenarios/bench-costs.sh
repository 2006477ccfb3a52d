# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # get comes from mark
# What the module costs when it is not mapping: loading, taking a device, toggles while I/O runs, unloading; asking
# the hypervisor about the window; memory. Times are microseconds of a guest on a busy emulator. Results:
#   # DATA what value unit

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
toggle=/sys/module/dma_bypass/parameters/$nvme
: "${ROUNDS:=9}"

data() {
	note "DATA $*"
}

# median FILE: of a column of numbers.
median() {
	sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# each WHAT TEXT: one toggle, into the column of its kind.
each() {
	stopwatch write "$toggle" "$2" >>/tmp/"$1"
}

plan 5
ok "I/O runs" iocheck --from $disk --to ram --bytes 1M --block 4k
mark begin
stopwatch load /dma_bypass.ko policy=off >/tmp/load-off
mark loaded
stopwatch write "$toggle" direct >/tmp/attach-idle
mark attached
data window-queries "$get" H_GET_TCE
data ram "$(awk '/^MemTotal:/ { print $2 }' /proc/meminfo)" KiB
same "the device is taken" attached "$(cat /sys/bus/pci/devices/"$nvme"/dma_bypass/state)"
stopwatch write "$toggle" off >/tmp/detach-idle
iocheck --from $disk --to ram --bytes 1M --block 4k --seconds 3600 --quiet &
load=$!
round=0
while [ $round -lt "$ROUNDS" ]; do
	each attach-busy direct
	each direct-to-translate translate
	each translate-to-direct direct
	each detach-busy off
	round=$((round + 1))
done
kill $load
wait $load 2>/dev/null
ok "all toggles were obeyed" test "$(wc -l </tmp/detach-busy)" = "$ROUNDS"
stopwatch unload dma_bypass >/tmp/unload-off
stopwatch load /dma_bypass.ko policy=direct >/tmp/load-direct
ok "the device is taken at load" grep -q attached /sys/bus/pci/devices/"$nvme"/dma_bypass/state
stopwatch unload dma_bypass >/tmp/unload-direct
for what in load-off attach-idle detach-idle attach-busy direct-to-translate translate-to-direct detach-busy \
	unload-off load-direct unload-direct; do
	data $what "$(median /tmp/$what)" us
done
ok "everything was measured" test -s /tmp/unload-direct
