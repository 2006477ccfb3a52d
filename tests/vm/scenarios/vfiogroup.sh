# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Two devices of one group: user space has the group for a while by VFIO, through the first one, which takes the TCE
# table away from both. Afterwards the other one translates as before.

nvme=$(dev_of nvme)
edu=$(pci_of 0000 0x11e8)
pci=/sys/bus/pci/devices
plan 12

wait_for 20 test -b /dev/nvme0n1
modprobe vfio-pci
ok "the first device goes to VFIO" sh -c "echo vfio-pci >$pci/$nvme/driver_override &&
	echo $nvme >$pci/$nvme/driver/unbind && echo $nvme >/sys/bus/pci/drivers/vfio-pci/bind"
group=$(readlink $pci/"$nvme"/iommu_group)
same "the other one is in its group" "${group##*/}" "$(basename "$(readlink $pci/"$edu"/iommu_group)")"
mkfifo /tmp/hold
vfiocheck "${group##*/}" </tmp/hold >/tmp/vfiocheck 2>&1 &
holder=$!
exec 4>/tmp/hold
ok "user space has the group" wait_for 10 grep -qx taken /tmp/vfiocheck
exec 4>&-
ok "and lets it go" wait $holder
ok "the first device comes back" sh -c "echo nvme >$pci/$nvme/driver_override &&
	echo $nvme >$pci/$nvme/driver/unbind && echo $nvme >/sys/bus/pci/drivers/nvme/bind"
ok "loaded" load_module policy=translate
ok "the test driver has the other one" insmod /dbp_edu.ko ram_end="$(ram_end)"
edu_at "$edu"
for case in map_page map_sg coherent; do
	pass translate "$case" translate
done
ok "the test driver is unloaded" rmmod dbp_edu
ok "unloaded" unload_module
