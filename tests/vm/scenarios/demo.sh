# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# What scripts/demo shows: wrong data without the module, right data with it. Its notes are what a person reads.

nvme=$(dev_of nvme)
files=/sys/bus/pci/devices/$nvme/dma_bypass

# transfer WHEN: moves data, says how much of it is wrong, and leaves that in $wrong.
transfer() {
	iocheck --from /dev/nvme0n1 --to /dev/dax0.0 --bytes 64M --block 64k --show 1 >/tmp/output 2>&1
	wrong=$(sed -n 's/.*blocks=[0-9]* wrong=\([0-9]*\).*/\1/p' /tmp/output)
	if [ "${wrong:-0}" != 0 ]; then
		note "  the first wrong block, at byte $(sed -n 's/^wrong .*first=\([0-9]*\).*/\1/p' /tmp/output):"
		note "    expected $(sed -n 's/^wrong .*expected=\([0-9a-f]*\).*/\1/p' /tmp/output)"
		note "    got      $(sed -n 's/^wrong .*got=\([0-9a-f]*\).*/\1/p' /tmp/output)"
	fi
	note "$1: $(sed -n 's/.*blocks=\([0-9]*\) .*/\1/p' /tmp/output) blocks compared, ${wrong:-all} wrong"
}

plan 4
ok "there is persistent memory" make_dax
note "O_DIRECT reads from NVMe into persistent memory, Linux $(uname -r), 64 MiB:"
transfer before
ok "without the module data is corrupted" test "${wrong:-0}" -gt 0
note "loading dma_bypass while NVMe is in use"
ok "the module is loaded" load_module count_direct=1
transfer after
ok "with the module all is right" test "$wrong" = 0
note "$files:"
for file in mode state reason window window_size direct_size direct_maps translated_maps map_errors; do
	note "  $(printf %-16s $file) $(cat "$files/$file")"
done
