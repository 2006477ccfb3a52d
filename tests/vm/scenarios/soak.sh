# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2034 # mapped, cleared come from mark, drawn from draw, which uses state
# Toggles, reloads, and things that come and go, at random from SEED, while verified data moves; for SECONDS_SOAK.
# Each action is a line on the console. The second entry of the list of devices is a disk.

keeps=$(dev_of nvme)
disk=/dev/nvme0n1
params=/sys/module/dma_bypass/parameters
peek=/sys/kernel/debug/dbp_peek
pci=/sys/bus/pci/devices
state=${SEED:-1} seconds=${SECONDS_SOAK:-60}
begun=$(date +%s)
actions=0 toggles=0 refused=0 busy=0 reloads=0 asked_again=0 plugs=0 binds=0 dimms=0 not_taken=0 failed=0
hot=0000:00:05.0 nic=0000:00:06.0 dimm=''

log() {
	echo "soak: $(($(date +%s) - begun)) s: $*"
}

# fail WHAT: what must not happen, whatever the seed.
fail() {
	failed=$((failed + 1))
	log "FAILED: $*"
	note "$(($(date +%s) - begun)) s: failed: $*"
}

# --- what moves data

# worker NAME COMMAND...: repeats the command while /tmp/NAME.on is there; that it fails counts when /tmp/NAME.on was
# not taken away meanwhile.
worker() {
	worker=$1
	shift
	(
		while [ -e /tmp/go ]; do
			: >/tmp/"$worker".busy
			age=$(cat /tmp/"$worker".on 2>/dev/null)
			if [ -z "$age" ]; then
				rm -f /tmp/"$worker".busy
				usleep 100000
				continue
			fi
			"$@" >/tmp/"$worker".out 2>&1 || [ "$(cat /tmp/"$worker".on 2>/dev/null)" != "$age" ] ||
				echo "status of $worker: $(tail -n 1 /tmp/"$worker".out)" >>/tmp/"$worker".bad
			grep -E 'wrong=[1-9]|wrong data' /tmp/"$worker".out >>/tmp/"$worker".bad
			grep -E '^(blocks|bytes)=' /tmp/"$worker".out >>/tmp/"$worker".sum
		done
	) &
}

worker_on() {
	echo $actions >/tmp/"$1".on
}

# worker_off NAME: from now on it may fail. worker_rests NAME: and is not busy.
worker_off() {
	rm -f /tmp/"$1".on
}

worker_rests() {
	worker_off "$1"
	wait_for 120 test ! -e /tmp/"$1".busy || fail "$1 does not end"
}

check_pmem() {
	iocheck --from $disk --to /dev/dax0.0 --src-offset 128M --bytes 1M --block 64k --show 1 &&
		iocheck --from /dev/dax0.0 --to $disk --dst-offset 128M --src-offset 61440 --bytes 1M --block 64k --show 1
}

check_hot() {
	iocheck --from "$(nvme_disk $hot)" --to ram --bytes 1M --block 64k --seconds 1
}

check_fio() {
	LD_LIBRARY_PATH=/lib fio --name=soak --filename=$disk --offset=192M --size=16M --rw=randwrite --bs=64k --iodepth=8 \
		--ioengine=libaio --direct=1 --verify=crc32c --verify_fatal=1 --minimal >/tmp/fio.log 2>&1 || {
		tail -n 2 /tmp/fio.log
		return 1
	}
	echo "blocks=256 wrong=0 bytes=16777216 errors=0 rounds=1"
}

# --- what is done to it

there() {
	test -d $pci/"$1"/driver
}

# one_of WORD...: sets $drawn to one of them.
one_of() {
	draw $#
	shift "$drawn"
	drawn=$1
}

# toggle DEVICE MODE: only a network card may refuse, which has buffers with the hardware all the time, and a disk that
# got its queues while all was translated.
toggle() {
	log "$1 $2"
	if [ "$1" = "$keeps" ] && [ "$2" = off ]; then worker_rests pmem; fi
	toggles=$((toggles + 1))
	if ! echo "$2" 2>/dev/null >$params/"$1"; then
		log "$1 $2 is refused, $(cat $pci/"$1"/dma_bypass/stranded) stranded"
		if [ "$1" = "$keeps" ]; then
			refused=$((refused + 1))
			fail "$1 $2 is refused"
		elif [ "$(cat $pci/"$1"/dma_bypass/state)" != pinned ]; then
			sleep 1
			echo "$2" >$params/"$1" || fail "$1 $2 is refused without a reason"
		else
			busy=$((busy + 1))
		fi
	elif [ "$1" = "$keeps" ] && [ "$2" != off ]; then
		[ -z "$pmem" ] || worker_on pmem
	fi
}

