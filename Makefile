# SPDX-License-Identifier: GPL-2.0-only
#
# Guest CPU time split by ring: build, test and show the kernel feature.
# "make help" lists the targets; all they make is in build/.

KERNEL ?= 6.12
B := build
SRC := $(B)/src/linux-$(KERNEL)
STOCK := $(B)/src/stock-$(KERNEL)
OUT := $(B)/linux-$(KERNEL)
LOG := $(B)/log

.DEFAULT_GOAL := help
include mk/tests.mk mk/packages.mk

MAKEFLAGS += --no-print-directory --silent
export KERNEL KCONFIG GUEST_REVISION
.DELETE_ON_ERROR:
# The steps follow each other; each uses all CPUs.
.NOTPARALLEL:
.PHONY: help source kernel tools procps demo picture clean \
	test test-programs test-procps test-stress test-upstream test-debug test-deb test-all \
	check check-configs check-all mutants series bisect-series diff-series refresh \
	bench-procps \
	deb deb-guesttime deb-procps deb-kernel

# What the kernel is made of: our files at their kernel paths, and the hooks.
OVERLAY := $(shell scripts/overlay $(KERNEL) | sed '/^Documentation/d; s/.* //')
PATCHES := $(wildcard patches/linux-$(KERNEL)/*)
HOST_CONFIG := configs/test.config configs/linux-$(KERNEL).config
TEST_CONFIG := $(HOST_CONFIG) $(wildcard configs/machine-$(KERNEL).config)
CONFIGS := $(TEST_CONFIG) configs/feature.config

help:
	@echo "make demo      a patched host with three VMs, and top's view of them"
	@echo "make test      all tests, on emulated AMD and Intel machines"
	@echo "               CASE='svm/split vmx/*' or CASE=svm/split:split.u3s1.share: some"
	@echo "make kernel    the patched kernel: $(OUT)/arch/x86/boot/bzImage"
	@echo "make tools     guesttime: $(B)/guesttime/guesttime"
	@echo "make procps    ps and top with guest time: $(B)/procps/src/top/top"
	@echo "make test-procps  their tests, on made-up /proc trees; procps' own tests"
	@echo "make bench-procps what the new fields of top cost, against the unpatched top"
	@echo "make deb       Debian packages of the kernel, procps and guesttime: $(B)/deb/*.deb"
	@echo "               KCONFIG=/boot/config-... for a real host: an hour and more on two cores"
	@echo "make test-deb  installs, uses and purges them in a Debian 12 in an emulator"
	@echo "make test-debug  tests in kernels with lockdep, KASAN, UBSAN and KCSAN"
	@echo "make test-stress  guests, switches and readers without rest; not part of make test"
	@echo "make test-upstream  the kernel's own tests, on the unpatched and the patched kernel"
	@echo "make check     checkpatch, kernel-doc, sparse, shellcheck, object code"
	@echo "make picture   take the picture in the README, of a run of the demo"
	@echo "make series    the mail-ready patch series, in $(B)/series; make bisect-series proves it"
	@echo "make refresh   bring patches/linux-$(KERNEL) to the installed linux-source-$(KERNEL);"
	@echo "               KERNEL=6.6 FROM=6.12 begins a new series with that of 6.12"
	@echo "make diff-series  what the series does otherwise than that of 6.12: KERNEL=6.1"
	@echo "make bench     how accurate the split is, what exits and reads cost: bench-accuracy,"
	@echo "               bench-overhead, bench-proc; bench-docs renders the documents"
	@echo "make check-configs  compiles what we touch in many configurations, without a warning"
	@echo "make mutants   breaks the kernel on purpose, to see that tests notice; MUTANT=NAME"
	@echo "make test-all, make check-all  the same on each kernel of patches/linux-*"
	@echo "make clean     remove build/"
	@echo
	@echo "KERNEL=$(KERNEL) chooses patches/linux-*;  V=1 shows all output;  JOBS=N limits jobs"

deps-%:
	@scripts/deps $(PACKAGES_$*)

# Each time: it takes half a second, and sees what times of files do not tell (a
# renamed file, another version of the package).
source: deps-kernel
	@scripts/kernel-source $(KERNEL) $(SRC)

$(SRC).stamp:
	@scripts/kernel-source $(KERNEL) $(SRC)

# $(call KERNEL_BUILD,NAME,SOURCE,CONFIGS): where the stamp says. It is as old as the start of
# the build, so that an edit during it is seen by the next.
define KERNEL_BUILD
@mkdir -p $(@D)
@touch $@.new
@scripts/step KERNEL $(LOG)/kernel-$(KERNEL)$(1).log \
	scripts/kernel-build $(2) $(@:.stamp=) $(abspath $(3))
@mv $@.new $@
endef

$(OUT).stamp: $(SRC).stamp $(OVERLAY) $(CONFIGS) scripts/kernel-build
	$(call KERNEL_BUILD,,$(SRC),$(CONFIGS))

kernel: source
	@$(MAKE) $(OUT).stamp

# The same with configs/VARIANT.config on top.
$(OUT)-%.stamp: $(SRC).stamp $(OVERLAY) $(CONFIGS) configs/%.config scripts/kernel-build
	$(call KERNEL_BUILD,-$*,$(SRC),$(CONFIGS) configs/$*.config)

# Of the kernel under test; touched only when it differs from that of the last one.
$(B)/tests/include/linux/taskstats.h: $(SRC).stamp FORCE
	@cmp -s $(SRC)/include/uapi/linux/taskstats.h $@ || \
		install -D -m 644 $(SRC)/include/uapi/linux/taskstats.h $@

FORCE:

# Where the source of that kernel is not unpacked, these two files of it.
$(B)/src/harness/%/kselftest_harness.h:
	@printf '  %-8s%s\n' UNPACK $@
	@mkdir -p $(B)/src/harness
	@tar -xf /usr/src/linux-source-$(HARNESS_KERNEL).tar.xz -C $(B)/src/harness --strip-components=1 \
		--occurrence --touch $(addprefix linux-source-$(HARNESS_KERNEL)/$*/,kselftest.h kselftest_harness.h)

