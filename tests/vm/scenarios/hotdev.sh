# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Devices come and go while verified data moves on another one: NVMe, a network card, the functions of one device,
# a PHB with a device behind it; each is there at its first mapping, and gone without a trace.
# The third and the fourth entry of the list of devices are disks; a PHB needs rpadlpar_io in the kernel.

# Older kernels (seen: 6.8) leave this to user space, and the guest has no drmgr.
echo "dt add index 0" >/sys/kernel/dlpar 2>/dev/null || :
! dmesg | grep -q 'dlpar: Invalid resource specified' || not_here "this kernel cannot be told of a new slot"

keeps=$(dev_of nvme)
params=/sys/module/dma_bypass/parameters
debug=/sys/kernel/debug/dma_bypass

# state_is DEVICE STATE
state_is() {
	test "$(cat /sys/bus/pci/devices/"$1"/dma_bypass/state)" = "$2"
}

rescan() {
	echo 1 >/sys/bus/pci/rescan
}

no_trace() {
	test ! -e /sys/bus/pci/devices/"$1" && test ! -e $params/"$1" && test ! -e $debug/"$1"
}

# disk_right NAME DEVICE: four results: the module has it, and what moves between its disk and memory is right.
disk_right() {
	ok "$1: the device has a driver" wait_for 20 test -d /sys/bus/pci/devices/"$2"/nvme
	ok "$1: the device is attached" wait_for 20 state_is "$2" attached
	hot=$(nvme_disk "$2")
	wait_for 20 head -c 1 "$hot"
	ok "$1: disk to memory" iocheck --from "$hot" --to $memory --dst-offset 64M --bytes 2M --block 64k
	ok "$1: memory to disk" iocheck --from $memory --to "$hot" --src-offset 64M --bytes 2M --block 64k
}

# Two writers who do not know that the device is about to go.
two_writers() {
	for first in direct translate; do
		(
			while [ -e /tmp/writers ]; do
				for mode in $first off auto; do echo "$mode"; done >$params/"$1"
			done 2>/dev/null
		) &
	done
}

control=/sys/bus/pci/slots/control
phb=$([ -e $control/add_slot ] && echo 1 || echo 0)
plan $((44 + 12 * phb))

# Where there is persistent memory, wrong routes show as wrong data.
memory=ram policy=direct
if [ -d /sys/bus/nd/devices/region0 ]; then
	make_dax
	memory=/dev/dax0.0 policy=auto
fi
ok "loaded" load_module policy=$policy
ok "the device that stays is attached" state_is "$keeps" attached
io_start --from /dev/nvme0n1 --to $memory --bytes 1M --block 64k
io_start --from ram --to /dev/nvme0n1 --dst-offset 64M --bytes 1M --block 64k

# --- one NVMe device, twice; the second time it goes while two writers toggle it and data moves on it

dev=0000:00:05.0
for round in 1 2; do
	ok "NVMe, round $round: plugged in" wait_for 20 plug_in 0x40000028 nvme,id=hot,serial=hot,drive=d3,addr=5.0
	rescan
	disk_right "NVMe, round $round" $dev
	monitor device_del hot
	if [ $round = 2 ]; then
		: >/tmp/writers
		two_writers $dev
		iocheck --from "$hot" --to ram --bytes 2M --block 64k --seconds 5 >/tmp/hot 2>&1 &
		sleep 1
	fi
	ok "NVMe, round $round: removed" remove_pci $dev
	rm -f /tmp/writers
	ok "NVMe, round $round: without a trace" no_trace $dev
	ok "NVMe, round $round: unplugged" unplug 0x40000028
done
wait $!
note "on the device that went: $(tail -n 1 /tmp/hot)"
ok "until it went, its data was right" grep -q ' wrong=0 ' /tmp/hot

# --- a network card, which goes while data moves on it

monitor netdev_add user,id=net,restrict=on,guestfwd=tcp:10.0.2.100:7-cmd:cat
dev=0000:00:06.0
ok "e1000e: plugged in" wait_for 20 plug_in 0x40000030 e1000e,id=nic,romfile=,netdev=net,addr=6.0
rescan
ok "e1000e: the device has a driver" wait_for 20 test -d /sys/bus/pci/devices/$dev/net
ok "e1000e: the device is attached" wait_for 20 state_is $dev attached
for eth in /sys/bus/pci/devices/"$dev"/net/*; do eth=${eth##*/}; done
ifconfig "$eth" 10.0.2.15 netmask 255.255.255.0 up
ok "e1000e: what was sent comes back" netcheck --bytes 500000
netcheck --bytes 500000000 >/tmp/hot 2>&1 &
sleep 1
monitor device_del nic
ok "e1000e: removed while it sends" remove_pci $dev
kill $!
ok "e1000e: without a trace" no_trace $dev
ok "e1000e: unplugged" unplug 0x40000030

# --- two functions of one device: one goes, the other works on

monitor device_add nvme,id=fn1,serial=fn1,drive=d4,addr=7.1
ok "functions: plugged in" wait_for 20 plug_in 0x40000038 e1000e,id=fn0,romfile=,netdev=net,addr=7.0,multifunction=on
ok "functions: both" wait_for 10 plug 0x40000039
rescan
dev=0000:00:07.1
disk_right functions $dev
ok "functions: the first is attached" wait_for 20 state_is 0000:00:07.0 attached
ok "functions: the first goes" remove_pci 0000:00:07.0
ok "functions: without a trace" no_trace 0000:00:07.0
ok "functions: the second works on" iocheck --from $memory --to "$hot" --src-offset 64M --bytes 2M --block 64k
ok "functions: the second goes" remove_pci $dev
monitor device_del fn1
monitor device_del fn0
ok "functions: unplugged" unplug 0x40000039
ok "functions: both" unplug 0x40000038

# --- a PHB with a device

phb_comes_and_goes() {
	ok "PHB: plugged in" wait_for 20 plug_in 0x20000002 spapr-pci-host-bridge,index=2,id=phb2
	ok "PHB: the kernel has it" sh -c "printf 'PHB 2' >$control/add_slot"
	ok "PHB: a device behind it" wait_for 20 plug_in 0x40020008 nvme,id=behind,serial=behind,drive=d4,addr=1.0,bus=phb2.0
	rescan
	for dev in /sys/bus/pci/devices/0002:00:01.0 /sys/bus/pci/devices/0001:00:01.0; do [ ! -e "$dev" ] || break; done
	dev=${dev##*/}
	disk_right "PHB" "$dev"
	ok "PHB: the device goes" remove_pci "$dev"
	monitor device_del behind
	ok "PHB: the device is unplugged" unplug 0x40020008
	ok "PHB: without a trace" no_trace "$dev"
	monitor device_del phb2
	ok "PHB: the kernel lets it go" sh -c "printf 'PHB 2' >$control/remove_slot"
	ok "PHB: unplugged" unplug 0x20000002
}

if [ "$phb" = 1 ]; then
	phb_comes_and_goes
else
	note "this kernel cannot add PHBs: it has no rpadlpar_io here"
fi

# --- and nothing is left

io_stop "the device that stayed"
not_ok "no driver left buffers behind" sh -c "dmesg | grep 'without releasing'"
ok "it is attached still" state_is "$keeps" attached
ok "unloaded" unload_module
ok "the kernel's own path is right" iocheck --from /dev/nvme0n1 --to ram --bytes 4M --block 64k