toggle_one() {
	set -- "$keeps" "$keeps"
	there $hot && set -- "$@" $hot
	there $nic && set -- "$@" $nic
	one_of "$@"
	device=$drawn
	one_of auto direct translate off
	toggle "$device" "$drawn"
}

# set_policy MODE: one that a device is in the way of changes nothing; the disk that stays is never in the way.
set_policy() {
	log "policy $1"
	policy_was=$(cat $params/policy)
	echo "$1" 2>/dev/null >$params/policy && return
	log "policy $1 is refused: $(grep -lx pinned $pci/*/dma_bypass/state | tr '\n' ' ')"
	busy=$((busy + 1))
	grep -qsx pinned $pci/$hot/dma_bypass/state $pci/$nic/dma_bypass/state || fail "policy $1 is refused without a reason"
	[ "$(cat $params/policy)" = "$policy_was" ] || fail "policy $1 is refused, and changed"
}

load_random() {
	one_of auto direct translate
	log "load, policy $drawn"
	load_module policy="$drawn" || fail "load, policy $drawn"
	[ -z "$pmem" ] || worker_on pmem
}

# Whoever holds buffers that the kernel could not release keeps the module in until he has gone.
leave() {
	worker_rests pmem
	log "unload"
	unload_module 2>/dev/null && return
	asked_again=$((asked_again + 1))
	for device in $keeps $hot $nic; do
		[ ! -e $params/"$device" ] || echo off 2>/dev/null >$params/"$device" || {
			log "$device holds $(cat $pci/"$device"/dma_bypass/stranded)"
			[ "$device" != "$keeps" ] || fail "off: $keeps"
			[ "$device" != $hot ] || unplug_hot
			[ "$device" != $nic ] || unplug_nic
		}
	done
	unload_module || fail "unload after off"
}

reload() {
	leave
	draw 3
	[ "$drawn" = 0 ] || sleep "$drawn"
	load_random
	reloads=$((reloads + 1))
}

plug_hot() {
	log "NVMe comes"
	wait_for 30 plug_in 0x40000028 nvme,id=hot,serial=hot,drive=d2,addr=5.0 || fail "NVMe is not plugged in"
	echo 1 >/sys/bus/pci/rescan
	wait_for 30 test -d $pci/$hot/nvme || fail "NVMe has no driver"
	wait_for 30 test -b "$(nvme_disk $hot)" && worker_on hot
	plugs=$((plugs + 1))
}

unplug_hot() {
	log "NVMe goes"
	worker_off hot
	monitor device_del hot
	remove_pci $hot
	unplug 0x40000028 || fail "NVMe is not unplugged"
	test ! -e $params/$hot || fail "a parameter of $hot is left"
}

nic_up() {
	wait_for 30 test -d $pci/$nic/net || fail "the network card has no driver"
	for eth in "$pci/$nic"/net/*; do
		ifconfig "${eth##*/}" 10.0.2.15 netmask 255.255.255.0 up || fail "the network card does not start"
	done
	worker_on net
}

plug_nic() {
	log "network card comes"
	wait_for 30 plug_in 0x40000030 e1000e,id=nic,romfile=,netdev=net,addr=6.0 || fail "the network card is not plugged in"
	echo 1 >/sys/bus/pci/rescan
	nic_up
	plugs=$((plugs + 1))
}

nic_off() {
	worker_off net
	killall netcheck 2>/dev/null
}

unplug_nic() {
	log "network card goes"
	nic_off
	monitor device_del nic
	remove_pci $nic
	unplug 0x40000030 || fail "the network card is not unplugged"
	test ! -e $params/$nic || fail "a parameter of $nic is left"
}

rebind_one() {
	one_of $hot $nic
	there "$drawn" || return 0
	log "$drawn loses its driver and gets it again"
	binds=$((binds + 1))
	driver=$(readlink -f $pci/"$drawn"/driver)
	if [ "$drawn" = $hot ]; then worker_off hot; else nic_off; fi
	echo "$drawn" >"$driver"/unbind || fail "unbind $drawn"
	echo "$drawn" >"$driver"/bind || fail "bind $drawn"
	if [ "$drawn" = $nic ]; then
		nic_up
	else
		wait_for 30 test -d $pci/$hot/nvme && wait_for 30 test -b "$(nvme_disk $hot)" && worker_on hot
	fi
}

ram_now() {
	awk '/^MemTotal/ { print $2 * 1024 }' /proc/meminfo
}

ram_over() {
	test "$(ram_now)" -gt "$1"
}

ram_under() {
	test "$(ram_now)" -lt "$1"
}

