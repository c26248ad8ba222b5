# SPDX-License-Identifier: GPL-2.0-only
#
# Guest CPU time split by ring: build, test and show the kernel feature.
# "make help" lists the targets; all they make is in build/.

include mk/arch.mk

KERNEL ?= 6.12
# Debian 12's procps is built in build/procps. Other releases append their version (-4.0.4).
PROCPS ?= 4.0.2
B := build
SRC := $(B)/src/linux-$(KERNEL)
STOCK := $(B)/src/stock-$(KERNEL)
OUT := $(B)/linux-$(KERNEL)$(A)
LOG := $(B)/log
PROCPS_OUT := $(B)/procps$(A)$(patsubst %,-%,$(filter-out 4.0.2,$(PROCPS)))
PROCPS_STOCK := $(PROCPS_OUT)-stock

.DEFAULT_GOAL := help
include mk/sysroot.mk mk/tests.mk mk/packages.mk

MAKEFLAGS += --no-print-directory --silent
export KERNEL_DEBS KERNEL ARCH KCONFIG GUEST_REVISION LINUX_TARBALL PROCPS PROCPS_TARBALL MUTANTS SEED
.DELETE_ON_ERROR:
# The steps follow each other; each uses all CPUs.
.NOTPARALLEL:
.PHONY: help deps source stock-source kernel stock tools tools-unit guest procps procps-stock test-procps \
	series-procps \
	demo demo-host demo-fleet bench-fleet pictures test test-all kunit soak check check-all mutants upstream selftests series bisect-series \
	diff-series refresh clean bench-procps \
	deb deb-guesttime deb-procps deb-kernel release

# The kernel is made of our files, at their kernel paths, and of the hooks.  Documents and
# selftests are no part of a build.
OURS := $(shell scripts/overlay $(KERNEL) | sed 's/ /:/')
files_of = $(foreach pair,$(1),$(lastword $(subst :, ,$(pair))))
OVERLAY := $(call files_of,$(filter-out Documentation/% tools/%,$(OURS)))
SELFTESTS := $(call files_of,$(filter tools/%,$(OURS)))
PATCHES := $(wildcard patches/linux-$(KERNEL)/*)
HOST_CONFIG := configs/test.config configs/$(ARCH).config \
	$(if $(A),$(wildcard configs/arm64-$(KERNEL).config),configs/linux-$(KERNEL).config)
TEST_CONFIG := $(HOST_CONFIG) $(wildcard configs/machine-$(KERNEL).config)
CONFIGS := $(TEST_CONFIG) configs/feature.config

help:
	@sed -e '/^\#/d' -e '/FROM=/b' -e 's/6\.12/$(KERNEL)/g' mk/help

# Only deps and deps-NAME install packages. deps installs the packages that make test, the builds
# and the groups in GROUP need.
deps:
	@scripts/deps $(sort $(PACKAGES_test) $(PACKAGES_procps) $(foreach g,$(GROUPS),$(PACKAGES_$g)))
	@scripts/procps-build --fetch

# The groups that GROUP names, by themselves or by their set.
GROUPS = $(if $(GROUP),$(shell tests/run --groups --group "$(GROUP)")$(if $(filter-out 0,$(.SHELLSTATUS)),$(error GROUP=$(GROUP))))

deps-%:
	@scripts/deps $(or $(PACKAGES_$*),$(error make $@: mk/packages.mk has no PACKAGES_$*))

# This rule always runs. In half a second kernel-source also finds changes that time stamps miss,
# such as a renamed file or another version of the package.
source $(SRC).stamp:
	@scripts/kernel-source $(KERNEL) $(SRC)

# $(call KERNEL_BUILD,NAME,SOURCE,CONFIGS): build in the directory of the stamp. The stamp has the
# time of the start, so that the next build sees an edit during this one.
define KERNEL_BUILD
@mkdir -p $(@D)
@touch $@.new
@scripts/step KERNEL $(LOG)/kernel-$(KERNEL)$(A)$(1).log \
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

# The header of the kernel under test. It is written only when it differs from the last one.
$(T)/include/linux/taskstats.h: $(SRC).stamp FORCE
	@cmp -s $(SRC)/include/uapi/linux/taskstats.h $@ || \
		install -D -m 644 $(SRC)/include/uapi/linux/taskstats.h $@

FORCE:

# Libraries of another architecture, as Debian has them.
$(B)/sysroot-%.stamp: mk/sysroot.mk scripts/sysroot
	@scripts/step SYSROOT $(LOG)/sysroot-$*.log scripts/sysroot $* $(B)/sysroot-$* $(SYSROOT_PACKAGES)
	@touch $@

# Unpack the two headers of the test harness, if KERNEL is not HARNESS_KERNEL. Without .PRECIOUS
# make would delete the headers after each program.
.PRECIOUS: $(B)/src/harness/%/kselftest_harness.h
$(B)/src/harness/%/kselftest_harness.h:
	@printf '  %-8s%s\n' UNPACK $@
	@mkdir -p $(B)/src/harness
	@tar -xf /usr/src/linux-source-$(HARNESS_KERNEL).tar.xz -C $(B)/src/harness --strip-components=1 \
		--occurrence --touch $(addprefix linux-source-$(HARNESS_KERNEL)/$*/,kselftest.h kselftest_harness.h)

