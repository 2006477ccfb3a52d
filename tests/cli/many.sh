# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2086,SC2154 # functions and variables of tests/cli/lib.sh, names of one word
# A machine with a thousand functions, each with a location code and a line in the file: nothing may be read more than
# once, and no process be started for each. Read by tests/cli/run.

fake_guest
devices=$DMA_BYPASS_SYSROOT/sys/bus/pci/devices
mkdir -p "$DMA_BYPASS_SYSROOT/etc"
many=1000
# One tree of plain files, made by two programs, since copying a thousand takes its time.
awk -v n="$many" 'BEGIN { for (i = 0; i < n; i++) printf "0001:%02x:%02x.%d\n", i / 256, int(i / 8) % 32, i % 8 }' >"$scratch/list"
cp "$devices/$fake_device/class" "$scratch/class"
while read -r address; do
	mkdir -p "$devices/$address/dma_bypass" "$DMA_BYPASS_SYSROOT/$fake_endpoint/$address"
	ln "$devices/$fake_device"/dma_bypass/* "$devices/$address/dma_bypass/"
	ln "$devices/$fake_device/dma_mask_bits" "$devices/$fake_device/class" "$devices/$address/"
	ln -s ../../drivers/nvme "$devices/$address/driver"
	ln -s "../../../../firmware/devicetree/base/pci@800000020000000/$address" "$devices/$address/of_node"
	: >"$DMA_BYPASS_SYSROOT/$fake_endpoint/$address/name"
	printf 'U1-%s\0' "$address" >"$DMA_BYPASS_SYSROOT/$fake_endpoint/$address/ibm,loc-code"
	echo auto >"$DMA_BYPASS_SYSROOT/sys/module/dma_bypass/parameters/$address"
	echo "loc:U1-$address translate"
done <"$scratch/list" >"$DMA_BYPASS_SYSROOT/etc/dma-bypass.conf"

# within SECONDS NAME ARGUMENT...: it ends well, and takes no more of the processor than that.
within() {
	limit=$1 label=$2
	shift 2
	status=0
	# shellcheck disable=SC2016 # for the inner shell
	sh -c '"$@" >"$0" 2>&1; status=$?; times >>"$0.times"; exit $status' "$scratch/said" $shell "$top/scripts/dma-bypass" "$@" \
		</dev/null || status=$?
	seconds=$(awk '{ for (i = 1; i <= 2; i++) { split($i, a, /[ms]/); n = a[1] * 60 + a[2]; t += n } last = t; t = 0 } END { print last }' "$scratch/said.times")
	echo "# $label: $seconds s of the processor"
	ok "$label: status" test $status = 0
	ok "$label: within $limit s" awk -v a="$seconds" -v b="$limit" 'BEGIN { exit !(a <= b) }'
	rm "$scratch/said.times"
}

within 5 "apply to $many devices" apply
ok "each has its mode" test "$(grep -lx translate "$DMA_BYPASS_SYSROOT"/sys/module/dma_bypass/parameters/0001:* | wc -l)" = "$many"
within 5 "status of $many devices" status
ok "each is shown" test "$(grep -c '^0001:' "$scratch/said")" = "$many"
within 5 "status -j of $many devices" status -j
within 5 "metrics of $many devices" metrics
within 5 "why, among $many devices" why loc:U1-0001:00:00.1
within 5 "set --persist, among $many devices" set 0001:00:00.1 direct --persist
within 5 "apply to one, among $many devices" apply 0001:00:00.1
rm -rf "${DMA_BYPASS_SYSROOT:?}"