# Memory that is being used may refuse to go.
dimm_comes_or_goes() {
	middle=$((ram_at_first + (256 << 20)))
	if [ -z "$dimm" ]; then
		log "RAM comes"
		dimms=$((dimms + 1)) dimm=dimm$dimms
		monitor object_add memory-backend-ram,id=mem$dimms,size=512M
		monitor device_add pc-dimm,id=$dimm,memdev=mem$dimms
		wait_for 60 ram_over $middle || fail "RAM does not come"
		return
	fi
	log "RAM goes"
	monitor device_del $dimm
	if wait_for 60 ram_under $middle; then
		sleep 1
		monitor object_del mem$dimms
		dimm=''
	else
		log "RAM stays"
		not_taken=$((not_taken + 1))
	fi
}

# total NAME: what a worker has done; and a result.
total() {
	note "$1: $(awk '{ for (i = 1; i <= NF; i++) { split($i, a, "="); n[a[1]] += a[2] } }
		END { printf "%d runs, %.0f blocks, %.0f bytes, %.0f wrong", NR, n["blocks"], n["bytes"], n["wrong"] }' /tmp/"$1".sum)"
	if [ ! -s /tmp/"$1".sum ]; then
		skip "$1" "it never ran"
		return
	fi
	cat /tmp/"$1".bad 2>/dev/null >/tmp/bad
	same "$1: the data was right, and nothing failed" "" "$(head -n 3 /tmp/bad)"
}

plan 17

echo online_movable >/sys/devices/system/memory/auto_online_blocks
wait_for 20 test -b $disk
pmem=''
if [ -d /sys/bus/nd/devices/region0 ]; then
	make_dax
	pmem=yes
fi
note "seed ${SEED:-1}, $seconds s"
log "seed ${SEED:-1}, $seconds s"
ok "the state can be looked at" insmod /dbp_peek.ko
echo "$keeps" >$peek/device
# As many requests in flight as will ever be, large and small: the driver keeps the memory that it allocates for them.
ok "before: data is right" iocheck --from $disk --to ram --bytes 4M --block 1M --threads 8
ok "before: in small blocks too" iocheck --from $disk --to ram --bytes 4M --block 64k --threads 16
monitor netdev_add user,id=net,restrict=on,guestfwd=tcp:10.0.2.100:7-cmd:cat
ram_at_first=$(ram_now) used_before=$(tces_used)
mark begin

: >/tmp/go
for name in in out pmem hot net fio; do : >/tmp/$name.sum; done
worker_on in
worker_on out
load_random
worker in iocheck --from $disk --to ram --bytes 1M --block 64k --seconds 2
worker out iocheck --from ram --to $disk --dst-offset 64M --bytes 1M --block 64k --seconds 2
[ -z "$pmem" ] || worker pmem check_pmem
worker hot check_hot
worker net netcheck --bytes 300000
if [ -e /bin/fio ]; then
	worker_on fio
	worker fio check_fio
fi

while [ $(($(date +%s) - begun)) -lt "$seconds" ] && [ $failed -lt 5 ]; do
	actions=$((actions + 1))
	draw 100
	if [ "$drawn" -lt 55 ]; then
		toggle_one
	elif [ "$drawn" -lt 67 ]; then
		reload
	elif [ "$drawn" -lt 77 ]; then
		if there $hot; then unplug_hot; else plug_hot; fi
	elif [ "$drawn" -lt 87 ]; then
		if there $nic; then unplug_nic; else plug_nic; fi
	elif [ "$drawn" -lt 93 ]; then
		rebind_one
	elif [ "$drawn" -lt 97 ]; then
		dimm_comes_or_goes
	else
		one_of auto direct translate
		set_policy "$drawn"
	fi
	draw 500
	usleep $((drawn * 1000))
done

for name in in out pmem hot net fio; do worker_rests $name; done
rm -f /tmp/go
wait
note "$actions actions in $(($(date +%s) - begun)) s: $toggles toggles ($busy found buffers that could not go yet)," \
	"$reloads reloads ($asked_again asked again), $plugs hot plugs, $binds rebinds, $dimms DIMMs ($not_taken stayed)"
for name in in out pmem hot net fio; do total $name; done
ok "the disk that stays was busy" test -s /tmp/in.sum -a -s /tmp/out.sum
same "nothing failed" 0 $failed
same "no toggle of the disk that stays was refused" 0 $refused
! there $hot || unplug_hot
! there $nic || unplug_nic
for round in 1 2 3 4 5; do
	[ -z "$dimm" ] || dimm_comes_or_goes
done
same "RAM is as before" "$ram_at_first" "$(ram_now)"
leave
not_ok "it was unloaded" test -e /sys/module/dma_bypass
mark end
note "$mapped TCEs written, $cleared cleared"
same "as many TCEs are in use as before" "$mapped" "$cleared"
same "and the kernel thinks so" "$used_before" "$(tces_used)"
ok "the kernel's own path is right" iocheck --from $disk --to ram --bytes 4M --block 64k
