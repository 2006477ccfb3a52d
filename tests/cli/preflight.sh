# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2012,SC2016,SC2034,SC2086,SC2154 # functions and variables of tests/cli/lib.sh, names of one word
# preflight, and what a report leaves out. Read by tests/cli/run.

fake_guest
kernel=lib/modules/9.9.9-new
build=$DMA_BYPASS_SYSROOT/$kernel/build
# shellcheck disable=SC2016 # for make
fake $kernel/build/Makefile "$(printf 'CC = $(CROSS_COMPILE)gcc\nsrctree = .\ninclude $(M)/Kbuild\nclean: ;')"
fake $kernel/build/scripts/Makefile.build ''
for program in basic/fixdep mod/modpost; do
	fake $kernel/build/scripts/$program '#!/bin/sh'
	chmod +x "$build/scripts/$program"
done
fake $kernel/build/include/generated/autoconf.h ''
fake $kernel/build/include/config/auto.conf "$(printf 'CONFIG_%s=y\n' PPC64 MODULES MODULE_UNLOAD PPC_PSERIES PCI FUNCTION_TRACER KALLSYMS DYNAMIC_FTRACE EVENT_TRACING DEBUG_FS)"
fake $kernel/build/Module.symvers "$(sed -n 's/^symbol\t*\([a-z_]*\).*/0x0	\1	vmlinux	EXPORT_SYMBOL/p' "$top/compat/needs")"
gives "preflight: good" 0 "Nothing speaks against it" preflight -k 9.9.9-new
CC=no-such-compiler
export CC
gives "preflight: the build does not look at CC either" 0 "Nothing speaks against it" preflight -k 9.9.9-new
sed -i 's/^CC = .*/CC = no-such-compiler/' "$build/Makefile"
gives "preflight: no compiler" 1 "the compiler 'no-such-compiler' for .* is not there" preflight -k 9.9.9-new
# shellcheck disable=SC2016 # for make
sed -i 's/^CC = .*/CC = $(CROSS_COMPILE)gcc/' "$build/Makefile"
unset CC
fake sys/module/module/parameters/sig_enforce Y
gives "preflight: no key" 1 'dkms has no key' preflight -k 9.9.9-new
fake etc/dkms/framework.conf.d/key.conf "mok_signing_key=$DMA_BYPASS_SYSROOT/etc/a.key"
fake etc/a.key ''
gives "preflight: a key that a drop-in names" 0 'dkms signs with .*/etc/a.key, which' preflight -k 9.9.9-new
rm "$DMA_BYPASS_SYSROOT/etc/a.key"
fake var/lib/dkms/mok.key ''
gives "preflight: a key" 0 'which the platform must trust' preflight -k 9.9.9-new
rm "$DMA_BYPASS_SYSROOT/var/lib/dkms/mok.key"
fake $kernel/extra/dma_bypass.ko 'no signature'
gives "preflight: a module without a signature" 1 'dma_bypass.ko is not signed' preflight -k 9.9.9-new
fake $kernel/extra/dma_bypass.ko '~Module signature appended~'
gives "preflight: a module with one needs no key" 0 'the module is signed.*must trust' preflight -k 9.9.9-new
mv "$DMA_BYPASS_SYSROOT/$kernel/build" "$DMA_BYPASS_SYSROOT/$kernel/headers"
gives "preflight: and no headers" 0 'note .* cannot be built again' preflight -k 9.9.9-new
mv "$DMA_BYPASS_SYSROOT/$kernel/headers" "$DMA_BYPASS_SYSROOT/$kernel/build"
rm -r "$DMA_BYPASS_SYSROOT/$kernel/extra"
fake var/lib/dkms/mok.key ''
sed -i /FUNCTION_TRACER/d "$DMA_BYPASS_SYSROOT/$kernel/build/include/config/auto.conf"
gives "preflight: no FUNCTION_TRACER" 1 'without CONFIG_FUNCTION_TRACER' preflight -k 9.9.9-new
echo CONFIG_FUNCTION_TRACER=y >>"$build/include/config/auto.conf"
sed -i /plpar_hcall/d "$DMA_BYPASS_SYSROOT/$kernel/build/Module.symvers"
gives "preflight: a symbol is missing" 1 'does not have plpar_hcall' preflight -k 9.9.9-new
rm -r "$DMA_BYPASS_SYSROOT/$kernel/build"
gives "preflight: no headers" 1 'the configuration of the kernel is not there' preflight -k 9.9.9-new

