# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# The module is loaded and unloaded while a device comes and goes, without waiting for each other; data moves on
# another device. SECONDS_IO: how long. Starts with --devices nvme,nvme.

stays=$(devs_of nvme | sed -n 1p)
goes=$(devs_of nvme | sed -n 2p)
pci=/sys/bus/pci
seconds=${SECONDS_IO:-15}
plan 10

disk=$(nvme_disk "$stays")
wait_for 20 test -b "$disk"
io_start --from "$disk" --to ram --bytes 1M --block 64k
(
	while [ -e /tmp/go ]; do
		remove_pci "$goes"
		echo 1 >$pci/rescan
		echo >>/tmp/comings
	done
) &
end=$(($(date +%s) + seconds)) loads=0 bad=0
while [ "$(date +%s)" -lt $end ]; do
	load_module policy=direct || bad=$((bad + 1))
	grep -q . /sys/module/dma_bypass/parameters/"$stays" || bad=$((bad + 1))
	unload_module || bad=$((bad + 1))
	loads=$((loads + 1))
done
io_stop "the device that stayed"
note "$loads loads, $(wc -l </tmp/comings) comings"
same "no load and no unload failed" 0 $bad
ok "the device came often" test "$(wc -l </tmp/comings)" -ge 3
ok "the module too" test $loads -ge 3

ok "loaded" load_module policy=direct
ok "the device is there" wait_for 20 test -d $pci/devices/"$goes"/nvme
same "it is attached" attached "$(cat $pci/devices/"$goes"/dma_bypass/state)"
disk=$(nvme_disk "$goes")
wait_for 20 test -b "$disk"
ok "its data is right" iocheck --from "$disk" --to ram --bytes 2M --block 64k
ok "unloaded" unload_module
ok "the kernel's own path is right" iocheck --from "$disk" --to ram --bytes 2M --block 64k