$(T)/%: tests/kernel/%.c $(TEST_LIB) $(TEST_VMM) $(TEST_HEADERS) $(TEST_PARTS) \
		$(T)/include/linux/taskstats.h $(HARNESS)/kselftest_harness.h $(if $(SYSROOT),$(SYSROOT).stamp)
	@printf '  %-8s%s\n' CC $@
	@$(CROSS_CC) $(TEST_CFLAGS) $(TEST_CPPFLAGS) $(TEST_CFLAGS_$*) -o $@ $< $(TEST_SOURCES_$*) \
		$(TEST_LIB) $(TEST_VMM) $(TEST_LIBS_$*) -lm

# This program has 32 bits, and no C library.
$(B)/tests/reader32: tests/kernel/reader32.c tests/kernel/collect.h $(B)/tests/include/linux/taskstats.h
	@printf '  %-8s%s\n' CC $@
	@gcc -m32 $(TEST_CFLAGS) -nostdlib -ffreestanding -include $(SRC)/tools/include/nolibc/nolibc.h -I$(B)/tests/include \
		-idirafter /usr/include/$(shell gcc -print-multiarch) -o $@ $<

# Build a program from the C and assembly files among its prerequisites.
define CC_TEST
@mkdir -p $(@D)
@printf '  %-8s%s\n' CC $@
@$(CROSS_CC) $(TEST_CFLAGS) -o $@ $(filter %.c %.S,$^) -lm
endef

# Make an initramfs whose only program is /init: the rule's first prerequisite.
define INIT_CPIO
@printf '  %-8s%s\n' CPIO $@
@scripts/initramfs $@ /init=$<
endef

# The kernel's own maker of initramfs, without a kernel.
$(B)/tests/gen_init_cpio: $(SRC).stamp
	@mkdir -p $(@D)
	@[ -x $@ ] && [ $@ -nt $(SRC)/usr/gen_init_cpio.c ] || gcc -O2 -o $@ $(SRC)/usr/gen_init_cpio.c
	@touch $@

$(T)/init: tests/machines/init.c tests/machines/turns.c tests/machines/turns.h
	$(CC_TEST)

$(T)/vmm: tests/vmm/main.c $(TEST_VMM) $(TEST_HEADERS)
	$(CC_TEST)

GUESTTIME := $(shell find tools/guesttime -name '*.[ch]' -o -name Makefile)
TOOL := $(B)/guesttime$(A)
# Of another architecture, with the libraries of its sysroot.
ifneq ($(SYSROOT),)
MAKE_TOOL := $(filter-out pkg-config,$(CROSS_PKG_CONFIG))
TOOL_OPTIONS := CC="$(CROSS_CC) --sysroot=$(abspath $(SYSROOT))" RUN_UNDER="qemu-aarch64 -L $(abspath $(SYSROOT))"
endif
$(TOOL)/guesttime: $(GUESTTIME) $(if $(SYSROOT),$(SYSROOT).stamp)
	@$(MAKE_TOOL) $(MAKE) -C tools/guesttime O=$(abspath $(TOOL)) $(TOOL_OPTIONS)

tools: $(TOOL)/guesttime

# Its unit tests alone, which run under qemu-user too.
tools-unit: $(if $(SYSROOT),$(SYSROOT).stamp)
	@$(MAKE_TOOL) $(MAKE) -C tools/guesttime unit O=$(abspath $(TOOL)) $(TOOL_OPTIONS)