# What drmgr of this version does at a migration.
fake etc/drmgr.d/pmig/dma-bypass ''
mkdir -p "$scratch/drmgr"
for version in 1.3.10 1.3.11; do
	printf '#!/bin/sh\necho "drmgr: version %s"\n' $version >"$scratch/drmgr/drmgr"
	chmod 755 "$scratch/drmgr/drmgr"
	PATH=$scratch/drmgr:$PATH run preflight -k 9.9.9-new
	cp "$scratch/said" "$scratch/drmgr/$version"
done
ok "preflight: a drmgr that calls no hooks is named" grep -q 'note .*powerpc-utils 1.3.10 calls no hooks' "$scratch/drmgr/1.3.10"
ok "preflight: one that does is not" test "$(grep -c powerpc-utils "$scratch/drmgr/1.3.11")" = 0

line='root=/dev/sda2 DB_PASSWORD=hunter2 netroot=iscsi:hunter2@192.0.2.1 ip=192.0.2.7::hunter2:none dyndbg="x hunter2" quiet'
fake proc/cmdline "$line dma_bypass.policy=auto pci=nomsi -- hunter2"
fake var/log/dmesg "[    0.000000] Kernel command line: $line dma_bypass.policy=auto"
run report
ok "report: of the command line only what is no secret" grep -x \
	'root=(removed) DB_PASSWORD=(removed) netroot=(removed) ip=(removed) dyndbg=(removed) quiet dma_bypass.policy=auto pci=nomsi ' \
	"$scratch/said"
ok "report: and nowhere else" test "$(grep -c 'hunter2\|192\.0\.2' "$scratch/said")" = 0

# Names, links, cells.
fake proc/version 'Linux version 6.12.0 (builder@buildhost.example) (gcc 14)'
fake proc/sys/kernel/hostname 'db7.example'
fake etc/os-release 'PRETTY_NAME="An OS"'
fake var/log/dmesg "$(printf '%s\n' 'dma_bypass: at db7, on db7.example (x@db7)' 'iommu: sdb7 stays')"
mkdir -p "$DMA_BYPASS_SYSROOT/proc/device-tree"
ln -s ../../sys/firmware/devicetree/base/pci@800000020000000 "$DMA_BYPASS_SYSROOT/proc/device-tree/pci" 2>/dev/null || :
fake_bytes proc/device-tree/pci@1/ibm,dma-window '\200\0\0\1\0\0\0\2'
mkdir -p "$scratch/out"
gives "report -o" 0 'written to .*only you' report -o "$scratch/out/file"
ok "report: mode 600" test "$(stat -c %a "$scratch/out/file")" = 600
cp "$scratch/out/file" "$scratch/said"
ok "report: no name of this machine, nor of that which built the kernel" test "$(grep -c 'buildhost\|at db7\|db7\.example' "$scratch/said")" = 0
ok "report: other words stay" grep -q 'sdb7 stays' "$scratch/said"
ok "report: cells in their order" grep -q 'ibm,dma-window: 80000001 00000002' "$scratch/said"
ok "report: the system and the program" sh -c 'grep -q "An OS" "$0" && grep -q "^dma-bypass [0-9]" "$0"' "$scratch/said"
ln -s file "$scratch/out/link"
gives "report: not through a link" 6 'is a link' report -o "$scratch/out/link"
chmod 644 "$scratch/out/file"
gives "report: over a file that others can read" 0 'written to' report -o "$scratch/out/file"
ok "report: only the owner can read the new one" test "$(stat -c %a "$scratch/out/file")" = 600
gives "report: not to a device" 6 'no file' report -o /dev/null
ok "report: nothing is left beside it" test "$(ls "$scratch/out" | tr '\n' ' ')" = "file link "