$(B)/tests/%: tests/kernel/%.c $(TEST_LIB) $(TEST_VMM) $(TEST_HEADERS) $(TEST_PARTS) \
		$(B)/tests/include/linux/taskstats.h $(HARNESS)/kselftest_harness.h
	@printf '  %-8s%s\n' CC $@
	@gcc $(TEST_CFLAGS) $(TEST_CPPFLAGS) $(TEST_CFLAGS_$*) -o $@ $< $(TEST_SOURCES_$*) \
		$(TEST_LIB) $(TEST_VMM) $(TEST_LIBS_$*) -lm

# A program of the C files that it depends on.
define CC_TEST
@mkdir -p $(@D)
@printf '  %-8s%s\n' CC $@
@gcc $(TEST_CFLAGS) -o $@ $(filter %.c %.S,$^)
endef

# An initramfs of which the first thing that it depends on is all.
define INIT_CPIO
@printf '  %-8s%s\n' CPIO $@
@{ echo "dir /dev 755 0 0"; echo "nod /dev/console 600 0 0 c 5 1"; \
   echo "file /init $< 755 0 0"; } > $@.list
@$(OUT)/usr/gen_init_cpio $@.list > $@
endef

$(B)/tests/init: tests/machines/init.c tests/machines/turns.c tests/machines/turns.h
	$(CC_TEST)

$(B)/tests/vmm: tests/vmm/main.c $(TEST_VMM) $(TEST_HEADERS)
	$(CC_TEST)

# The tool, and once more without shared libraries, which the test machines lack.
GUESTTIME := $(shell find tools/guesttime -name '*.[ch]' -o -name Makefile)
$(B)/guesttime/guesttime: $(GUESTTIME)
	@$(MAKE) -C tools/guesttime O=$(abspath $(B))/guesttime

$(B)/guesttime-static/guesttime: $(GUESTTIME)
	@$(MAKE) -C tools/guesttime O=$(abspath $(B))/guesttime-static LDFLAGS="-static -Wl,--no-warnings"

tools: deps-tools
	@$(MAKE) $(B)/guesttime/guesttime

$(B)/tests/initramfs.cpio: $(B)/tests/init $(B)/guesttime-static/guesttime $(INITRAMFS_PROGRAMS:%=$(B)/tests/%) $(OUT).stamp mk/tests.mk
	@printf '  %-8s%s\n' CPIO $@
	@{ echo "dir /bin 755 0 0"; echo "dir /dev 755 0 0"; \
	   echo "nod /dev/console 600 0 0 c 5 1"; \
	   echo "file /init $(B)/tests/init 755 0 0"; \
	   echo "file /bin/guesttime $(B)/guesttime-static/guesttime 755 0 0"; \
	   for p in $(INITRAMFS_PROGRAMS); do echo "file /bin/test-$$p $(B)/tests/$$p 755 0 0"; done; } \
		> $@.list
	@$(OUT)/usr/gen_init_cpio $@.list > $@

# With modules, on top of that.
$(B)/tests/initramfs-modules.cpio: $(B)/tests/initramfs.cpio $(OUT)-modules.stamp scripts/initramfs-modules
	@printf '  %-8s%s\n' CPIO $@
	@scripts/initramfs-modules $(OUT)-modules $< $@

# For machines that have the root of this one.
$(B)/tests/root-init: tests/machines/root-init.c
	$(CC_TEST)

$(B)/tests/root.cpio: $(B)/tests/root-init $(OUT).stamp
	$(INIT_CPIO)

# What runs in real guests (tests/guests/qemu).
$(B)/tests/load: tests/guests/load.c
	$(CC_TEST)

$(B)/tests/guest.cpio: $(B)/tests/load $(OUT).stamp
	$(INIT_CPIO)

test-programs: kernel
	@$(MAKE) $(B)/tests/initramfs.cpio $(B)/tests/root.cpio $(B)/tests/guest.cpio

test: deps-test deps-readers test-programs procps
	@$(MAKE) $(B)/stock-$(KERNEL).stamp
	@tests/run $(CASE)

