# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # create, remove come from mark
# Each step of making a window fails once: the device stays with the kernel, the reason names the step, nothing is left
# over, the data is right, and the next try succeeds.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
files=/sys/bus/pci/devices/$nvme/dma_bypass
params=/sys/module/dma_bypass/parameters
wait_for 20 test -b $disk
needs_no_kernel_window
plan 53

read_some() {
	iocheck --from $disk --to ram --bytes 512k --block 4k
}

# fails STEP WORDS CREATED REMOVED IN_THE_WAY ARGS...: the module is loaded while a step fails.
fails() {
	step=$1 words=$2 created=$3 removed=$4 in_the_way=$5
	shift 5
	ok "$step: in the way" insmod /"$in_the_way".ko "$@"
	mark "$step"
	ok "$step: loaded" load_module
	mark "$step"
	same "$step: made" "$created" "$create"
	same "$step: removed" "$removed" "$remove"
	ok "$step: the log says why" sh -c "dmesg | grep -q 'dma_bypass: $nvme: no direct window: .*$words'"
	same "$step: no window" none "$(cat "$files/window")"
	ok "$step: data is right" read_some
	[ "$step" != slot ] || not_ok "slot: direct is refused" sh -c "echo direct >$params/$nvme"
	ok "$step: out of the way" rmmod "$in_the_way"
}

fails query 'did not say' 0 0 dbp_rtas call=query
ok "query: asked again, it is made" sh -c "echo direct >$params/$nvme"
same "query: the window" own "$(cat "$files/window")"
ok "query: data is right" read_some
ok "query: unloaded" unload_module

fails create 'did not make it' 0 0 dbp_rtas call=create
ok "create: asked again, it is made" sh -c "echo direct >$params/$nvme"
ok "create: unloaded" unload_module

fails slot 'none left' 0 0 dbp_window device="$nvme"
ok "slot: unloaded" unload_module

# The first page size that fails is given up for the next smaller one.
ok "fill: in the way" insmod /dbp_rtas.ko call=fill status=-4
mark fill
ok "fill: loaded" load_module
mark fill
same "fill: two windows made" 2 "$create"
same "fill: the one that could not be filled removed" 1 "$remove"
same "fill: attached" attached "$(cat "$files/state")"
ok "fill: the smaller page size" test "$(cat "$files/tce_shift")" -lt 24
ok "fill: data is right" read_some
ok "fill: out of the way" rmmod dbp_rtas
ok "fill: unloaded" unload_module

ok "busy: in the way" insmod /dbp_rtas.ko call=create status=9900 times=3
ok "busy: loaded" load_module
same "busy: three times" 3 "$(cat /sys/module/dbp_rtas/parameters/hits)"
same "busy: attached all the same" attached "$(cat "$files/state")"
ok "busy: out of the way" rmmod dbp_rtas
ok "busy: unloaded" unload_module

ok "remove: loaded" load_module
ok "remove: in the way" insmod /dbp_rtas.ko call=remove
ok "remove: unloaded" unload_module
ok "remove: the log says what is left" sh -c "dmesg | grep -q 'ibm,remove-pe-dma-window returned -3'"
ok "remove: data is right" read_some
ok "remove: out of the way" rmmod dbp_rtas
