# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Three who wait for each other: unloading (which removes toggles, and waits for their writers), a writer (who waits for
# the lock of a device), and somebody who removes one device under the lock of another, as sriov_numvfs does.
# Needs four devices: DEVICES of the test are nvme,e1000e,edu,edu.

tangle=/sys/module/dbp_tangle/parameters
params=/sys/module/dma_bypass/parameters
devices=$(cd /sys/bus/pci/devices && echo 0000:*)
# shellcheck disable=SC2086 # a list of words
set -- $devices
first=$1 gone=$2 later=$4

has_done() {
	[ "$(cat $tangle/done)" -ge "$1" ]
}

not_ended() {
	[ ! -s /tmp/rmmod ]
}

go() {
	echo "$1" >$tangle/step && wait_for 5 has_done $(($1 - 1)) && sleep 1
}

plan 10

ok "there are four devices" test -n "$later"
ok "loaded" load_module policy=direct
ok "somebody will tangle" insmod /dbp_tangle.ko first="$first" later="$later" gone="$gone"
ok "a device later in the list is locked" go 1
(rmmod dma_bypass; echo $? >/tmp/rmmod) 2>/dev/null &
sleep 1
ok "unloading has begun, and waits for it" not_ended
ok "the first device is locked" go 2
(echo direct >$params/"$first") 2>/dev/null &
sleep 1
ok "unloading goes on" go 3
ok "a third device is removed under the lock of the first" go 4
ok "all three come to an end" wait_for 20 has_done 4
ok "unloading does" wait_for 20 test -s /tmp/rmmod
