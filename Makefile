# SPDX-License-Identifier: GPL-2.0
# Builds the kernel module dma_bypass. "make help" lists what there is.

# What the kernel's build system takes from the environment, and somebody has exported for another build, is not meant
# for this one. BUILD, FAULTS and FRESH are for the command line too.
unexport CDPATH GREP_OPTIONS M O MO BUILD FAULTS FRESH SRCARCH SUBARCH srctree objtree abs_srctree abs_objtree \
	sub_make_done sub-make-done need-sub-make building_out_of_srctree \
	$(filter-out KBUILD_BUILD_% KBUILD_SIGN_PIN KBUILD_VERBOSE,$(filter KBUILD_% DBP_%,$(.VARIABLES)))
$(foreach name,BUILD FAULTS FRESH,$(if $(filter environment,$(origin $(name))),$(eval $(name) :=)))
$(foreach name,M O MO KBUILD_OUTPUT KBUILD_EXTMOD KBUILD_EXTMOD_OUTPUT KBUILD_SRC,$(if \
	$(filter command,$(firstword $(origin $(name)))),$(error dma_bypass: $(name)= is of no use \
	here: say with KDIR= which kernel tree to build for, and with BUILD= where to build)))

native := $(filter ppc64 ppc64le,$(shell uname -m))
ifneq ($(native),)
KDIR ?= /lib/modules/$(shell uname -r)/build
else
CROSS_COMPILE ?= powerpc64le-linux-gnu-
endif
# The kernel has one name for all of them, and people have exported what uname says.
ifneq ($(filter-out powerpc ppc ppc64 ppc64le ppc64el powerpc64 powerpc64le,$(ARCH)),)
asked_arch := $(ARCH)
need_power = $(error dma_bypass: ARCH=$(asked_arch) is not POWER: leave it out, or say ARCH=powerpc)
endif
override ARCH := powerpc

