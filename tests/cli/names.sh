# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2086,SC2154 # functions and variables of tests/cli/lib.sh, names of one word
# Names that administrators use for devices, which module would be loaded, and what goes away while it is looked at. Read
# by tests/cli/run.

# --- names

fake_guest
r=$DMA_BYPASS_SYSROOT
pci=$r/sys/bus/pci/devices/$fake_device
virtual=$r/sys/devices/virtual
mkdir -p "$pci/nvme/nvme0/nvme0n1/nvme0n1p1" "$pci/net/eth0" "$pci/host0/fc_host/host0" "$pci/infiniband/mlx5_0" \
	"$pci/host0/scsi_host/host0" "$r/dev/disk/by-id" "$r/dev/mapper" "$r/dev/vg"
: >"$pci/nvme/nvme0/nvme0n1/nvme0n1p1/partition"
for class in net/eth0 nvme/nvme0 infiniband/mlx5_0; do
	mkdir -p "$r/sys/class/${class%/*}"
	ln -s "$pci/$class" "$r/sys/class/$class"
done
mkdir -p "$r/sys/class/block" "$r/sys/class/fc_host" "$r/sys/class/scsi_host"
ln -s "$pci/nvme/nvme0/nvme0n1" "$pci/nvme/nvme0/nvme0n1/nvme0n1p1" "$r/sys/class/block/"
ln -s "$pci/host0/fc_host/host0" "$r/sys/class/fc_host/host0"
ln -s "$pci/host0/scsi_host/host0" "$r/sys/class/scsi_host/host0"

# made_of NAME CLASS LINK TARGET...: a virtual device, and what it is made of.
made_of() {
	mkdir -p "$virtual/$2/$1/$(dirname "$3")"
	[ -e "$r/sys/class/$2/$1" ] || ln -s "$virtual/$2/$1" "$r/sys/class/$2/$1"
	ln -s "$4" "$virtual/$2/$1/$3"
}
made_of dm-0 block slaves/nvme0n1p1 "$pci/nvme/nvme0/nvme0n1/nvme0n1p1"
made_of dm-1 block slaves/dm-0 "$virtual/block/dm-0"
made_of md0 block slaves/dm-1 "$virtual/block/dm-1"
mkdir -p "$virtual/block/md0/md0p1"
: >"$virtual/block/md0/md0p1/partition"
ln -s "$virtual/block/md0/md0p1" "$r/sys/class/block/"
made_of bond0 net lower_eth0 "$pci/net/eth0"
made_of bond0.100 net lower_bond0 "$virtual/net/bond0"
made_of br0 net lower_bond0.100 "$virtual/net/bond0.100"
mkdir -p "$virtual/block/dm-1/dm" "$virtual/net/lo"
ln -s "$virtual/net/lo" "$r/sys/class/net/lo"
echo vg-data >"$virtual/block/dm-1/dm/name"
for node in nvme0n1 nvme0n1p1 dm-0 dm-1 md0; do
	: >"$r/dev/$node"
done
ln -s ../../nvme0n1 "$r/dev/disk/by-id/nvme-eui.1"
ln -s ../dm-1 "$r/dev/mapper/vg-data"
ln -s ../dm-1 "$r/dev/vg/data"
for name in nvme0n1 /dev/nvme0n1p1 nvme0 /dev/disk/by-id/nvme-eui.1 disk/by-id/nvme-eui.1 dm-0 /dev/dm-1 /dev/mapper/vg-data \
	/dev/vg/data vg-data md0 md0p1 eth0 bond0 bond0.100 br0 host0 mlx5_0; do
	gives "name: $name" 0 "^$fake_device at " why "$name"
done
gives "name: lo is none" 5 'lo is no PCI device nor made of any' why lo
gives "name: nothing there" 5 "no PCI device '/dev/disk/by-id/none'" why /dev/disk/by-id/none
gives "status shows names" 0 "^$fake_device .* eth0 nvme0n1" status
gives "status of one device" 0 "^$fake_device " status nvme0n1
gives "status of none" 5 'no PCI device' status nosuch0

# A second controller, and a name that is made of both.
mkdir -p "$r/sys/bus/pci/devices/0000:02:00.0/nvme/nvme1/nvme1n1"
ln -s "$r/sys/bus/pci/devices/0000:02:00.0/nvme/nvme1/nvme1n1" "$r/sys/class/block/"
made_of md0 block slaves/nvme1n1 "$r/sys/bus/pci/devices/0000:02:00.0/nvme/nvme1/nvme1n1"
gives "name: made of two devices" 2 "names several devices \($fake_device 0000:02:00.0\)" why md0

# --- no name may command the terminal

fake_guest
esc=$(printf '\033')
fake_bytes $fake_endpoint/disk@0/ibm,loc-code 'U1\033[2J-P0\0'
fake_driver "nv${esc}[31mme"
for command in status "status -j" "why $fake_device" metrics "why no${esc}[2Jname" "dance${esc}[2J" "set $fake_device o${esc}ff"; do
	run $command
	ok "raw: nothing, by $(echo "$command" | tr -d "$esc")" test "$(tr -d '\n\t -~' <"$scratch/said" | wc -c)" -eq 0
