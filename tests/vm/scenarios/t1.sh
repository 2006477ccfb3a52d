plan 3
ok "make dax" make_dax
ok "dax there" test -c /dev/dax0.0
ok "corrupts" iocheck --from /dev/nvme0n1 --to /dev/dax0.0 --bytes 1048576 --block 65536 --show 1
cat /proc/iomem
