# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # files, debug, hole, hole_len are set by functions
# RAM that ends inside an LMB, and inside a page of the window (mem=1500M, pages of 16 MiB): the kernel maps whole
# pages only, and goes direct with the rest as well. Start with --arg mem=1500M.

disk=/dev/nvme0n1
nvme=$(dev_of nvme)
watched "$nvme"
plan 8
wait_for 20 test -b $disk
end=$(ram_end)
page=$((16 << 20))
ok "RAM ends inside a page" test $((end % page)) != 0

move() {
	iocheck --from ram --to $disk --bytes 64M --block 64k >/tmp/moved 2>&1
}
move
note "the kernel alone: $(tail -n 1 /tmp/moved)"
# What the kernel alone does is for docs/upstream.md, and may be mended one day; so is where its memory comes from.
same "the kernel alone is wrong" "${ALONE:-wrong}" "$(! move && echo wrong || echo right)"
ok "loaded" load_module
same "the device is attached" attached "$(cat "$files/state")"
ok "the data is right" move
cp /tmp/moved /tmp/output
note "with the module: $(tail -n 1 /tmp/moved)"
same "what the window maps is direct, up to its last page" $((end / page * page)) "$(cat "$files/direct_size")"
not_ok "the window does not have the rest" window_has $((end - 0x10000))
ok "unloaded" unload_module
