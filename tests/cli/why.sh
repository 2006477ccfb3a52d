# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2086,SC2154 # functions and variables of tests/cli/lib.sh, names of one word
# why: each link of the chain, broken on purpose. Read by tests/cli/run.

fake_guest
gives "why: all is well" 0 'No link is broken' why $fake_device
gives "why: the window" 0 'window +pre-mapped: 1048576 MiB from bus address 0x0800000000000000 on, in pages of 16384 KiB' why $fake_device

fake proc/cpuinfo 'platform	: PowerNV'
why "bare metal" machine 'no POWER guest'
fake sys/devices/system/cpu/svm 1
why "secure guest" machine 'secure guest'
rm "$DMA_BYPASS_SYSROOT/sys/bus/pci/devices/$fake_device/driver"
why "no driver" driver 'no driver is bound'
fake_driver vfio-pci
why "VFIO" driver 'user space owns its DMA'
fake proc/cmdline 'quiet disable_ddw'
why "disable_ddw" cmdline disable_ddw
rm "$DMA_BYPASS_SYSROOT/$fake_endpoint/ibm,ddw-applicable"
why "ddw=off" firmware 'offers no dynamic windows'
rm "$DMA_BYPASS_SYSROOT/$fake_endpoint"/linux,* && fake_query 'lb=40000 ps=0 wn=1'
why "page sizes" pages 'no page size'
rm "$DMA_BYPASS_SYSROOT/$fake_endpoint"/linux,* && fake_query 'lb=80 ps=7 wn=1'
why "largest block" block 'does not span all RAM'
fake_query 'ignored' && sed -i 's/returned 0.*/returned -3/' "$DMA_BYPASS_SYSROOT/var/log/dmesg"
why "query refused" query 'refused the question'
rm "$DMA_BYPASS_SYSROOT/$fake_endpoint"/linux,* && fake sys/bus/pci/devices/$fake_device/dma_mask_bits 32
why "32-bit mask" mask '32 bits'
fake sys/bus/pci/devices/$fake_device/dma_mask_bits 48
why "mask below the window" reach '48 bits does not reach'
rm -r "$DMA_BYPASS_SYSROOT/$fake_endpoint"/linux,* "$DMA_BYPASS_SYSROOT/proc/device-tree/ibm,dynamic-reconfiguration-memory"
why "no hot-pluggable memory" window 'no hot-pluggable memory'
rm "$DMA_BYPASS_SYSROOT/$fake_endpoint"/linux,*
fake_values window own
gives "why: a window of the module's own" 0 'window +made by the module: 1048576 MiB from bus address 0x8' why $fake_device
fake_values window none reason 'no direct window: the hypervisor has none left for its partitionable endpoint'
why "no window left" window 'has none left'
fake_values reason 'no direct window: no page size that the hypervisor offers fits the borders of RAM'
rm "$DMA_BYPASS_SYSROOT/$fake_endpoint"/linux,*
why "no page size, and no log of the answer" pages 'no page size that the hypervisor offers'
fake_window dma64
why "dynamic window" window 'nothing is mapped beforehand'
fake_unload && fake etc/modprobe.d/local.conf 'blacklist dma_bypass'
why "blacklisted in modprobe.d" module 'blacklisted: .*local.conf'
fake_unload && fake proc/cmdline 'module_blacklist=foo,dma_bypass'
why "blacklisted on the command line" module 'blacklisted: module_blacklist='
fake_unload && mkdir -p "$DMA_BYPASS_SYSROOT/lib/modules/$fake_release"
why "headers missing" module 'headers are missing'
fake_unload && fake lib/modules/$fake_release/build/Makefile ''
why "not built" module 'although the headers are there'
fake_unload && fake lib/modules/$fake_release/updates/dkms/dma_bypass.ko unsigned &&
	fake sys/module/module/parameters/sig_enforce Y
why "unsigned under enforcement" module 'is not signed'
fake_unload && fake lib/modules/$fake_release/updates/dkms/dma_bypass.ko unsigned &&
	fake sys/kernel/security/lockdown 'none [integrity] confidentiality'
why "unsigned under lockdown" module 'is not signed'
fake_unload && fake lib/modules/$fake_release/updates/dkms/dma_bypass.ko '~Module signature appended~' &&
	fake sys/module/module/parameters/sig_enforce Y
why "signed, but not loaded" module 'it is not loaded, and .* signed with a key which it trusts; this one is signed'
fake_unload && fake lib/modules/$fake_release/updates/dkms/dma_bypass.ko unsigned &&
	fake lib/modprobe.d/10-unsupported-modules.conf 'allow_unsupported_modules 0'
why "not supported by SUSE" module 'only modules that SUSE supports \(.*/lib/modprobe.d/10-'
fake_unload && fake lib/modules/$fake_release/updates/dkms/dma_bypass.ko unsigned &&
	fake lib/modprobe.d/10-unsupported-modules.conf 'allow_unsupported_modules 0' &&
	fake etc/modprobe.d/10-unsupported-modules.conf 'allow_unsupported_modules 1'
why "allowed by the administrator" module 'it is not loaded$'
fake_unload && fake lib/modules/$fake_release/updates/dkms/dma_bypass.ko unsigned &&
	fake var/log/dmesg 'dma_bypass: not loaded: this is a secure guest'
why "the module refused" module 'not loaded: this is a secure guest'
fake_values mode off state off
why "mode off" mode 'it is off'
fake_values mode translate
why "mode translate" mode 'it is translate'
fake_values state refused reason 'its DMA operations are not those of a POWER guest, so it is left alone'
why "foreign operations" decision 'left alone'
fake_values direct_size 0
why "nothing proved" decision 'no RAM goes direct'