# Real guests (tests/guests/qemu): what runs in them, and the kernel.
$(T)/load: tests/guests/load.c
	$(CC_TEST)

$(T)/guest.cpio: $(T)/load $(B)/tests/gen_init_cpio
	$(INIT_CPIO)

guest: kernel $(T)/init $(T)/guest.cpio

# A smaller kernel for the demo: a newcomer waits while it builds.
demo-host: source
	@$(MAKE) $(OUT)-demo.stamp $(T)/init $(T)/guest.cpio

# The kernel's own reader of taskstats, which the admin guide names.
$(B)/tests/getdelays: $(B)/tests/include/linux/taskstats.h
	@printf '  %-8s%s\n' CC $@
	@gcc -O2 -static -I$(B)/tests/include -o $@ $(SRC)/tools/accounting/getdelays.c

# Build only the needs of the cases in GROUP or CASE, then run the cases.
test: deps
	$(call RUN_ON_NEEDS,tests/run,$(PICK))

# $(call RUN_ON_NEEDS,COMMAND,WORDS): make what the cases of WORDS need, then run COMMAND WORDS.
define RUN_ON_NEEDS
+@set -f; needs=$$(tests/run --needs $(2)) && printf '%s\n' "$$needs" | \
while read -r goal; do $(MAKE) $$goal < /dev/null || exit; done && \
$(1) $(2)
endef

PICK = $(if $(GROUP)$(if $(CASE),,$(A)),--group "$(or $(GROUP),$(ARCH))") -- $(CASE)

# After an edit in kernel/: build one kernel with all KUnit suites, and boot it once.
kunit:
	@start=$$(date +%s); $(MAKE) source $(OUT).stamp $(T)/init $(B)/tests/gen_init_cpio && \
	tests/run $(if $(A),arm64,svm)/kunit && echo "make kunit: $$(($$(date +%s) - start)) s"

procps: $(if $(SYSROOT),$(SYSROOT).stamp)
	@SYSROOT=$(SYSROOT) scripts/step PROCPS $(LOG)/$(notdir $(PROCPS_OUT)).log \
		scripts/procps-build $(PROCPS_OUT)

procps-stock:
	@scripts/step STOCK $(LOG)/$(notdir $(PROCPS_STOCK)).log scripts/procps-build $(PROCPS_STOCK) stock