# $(1): what the path is of, $(2): the path. It goes through several shells and makes unquoted.
strange = $(filter-out 0,$(shell printf %s '$(subst ','\'',$(2))' | LC_ALL=C tr -d 'A-Za-z0-9_/.+@~^-' | wc -c))
check_path = $(if $(call strange,$(1),$(2)),$(error dma_bypass: the kernel's build system cannot \
	work with the path of the $(1), $(2): there may be letters and digits in it, and _ / . + - @ ~ ^, but nothing else))
$(call check_path,sources,$(CURDIR))
$(if $(filter-out file undefined,$(origin KDIR)),$(call check_path,kernel tree,$(value KDIR)))
$(if $(filter-out undefined file,$(origin BUILD)),$(call check_path,build directory,$(value BUILD)))

need_kdir = $(need_power)$(if $(KDIR),,$(error dma_bypass: this machine is not POWER: say for which kernel to build, as in make KDIR=/path/to/kernel/tree))
tree := $(abspath $(KDIR))
release = $(shell sed -n 's/^.define UTS_RELEASE "\(.*\)"/\1/p' $(tree)/include/generated/utsrelease.h 2>/dev/null)
build := $(abspath $(or $(BUILD),build/$(or $(release),unknown)))
# More than one word, as with ccache, came by the command line or the environment, and goes on in the same way.
kargs := ARCH=powerpc $(if $(filter 1,$(words $(CROSS_COMPILE))),CROSS_COMPILE=$(CROSS_COMPILE))
kbuild = $(MAKE) --no-print-directory -C $(tree) $$(cat $(build)/kbuild-args)
probe = KDIR='$(tree)' BUILD='$(build)' KARGS='$(kargs)' MAKE='$(MAKE)' FRESH='$(FRESH)' $(SHELL) compat/probe
kmod_sources := $(wildcard $(CURDIR)/tests/kmod/*.c)
CHECKPATCH ?= $(need_kdir)$(tree)/scripts/checkpatch.pl

all: module

# Kbuild compiles beside the source, so the build directory gets links to the sources.
# $(1): directory in the build directory, $(2): source files
define link_sources
	@mkdir -p $(build)/$(1)
	@find $(build)/$(1) -maxdepth 1 -type l -exec rm {} +
	@ln -s $(2) $(build)/$(1)/
endef

# $(1): directory in the build directory, $(2): extra lines
define write_kbuild
	@printf '%s\n' 'DBP_TOP := $(CURDIR)' 'DBP_BUILD := $(build)' $(2) \
		'include $$(DBP_TOP)/Kbuild' >$(build)/$(1)Kbuild
endef

answers:
	$(need_kdir)@$(probe)

# What can be said of the tree without compiling anything: for dma-bypass preflight.
tree:
	$(need_kdir)@$(probe) tree

sources: answers
	$(call link_sources,src,$(CURDIR)/src/*.c)
	$(call link_sources,compat,$(CURDIR)/compat/*.c)
	$(if $(FAULTS),$(call link_sources,faults,$(CURDIR)/tests/faults/*.c))
	$(call write_kbuild,,$(if $(FAULTS),'DBP_FAULTS := $(subst 1,faults,$(FAULTS))'))

module: sources
	@+$(kbuild) M=$(build) modules
ifndef BUILD
	@cmp -s $(build)/dma_bypass.ko dma_bypass.ko || cp $(build)/dma_bypass.ko .
endif

kmods: answers
	$(call link_sources,kmod,$(kmod_sources))
	$(call write_kbuild,kmod/,'DBP_KMODS := $(notdir $(kmod_sources:.c=.o))')
	@+$(kbuild) M=$(build)/kmod modules

probes: answers
	@sed -n 's/^#define DBP_HAVE_\(.*\) \([01]\)$$/\2 \1/p' $(build)/dbp_answers.h

# Sparse looks at every file again, built or not. The kernel only mutters when it finds sparse too old.
sparse: sources
	@+$(kbuild) M=$(build) C=2 CF='-D__CHECK_ENDIAN__ $(CF)' modules 2>$(build)/sparse.log || \
		{ cat $(build)/sparse.log >&2; exit 1; }
	@! grep -E '^[^ ]*:[0-9]+(:[0-9]+)?: ((warning|error):|C=2 specified)' $(build)/sparse.log

# Not for us: kmalloc_obj() is newer than most kernels here, our dma_map_ops are made per device, and the name
# of an RTAS call is no function's.
checkpatch:
	@$(CHECKPATCH) --no-tree --strict --ignore ALLOC_WITH_SIZEOF,CONST_STRUCT,EMBEDDED_FUNCTION_NAME --terse --no-summary --show-types -f \
		$(wildcard src/*.[ch] include/*.h include/*/*.h compat/*.[ch] compat/probes/*.[ch] tests/*/*.[ch])

# The floors of src/: docs/design.md.
house: $(if $(KDIR),module)
	@$(if $(KDIR),scripts/house $(build) $(CROSS_COMPILE)nm,kernel=$$(scripts/kernel get 7.3-pmem) && \
		$(MAKE) --no-print-directory house KDIR="$$kernel/build")

unit:
	@tests/unit/run

prove:
	@tests/proofs/run

# Needs clang with its libFuzzer.
fuzz:
	@tests/unit/run fuzz $(or $(INPUTS),10000000)

check:
	@scripts/check

check-full:
	@scripts/check full

# One scenario, on each kernel that has it, or on that of KERNEL.
test-%:
	@scripts/check guests '^$(or $(KERNEL),[^ ]*) +$*[ :]'

check-debug:
	@scripts/check suite 7.3-debug

# The suite on any kernel that somebody has. Its release names it among the results.
check-kernel:
	$(if $(and $(KDIR),$(VMLINUX)),,$(error Say which kernel: make check-kernel KDIR=tree VMLINUX=image [MODULES=dir]))
	@scripts/kernel add 'own-$(or $(release),unknown)' '$(tree)' '$(VMLINUX)' $(MODULES)
	@scripts/check suite 'own-$(or $(release),unknown)' '$(ONLY)'

# What was run last on each kernel that is present, and has results.
docs-kernels:
	@for kernel in $$(scripts/kernel present); do \
		scripts/kernel-table record $$kernel || exit 1; done
	@scripts/kernel-table print >docs/kernels.new && mv docs/kernels.new docs/kernels.md

cycles:
	@scripts/endure cycles $(KERNEL)

soak:
	@scripts/endure soak '$(or $(SECONDS),1800)' '$(SEED)' '$(or $(KERNEL),7.3-pmem)'

demo:
	@scripts/demo

bench:
	@scripts/bench $(if $(QUICK),--quick)

modules_install: module
	@+$(kbuild) M=$(build) modules_install

install: modules_install

dist deb rpm:
	@scripts/dist $(subst dist,tarball,$@)

check-packages:
	@tests/packages/run

check-dkms:
	@tests/dkms/versions
	@tests/dkms/run

clean:
	@rm -rf build dma_bypass.ko

help:
	@echo 'make [KDIR=tree]     build dma_bypass.ko for the running kernel, or for the kernel tree given'
	@echo 'make install         build and install it'
	@echo 'make kmods           build the kernel modules of the tests'
	@echo 'make probes          show what the kernel tree has and has not (FRESH=1: ask it again)'
	@echo 'make house           show the floors of src/, and what does not keep to them (docs/design.md)'
	@echo 'make test-NAME       run one scenario of tests/vm/scenarios (KERNEL=7.3-pmem: on that kernel only)'
	@echo 'make unit            run the tests that need no kernel'
	@echo 'make prove           prove orderings, a device'\''s life, arithmetic (docs/proofs.md)'
	@echo 'make fuzz            search for inputs that break the parsers (INPUTS=10000000)'
	@echo 'make check           run all checks'
	@echo 'make check-full      run the test device on more kernels and windows'
	@echo 'make check-debug     run all scenarios on a kernel that looks for faults (slow)'
	@echo 'make cycles          load, unload and toggle under verified I/O (CYCLES=1000 TOGGLES=10000 KERNEL="5.10-pmem 6.12 7.3-pmem")'
	@echo 'make soak            the same, hot plug and more at random (SECONDS=1800 SEED=number KERNEL=7.3-pmem)'
	@echo 'make check-kernel    run all scenarios on a kernel of yours: KDIR=tree VMLINUX=image [MODULES=dir] [ONLY=regex]'
	@echo 'make docs-kernels    write into docs/kernels.md what the last runs showed of each kernel'
	@echo 'make demo            show in an emulated machine what dma_bypass does'
	@echo 'make bench           measure it in emulated machines (QUICK=1: in three minutes)'
	@echo 'make sparse          check types and byte orders with sparse'
	@echo 'make checkpatch      check the style with the checkpatch.pl of the kernel tree, or with CHECKPATCH='
	@echo 'make dist            make the tarball of the sources, build/dist/dma_bypass-VERSION.tar.gz'
	@echo 'make deb, make rpm   make the Debian package, the RPM packages, from it'
	@echo 'make check-packages  test the scripts of the packages, build them, and run lintian and rpmlint'
	@echo 'make check-dkms      build with dkms 2.8, 3.0, 3.2; install, boot, upgrade, purge on an emulated Debian (long)'
	@echo 'make clean           remove what was built'
	@echo
	@echo 'BUILD=dir            build there instead of in build/<kernel release>'
	@echo 'ARCH=, CROSS_COMPILE=, CC=, C=, V=, W=, INSTALL_MOD_PATH= mean what they mean for the kernel'

.PHONY: all answers tree sources module kmods probes sparse checkpatch house unit prove fuzz check check-full check-debug check-kernel \
	docs-kernels cycles soak demo bench modules_install install dist deb rpm check-packages check-dkms clean help