done

# --- what goes away meanwhile

gone() {
	rm -rf "$r/sys/module/dma_bypass" "$pci/dma_bypass"
}

fake_observed
cp "$scratch/meanwhile" "$scratch/observed" 2>/dev/null || :
maps
echo "rm -rf $r/sys/module/dma_bypass $pci/dma_bypass" >>"$scratch/meanwhile"
gives "verify: the module goes" 3 'the module was unloaded meanwhile' verify $fake_device
fake_guest
meanwhile "rm -rf $r/sys/module/dma_bypass $pci/dma_bypass"
gives "stat: the module goes" 3 'the module was unloaded meanwhile' stat 1 2
fake_guest
gives "status -m: the module goes" 3 'the module was unloaded meanwhile' status -m 1
fake_guest
gives "plan: the module goes" 3 'the module was unloaded meanwhile' plan 1
unset DMA_BYPASS_LIB

# A verify that was killed, and could do nothing any more.
fake_observed
dead=$($shell -c 'echo $$')
mkdir -p "$r/sys/kernel/tracing/instances/dma-bypass-$dead"
fake run/dma-bypass/counting.$dead ''
fake sys/module/dma_bypass/parameters/count_direct Y
maps 12000 800000000012000
gives "verify, after one that was killed" 0 'verdict: right' verify $fake_device
ok "what that left is gone" test ! -e "$r/sys/kernel/tracing/instances/dma-bypass-$dead"
ok "and counting, which it had begun" grep -qx N "$r/sys/module/dma_bypass/parameters/count_direct"
unset DMA_BYPASS_LIB

fake_guest
fake sys/kernel/security/lockdown 'none integrity [confidentiality]'
gives "verify: locked down" 4 'locked down .confidentiality.*status, .* work' verify $fake_device

# full ARGUMENT...: to a full disk; the status is in $status.
full() {
	status=0
	$shell "$top/scripts/dma-bypass" "$@" >/dev/full 2>"$scratch/said" </dev/null || status=$?
}
for command in status "status -j" metrics "why $fake_device" list version help report "status -o address" "stat 1 1"; do
	fake_guest
	mkdir -p "$r/etc"
	meanwhile :
	full $command
	ok "a full disk: $command fails" test $status = 6
	ok "a full disk: $command says so" grep -q 'could not be written' "$scratch/said"
done
unset DMA_BYPASS_LIB

# --- which module?

modules=lib/modules/$fake_release
fake_guest
fake_unload
fake $modules/extra/dma_bypass.ko old
fake $modules/updates/dkms/dma_bypass.ko '~Module signature appended~'
fake sys/module/module/parameters/sig_enforce Y
gives "module: updates come before extra" 1 'BROKEN  module .*this one is signed' why $fake_device
gives "preflight: judges the same" 0 'updates/dkms/dma_bypass.ko' preflight
rm -r "$r/$modules/extra"
mv "$r/$modules/updates/dkms/dma_bypass.ko" "$r/$modules/updates/dkms/dma_bypass.ko.bak"
gives "module: a copy under another name is none" 1 'BROKEN  module .*not built' why $fake_device
fake_guest
fake_unload
fake $modules/updates/dkms/dma_bypass.ko x
fake $modules/modules.dep 'kernel/a.ko:'
gives "module: depmod does not know it" 1 'BROKEN  module .*modprobe does not know' why $fake_device
fake $modules/modules.dep 'updates/dkms/dma_bypass.ko:'
fake proc/sys/kernel/modules_disabled 1
gives "module: the kernel takes none any more" 1 'BROKEN  module .*modules_disabled' why $fake_device
gives "preflight: nor that" 1 'PROBLEM .*modules_disabled' preflight
fake proc/sys/kernel/modules_disabled 0
fake sys/fs/selinux/enforce 1
fake var/log/dmesg 'audit: type=1400 avc:  denied  { module_load } for  pid=1 comm="modprobe" path="/lib/dma_bypass.ko"'
gives "module: SELinux" 1 'BROKEN  module .*SELinux' why $fake_device

fake_guest
fake $modules/build/include/config/auto.conf CONFIG_PCI=y
fake sys/module/module/parameters/sig_enforce Y
fake etc/keys/my.key x
for form in "mok_signing_key=$r/etc/keys/my.key" "  mok_signing_key = nonsense
mok_signing_key='$r/etc/keys/my.key'	# ours" "export mok_signing_key=\"$r/etc/keys/my.key\"" "keys=$r/etc/keys
mok_signing_key=\${keys}/my.key" "mok_signing_key=pkcs11:object=my.key"; do
	fake etc/dkms/framework.conf "$form"
	run preflight
	ok "preflight: a key of dkms: $(echo "$form" | tail -n 1 | sed "s,$r,,")" grep -q 'dkms signs with .*my.key, which' "$scratch/said"
done
fake etc/dkms/framework.conf "#mok_signing_key=$r/etc/keys/my.key"
gives "preflight: a comment is no key" 1 'dkms has no key' preflight