test-procps: procps procps-stock
	@PROCPS_OUT=$(abspath $(PROCPS_OUT)) tests/run \
		$(patsubst tests/procps/%.sh,procps/%,$(filter-out %/lib.sh,$(wildcard tests/procps/*.sh)))

series-procps: procps-stock
	@scripts/procps-series $(PROCPS_STOCK) $(B)/series-procps-$(PROCPS)

bench-procps: procps procps-stock
	@bench/procps $(abspath $(PROCPS_OUT)) $(abspath $(PROCPS_STOCK))

# The packages; each script sees itself whether there is something to do.
deb-guesttime: $(if $(SYSROOT),$(SYSROOT).stamp)
	@SYSROOT=$(SYSROOT) scripts/step DEB $(LOG)/deb-guesttime$(A).log scripts/deb-guesttime $(B)/deb/work $(B)/deb

deb-procps:
	@scripts/step DEB $(LOG)/deb-procps.log scripts/deb-procps $(B)/deb/work $(B)/deb

deb-kernel: source
	@scripts/step DEB $(LOG)/deb-kernel-$(KERNEL).log scripts/deb-kernel $(SRC) $(B)/deb/work $(B)/deb \
		$(HOST_CONFIG) configs/image.config

deb: deb-guesttime deb-procps deb-kernel

# KERNEL_DEBS=yes: with the packages of the kernel.
SERIES_KERNELS := $(patsubst patches/linux-%/series,%,$(wildcard patches/linux-*/series))
release:
	@scripts/release "$(VERSION)"
	@$(MAKE) deps
	@for kernel in $(SERIES_KERNELS); do \
		$(MAKE) KERNEL=$$kernel deps-kernel source && \
		scripts/step SERIES $(LOG)/series-$$kernel.log scripts/series $$kernel \
			$(B)/src/linux-$$kernel $(B)/series-$$kernel || exit; \
	done
	@$(if $(KERNEL_DEBS),$(MAKE) deb-kernel)
	@scripts/release "$(VERSION)" $(B)/release/$(VERSION)

demo: deps-demo
	@scripts/procps-build --fetch
	@printf '%s\n' source procps | xargs -P 2 -n 1 $(MAKE)
	@$(MAKE) demo-host
	@BUILD=$(abspath $(B)) demo/run

# The same three VMs, seen by Prometheus beside the host.
demo-fleet: deps-fleet
	@$(MAKE) tools demo-host
	@BUILD=$(abspath $(B)) demo/fleet

# A scrape of a host, and one Prometheus for 1 000 simulated hosts, for ten minutes, on loopback.
bench-fleet: deps-fleet tools
	@$(MAKE) -C tools/guesttime O=$(abspath $(B))/guesttime $(addprefix $(abspath $(B))/guesttime/bench/,bare_read spawn_threads)
	@BUILD=$(abspath $(B)) bench/scrape
	@bench/fleet
	@bench/render --write

# The pictures in the documents, of runs; demo/sample.svg is drawn by hand.
pictures: deps-demo deps-fleet deps-picture
	@$(MAKE) tools procps guest
	@BUILD=$(abspath $(B)) demo/pictures
	@tests/fleet/pages $(abspath fleet/page.png)
	@bench/render --write

stock-source $(STOCK).stamp:
	@scripts/kernel-source $(KERNEL) $(STOCK) stock

stock: stock-source
	@$(MAKE) $(B)/stock-$(KERNEL)$(A).stamp

# The unpatched kernel, in the configuration of the patched one.
$(B)/stock-$(KERNEL)$(A).stamp: $(STOCK).stamp $(TEST_CONFIG) scripts/kernel-build
	$(call KERNEL_BUILD,-stock,$(STOCK),$(TEST_CONFIG))

$(B)/stock-$(KERNEL)$(A)-%.stamp: $(STOCK).stamp $(TEST_CONFIG) configs/%.config scripts/kernel-build
	$(call KERNEL_BUILD,-stock-$*,$(STOCK),$(TEST_CONFIG) configs/$*.config)

# Other people's tests.
$(B)/upstream-$(KERNEL).stamp: $(STOCK).stamp $(SRC).stamp $(OVERLAY) $(SELFTESTS) $(PATCHES) tests/upstream/build tests/upstream/build-selftests
	@scripts/step TESTS $(LOG)/upstream-$(KERNEL).log \
		tests/upstream/build $(STOCK) $(SRC) $(B)/upstream-$(KERNEL)
	@touch $@

# The kernel selftests of tests/upstream/selftests.
$(B)/selftests-$(KERNEL).stamp: $(SRC).stamp $(OVERLAY) $(SELFTESTS) $(PATCHES) tests/upstream/build-selftests
	@scripts/step TESTS $(LOG)/selftests-$(KERNEL).log tests/upstream/build-selftests $(SRC) $(B)/selftests-$(KERNEL)
	@touch $@

selftests: $(B)/selftests-$(KERNEL).stamp

upstream: kernel stock
	@$(MAKE) $(B)/upstream-$(KERNEL).stamp $(B)/tests/init $(B)/tests/gen_init_cpio

check:
	@$(MAKE) test GROUP="check stock"

series: source
	@scripts/series $(KERNEL) $(SRC) $(B)/series

# Builds two kernels a step, without the option and with it.
bisect-series: series stock-source
	@tests/check/bisect-series $(STOCK) $(B)/series $(B)/bisect-$(KERNEL)$(A) $(abspath $(TEST_CONFIG))

refresh:
	@scripts/refresh $(KERNEL) $(STOCK) $(B)/refresh-$(KERNEL) $(FROM)

# Hunks that differ from those of the series for Linux FROM.
diff-series:
	@scripts/diff-series $(KERNEL) $(or $(FROM),6.12)

# Each mutant is built on top of this build.
mutants: deps deps-fleet
	@$(MAKE) kernel procps procps-stock tools
	@tests/mutants/run

soak: deps
	@[ -n "$(CASE)" ] || { echo "make soak: CASE=NAME says which case, e.g. CASE=svm/procps" >&2; exit 2; }
	$(call RUN_ON_NEEDS,tests/soak,$(CASE))

# The same for each kernel that there is a series for.
test-all check-all:
	@status=0; for kernel in $(SERIES_KERNELS); do echo "Linux $$kernel:"; \
		$(MAKE) KERNEL=$$kernel $(@:-all=) || status=1; done; exit $$status

clean:
	rm -rf $(B)

include bench/bench.mk