procps: deps-procps
	@scripts/step PROCPS $(LOG)/procps.log scripts/procps-build $(B)/procps

test-procps: deps-procps procps
	@scripts/step STOCK $(LOG)/procps-stock.log scripts/procps-build $(B)/procps-stock stock
	@tests/procps/run $(abspath $(B))/procps $(abspath $(B))/procps-stock

bench-procps: deps-procps procps
	@scripts/step STOCK $(LOG)/procps-stock.log scripts/procps-build $(B)/procps-stock stock
	@tests/procps/bench $(abspath $(B))/procps $(abspath $(B))/procps-stock

# The packages; each script sees itself whether there is something to do.
deb-guesttime: deps-deb-guesttime
	@scripts/step DEB $(LOG)/deb-guesttime.log scripts/deb-guesttime $(B)/deb/work $(B)/deb

deb-procps: deps-deb-procps
	@scripts/step DEB $(LOG)/deb-procps.log scripts/deb-procps $(B)/deb/work $(B)/deb

deb-kernel: deps-deb-kernel source
	@scripts/step DEB $(LOG)/deb-kernel-$(KERNEL).log scripts/deb-kernel $(SRC) $(B)/deb/work $(B)/deb \
		$(HOST_CONFIG) configs/image.config

deb: deb-guesttime deb-procps deb-kernel

# The guests on that system run the same kernel, as bindeb-pkg has left it; a host's is too
# large for them.
test-deb: deps-test-deb deb $(if $(KCONFIG),kernel)
	@tests/packages/run $(B)/test-deb $(B)/deb \
		$(if $(KCONFIG),$(OUT),$(B)/deb/work/linux-$(KERNEL)-build)/vmlinux

demo: deps-demo kernel procps
	@$(MAKE) $(B)/tests/root.cpio $(B)/tests/guest.cpio
	@BUILD=$(abspath $(B)) demo/run

# The picture in the README.
picture: deps-demo deps-procps deps-picture kernel procps
	@$(MAKE) $(B)/tests/root.cpio $(B)/tests/guest.cpio
	@BUILD=$(abspath $(B)) demo/picture demo/top.png

$(STOCK).stamp: scripts/kernel-source
	@scripts/kernel-source $(KERNEL) $(STOCK) stock
	@touch $@

# The unpatched kernel, in the configuration of the patched one.
$(B)/stock-$(KERNEL).stamp: $(STOCK).stamp $(TEST_CONFIG) scripts/kernel-build
	$(call KERNEL_BUILD,-stock,$(STOCK),$(TEST_CONFIG))

$(B)/stock-$(KERNEL)-%.stamp: $(STOCK).stamp $(TEST_CONFIG) configs/%.config scripts/kernel-build
	$(call KERNEL_BUILD,-stock-$*,$(STOCK),$(TEST_CONFIG) configs/$*.config)

# Other people's tests.
$(B)/upstream-$(KERNEL).stamp: $(STOCK).stamp $(SRC).stamp $(PATCHES) tests/upstream/build
	@scripts/step TESTS $(LOG)/upstream-$(KERNEL).log \
		tests/upstream/build $(STOCK) $(SRC) $(B)/upstream-$(KERNEL)
	@touch $@

$(B)/upstream-$(KERNEL)/runner: tests/upstream/runner.c
	$(CC_TEST)

test-upstream: deps-test test-programs
	@$(MAKE) $(B)/stock-$(KERNEL).stamp $(B)/upstream-$(KERNEL).stamp $(B)/upstream-$(KERNEL)/runner
	@tests/upstream/run $(CASE)

check: deps-check source
	@$(MAKE) $(STOCK).stamp
	@tests/run --table tests/checks check $(CASE)

test-stress: deps-test test-programs
	@$(MAKE) $(B)/tests/initramfs-modules.cpio
	@tests/run --table tests/stress test-stress $(CASE)

# Such a kernel needs some times more instructions for a tick, so a tick has more.
test-debug: deps-test test-programs
	@$(MAKE) $(OUT)-debug-lockdep.stamp $(OUT)-debug-kcsan.stamp
	@ICOUNT_SHIFT=3 BOCHS_IPS=80000000 tests/run --table tests/debug test-debug $(CASE)

check-configs: deps-configs source
	@tests/run --table tests/configs check-configs $(CASE)

series: deps-series source
	@scripts/series $(KERNEL) $(SRC) $(B)/series

# Builds two kernels a step, without the option and with it.
bisect-series: deps-check series
	@$(MAKE) $(STOCK).stamp
	@scripts/bisect-series $(STOCK) $(B)/series $(B)/bisect

refresh: deps-refresh
	@scripts/refresh $(KERNEL) $(STOCK) $(B)/refresh $(FROM)

# What the series does otherwise than that of Linux FROM.
diff-series:
	@scripts/diff-series $(KERNEL) $(or $(FROM),6.12)

mutants: deps-test test-programs
	@scripts/mutants $(MUTANT)

# The same for each kernel that there is a series for.
test-all check-all:
	@scripts/all-kernels $(@:-all=)

clean:
	rm -rf $(B)

include bench/bench.mk
