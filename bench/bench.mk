# SPDX-License-Identifier: GPL-2.0-only
#
# make bench: accuracy of the split, cost of VM exits, of ticks and of reads.
# Results go to bench/results/*.json, which git keeps; bench/render makes the documents of them.
# Included at the end of the Makefile.

.PHONY: bench bench-accuracy bench-overhead bench-proc bench-guesttime bench-docs bench-source

# The same relative path as SRC, so that ccache shares objects.
BENCH := $(B)/bench/src/linux-$(KERNEL)
BENCH_OVERLAY := $(shell find bench/patches bench/overlay -type f)
# The test programs' own readers of /proc, of the sysctl and of cgroups.
BENCH_READERS := tests/kernel
BENCH_SOURCES := $(addprefix bench/,clock.c counters.c perf_samples.c traced.c) \
	$(addprefix $(BENCH_READERS)/,cgroup_read.c collect.c file.c proc_read.c vm.c) \
	$(if $(A),,bench/linux_vmm.c) $(TEST_VMM)
BENCH_CFLAGS := $(TEST_CFLAGS) -I$(BENCH_READERS) -Itests/vmm -Itests/vmm/$(ARCH)
BENCH_LIBS_proc = $(NETLINK_CFLAGS) $(NETLINK_LIBS)

$(B)/bench/bin/linux_guest: bench/linux_guest.c bench/linux_guest.h bench/linux_vmm.h
	@mkdir -p $(@D)
	@printf '  %-8s%s\n' CC $@
	@gcc $(BENCH_CFLAGS) -o $@ $<

$(B)/bench/bin$(A)/%: bench/%.c $(BENCH_SOURCES) $(wildcard bench/*.h) $(TEST_HEADERS) bench/bench.mk
	@mkdir -p $(@D)
	@printf '  %-8s%s\n' CC $@
	@$(CROSS_CC) $(BENCH_CFLAGS) -o $@ $< $(BENCH_SOURCES) $(BENCH_LIBS_$*) -lm

# The rival in BPF, and its loader.
$(B)/bench/bin/bpf_tick.o: bench/bpf_tick.bpf.c bench/bpf_tick.h
	@mkdir -p $(@D)
	@printf '  %-8s%s\n' CLANG $@
	@clang -O2 -g -Wall -target bpf -D__TARGET_ARCH_x86 -idirafter /usr/include/$(shell gcc -print-multiarch) \
		-c -o $@ $<

$(B)/bench/bin/bpf_tick: bench/bpf_tick.c bench/bpf_tick.h
	@mkdir -p $(@D)
	@printf '  %-8s%s\n' CC $@
	@gcc $(BENCH_CFLAGS) -o $@ $< -lbpf -lelf -lz

$(B)/bench/guest.cpio: $(B)/bench/bin/linux_guest $(B)/tests/gen_init_cpio
	$(INIT_CPIO)

# The patched kernel with bench/patches and bench/overlay: it counts exits and samples, and has
# the estimator that reads the CPL at each VM exit.
bench-source $(BENCH).stamp:
	@scripts/kernel-source $(KERNEL) $(BENCH) bench

$(B)/bench/linux-$(KERNEL).stamp: $(BENCH).stamp $(OVERLAY) $(BENCH_OVERLAY) $(CONFIGS) scripts/kernel-build
	$(call KERNEL_BUILD,-bench,$(BENCH),$(CONFIGS))

# ONLY is a pattern of names of boots. arm64 has no kernel with bench/patches, and no Linux guest.
bench-accuracy bench-overhead bench-proc: export TABLE := bench/boots
bench-accuracy bench-overhead bench-proc: export PROGRAMS := bench/bin bench
bench-accuracy bench-overhead bench-proc:
	$(call RUN_ON_NEEDS,bench/run,--group $(@:bench-%=%)$(A) -- $(ONLY:%=$(@:bench-%=%)/%))
	@bench/render $(@:bench-%=%)

bench: $(if $(A),,bench-proc) bench-overhead bench-accuracy

# guesttime beside a bare loop that reads the same files. It takes minutes, most of them for
# the 10 000 rounds that show flat memory.
bench-guesttime:
	@$(MAKE) -C tools/guesttime bench O=$(abspath $(B))/guesttime

# The documents of bench/results/*.json; "make check" compares them.
bench-docs:
	@bench/render --write
