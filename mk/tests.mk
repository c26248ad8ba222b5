# SPDX-License-Identifier: GPL-2.0-only
# How the test programs are built.

# Programs of another architecture are in build/tests-ARCH.
T := $(B)/tests$(A)

TEST_CFLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Werror -static -pthread -Itests/vmm/$(ARCH)
# All kernels use the test harness of one version: older harnesses cannot run a single test.
HARNESS_KERNEL := 6.12
HARNESS := $(if $(filter $(HARNESS_KERNEL),$(KERNEL)),$(SRC),$(B)/src/harness)/tools/testing/selftests
TEST_CPPFLAGS := -I$(T)/include -isystem $(HARNESS)

TEST_VMM := $(addprefix tests/vmm/,vmm.c kvm.c) $(wildcard tests/vmm/$(ARCH)/*.[cS])
TEST_LIB := tests/kernel/proc_read.c tests/kernel/collect.c tests/kernel/file.c tests/kernel/vm.c
$(foreach p,guesttime sampled,$(eval TEST_SOURCES_$p := tests/kernel/command.c))
TEST_SOURCES_tracepoint := tests/kernel/trace_read.c
TEST_SOURCES_linux_guest := tests/kernel/exits.c tests/kernel/trace_read.c
TEST_SOURCES_split := $(TEST_SOURCES_linux_guest)
TEST_SOURCES_modes := tests/kernel/share.c
TEST_SOURCES_live_kunit := tests/kernel/share.c tests/kernel/cgroup_read.c
TEST_SOURCES_nested := tests/kernel/share.c
TEST_SOURCES_modules := $(addprefix tests/kernel/,share.c figures.c flip.c)
TEST_SOURCES_stress := $(addprefix tests/kernel/,figures.c flip.c watch.c crowd.c trace_read.c taskstats_read.c)
# The programs below speak netlink. Their struct taskstats is that of the patched source.
TEST_SOURCES_taskstats := tests/kernel/taskstats_read.c
TEST_SOURCES_vtime := tests/kernel/taskstats_read.c tests/kernel/cgroup_read.c
TEST_SOURCES_compat := tests/kernel/command.c tests/kernel/taskstats_read.c
TEST_SOURCES_disabled := tests/kernel/taskstats_read.c tests/kernel/cgroup_read.c
TEST_SOURCES_cgroup := tests/kernel/cgroup_read.c
SYSROOT := $(if $(A),$(B)/sysroot$(A))
CROSS_PKG_CONFIG := $(if $(A),env PKG_CONFIG_SYSROOT_DIR=$(abspath $(SYSROOT)) \
	PKG_CONFIG_LIBDIR=$(abspath $(SYSROOT))/usr/lib/aarch64-linux-gnu/pkgconfig )pkg-config
# "=" expands these when they are used: the sysroot may not exist before.
NETLINK_CFLAGS = $(shell $(CROSS_PKG_CONFIG) --cflags libnl-genl-3.0 2>/dev/null)
# The linker warns that a static libnl uses getaddrinfo(), which these programs never call.
NETLINK_LIBS = $(shell $(CROSS_PKG_CONFIG) --libs libnl-genl-3.0 2>/dev/null) -Wl,--no-warnings
$(foreach p,taskstats compat disabled vtime permissions stress,\
	$(eval TEST_CFLAGS_$p = $$(NETLINK_CFLAGS)) $(eval TEST_LIBS_$p = $$(NETLINK_LIBS)))
TEST_SOURCES_permissions := tests/kernel/taskstats_read.c tests/kernel/trace_read.c
# The sources of all programs: each program depends on all of them.
TEST_PARTS := $(sort $(foreach v,$(filter TEST_SOURCES_%,$(.VARIABLES)),$($v)))
TEST_HEADERS := $(wildcard tests/vmm/*.h tests/vmm/$(ARCH)/*.h tests/kernel/*.h)
