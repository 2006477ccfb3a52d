# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # mapped and cleared come from mark
# Drivers ask whether they need to unmap (6.16 and later), and NVMe takes the answer for constant: it must be told the same
# thing as long as it is bound, whatever becomes of the device. To see more than its lists of scatter and gather, which need
# no books, start the kernel with nvme.sgl_threshold=0. SECONDS_IO: how long.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
params=/sys/module/dma_bypass/parameters
peek=/sys/kernel/debug/dbp_peek
driver=/sys/bus/pci/drivers/nvme
files=/sys/bus/pci/devices/$nvme/dma_bypass

# to MODE: it is toggled, and the answer is yes.
to() {
	echo "$1" >$params/"$nvme" || refused=$((refused + 1))
	toggles=$((toggles + 1))
	[ "$(cat $peek/need_unmap)" = 1 ] || no="$no $1"
}

read_disk() {
	wait_for 20 test -b $disk && iocheck --from $disk --to ram --bytes 4M --block 64k
}

read_disk >/tmp/first
insmod /dbp_peek.ko device="$nvme"
alone=$(cat $peek/need_unmap)
[ "$alone" != always ] || not_here "drivers of this kernel always unmap"
plan 22
note "without the module the answer is $alone"
mark begin
used=$(tces_used)
ok "loaded" load_module policy=off
same "an idle module does not change the answer" "$alone" "$(cat $peek/need_unmap)"
for mode in direct translate; do
	if [ "$alone" = 1 ]; then
		for name in "is refused" "for a reason" "and changed nothing"; do
			skip "$mode, while its driver is bound: $name" "drivers of this kernel are told to unmap in any case"
		done
		continue
	fi
	dmesg -c >/tmp/old
	ok "$mode, while its driver is bound: is refused" sh -c "! echo $mode >$params/$nvme"
	ok "$mode, while its driver is bound: for a reason" sh -c "dmesg | grep 'mode $mode is refused: its driver was told'"
	same "$mode, while its driver is bound: and changed nothing" "off off $alone" \
		"$(cat "$files/mode") $(cat "$files/state") $(cat $peek/need_unmap)"
done
ok "data is right then" read_disk
echo "$nvme" >$driver/unbind
echo direct >$params/"$nvme"
echo "$nvme" >$driver/bind
ok "data is right when it was bound in between" read_disk
same "and the device is taken" attached "$(cat "$files/state")"
io_start --from $disk --to ram --bytes 4M --block 64k --threads 2 --seconds 5
io_start --from $disk --to ram --src-offset 64M --bytes 4M --block 256k --threads 2 --seconds 5
no='' refused=0 toggles=0
end=$(($(now_ms) + ${SECONDS_IO:-20} * 1000))
while [ "$(now_ms)" -lt $end ]; do
	for mode in direct translate off translate off direct off; do to $mode; done
done
io_stop "toggled $toggles times"
ok "it was toggled" test $toggles -ge 14
same "no toggle was refused" 0 $refused
same "the answer was always yes" "" "$no"
ok "unloaded" unload_module
same "and is yes then" 1 "$(cat $peek/need_unmap)"
ok "data is right" read_disk
mark unloaded
note "$mapped TCEs written, $cleared cleared"
same "as many TCEs cleared as written" "$mapped" "$cleared"
same "as many in use as before" "$used" "$(tces_used)"
echo "$nvme" >$driver/unbind
echo "$nvme" >$driver/bind
ok "data is right when its driver is bound anew" read_disk
same "and the answer is the kernel's own" "$alone" "$(cat $peek/need_unmap)"
