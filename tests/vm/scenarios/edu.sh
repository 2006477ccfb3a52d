# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # edu, files, hole, hole_len are set by functions
# A device whose DMA engine is aimed at handles from every function of the DMA API, and every byte compared: in the
# window, translated, outside it (offline memory, persistent memory, other devices' memory), and in lists that mix all.
# WINDOW=no: in a guest without a window; maybe: in one for which the kernel may or may not be able to make one.

params=/sys/module/dma_bypass/parameters
alone="exhaust undo undo_mixed no_table resource far_resource map_phys_mmio mmio_pages"
run=25
: "${WINDOW:=yes}"
if [ "$WINDOW" = maybe ]; then
	insmod /dbp_edu.ko && rmmod dbp_edu
	kernel_has_window || not_here "the window that this kernel wants is too large for the IOMMU pages that there are"
	WINDOW=yes
fi

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
dev=$(dev_of dbp_edu)
edu_at "$dev"

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
count_cases
ok "the test driver is unloaded" rmmod dbp_edu
ok "unloaded" unload_module
