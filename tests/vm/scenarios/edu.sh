# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # put, mapped, cleared... come from mark
# A device whose DMA engine is aimed at handles from every function of the DMA API, and every byte compared: in the
# window, translated, outside it (offline memory, persistent memory, other devices' memory), and in lists that mix all.
# WINDOW=no: in a guest without a window.

params=/sys/module/dma_bypass/parameters
edu_params=/sys/module/dbp_edu/parameters
alone="exhaust undo undo_mixed no_table resource far_resource map_phys_mmio mmio_pages"
run=25
: "${WINDOW:=yes}"

# set_param NAME VALUE...
set_param() {
	while [ $# -gt 0 ]; do
		echo "$2" >$edu_params/"$1" || return
		shift 2
	done
}

# pass MODE CASE EXPECT: runs cases, and passes each on as a result of its own.
pass() {
	set_param expect "$3"
	echo "$2" >"$edu"/run
	grep '^#' "$edu"/result | while IFS= read -r line; do note "$1: ${line#\# }"; done
	sed -n 's/.*bytes=\([0-9]*\).*/\1/p' "$edu"/result >>/tmp/bytes
	grep -E '^(not )?ok ' "$edu"/result >/tmp/cases
	while IFS= read -r line; do
		case $line in
		ok*) result ok "$1: ${line#* - }" ;;
		*) result 'not ok' "$1: ${line#* - }" ;;
		esac
	done </tmp/cases
}

# balance NAME: as many TCEs were cleared since the mark before as were written.
balance() {
	mark "$1"
	note "$1: $mapped TCEs written, $cleared cleared, in $((put + indirect + stuff)) hypercalls"
	ok "$1: the device translated something" test "$mapped" -gt 0
	same "$1: as many TCEs are in use as before" "$mapped" "$cleared"
}

masks="masks coherent32_first coherent32_last streaming32 required_mask"
pmem=no
if [ "$WINDOW" = no ]; then
	plan $((13 + 2 * run + 8))
elif [ -e /sys/bus/nd/devices/region0 ]; then
	plan $((18 + 2 * run + 2 * 8))
	pmem=yes
else
	plan $((18 + 2 * run + 2 * 8 + 5))
fi
[ "$pmem" = no ] || make_dax
ok "loaded" load_module
ok "the test driver is loaded, and asks what mask it needs" insmod /dbp_edu.ko ask_first=1 \
	ram_end="$(ram_end)" mmio="$(mmio_of 0000)" far_mmio="$(mmio_of 0001)"
edu=$(echo /sys/kernel/debug/dbp_edu/*:*)
dev=${edu##*/}
files=/sys/bus/pci/devices/$dev/dma_bypass

# Now the window is there, so that TCEs must go.
ok "a block of memory can be taken away" make_hole
set_param hole "$hole" hole_len "$hole_len" phys "$hole" len "$hole_len"
if [ "$pmem" = yes ]; then
	set_param phys "$(awk '/dax0.0/ { split($1, a, "-"); print "0x" a[1] }' /proc/iomem | head -n 1)" len 0x2000000
fi

mark begin
mode=auto
if [ "$WINDOW" = no ]; then
	pass auto run any
else
	set_param base "$(cat "$files/dma_base")"
	if [ "$pmem" = yes ]; then
		same "the device is taken over" attached "$(cat "$files/state")"
	else
		for case in $masks; do
			pass auto "$case" any
		done
		mode=direct
		ok "to direct" sh -c "echo direct >$params/$dev"
	fi
	pass $mode run direct
	same "no map failed" 0 "$(cat "$files/map_errors")"
fi
balance $mode
ok "to translate" sh -c "echo translate >$params/$dev"
pass translate run translate
balance translate
same "no map failed" 0 "$(cat "$files/map_errors")"
for case in $alone; do
	pass translate "$case" translate
done
if [ "$WINDOW" = yes ]; then
	ok "handles are held" sh -c "echo 8 >$edu/hold"
	ok "to direct" sh -c "echo direct >$params/$dev"
	ok "and released on the path that made them" sh -c "echo 0 >$edu/hold"
	for case in $alone; do
		pass direct "$case" direct
	done
fi
balance "maps that fail"
note "$(awk '{ n += $1 } END { print NR " cases, " n " bytes compared" }' /tmp/bytes)"
ok "the test driver is unloaded" rmmod dbp_edu
ok "unloaded" unload_module
