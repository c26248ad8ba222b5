# SPDX-License-Identifier: GPL-2.0-only
# How the test programs are built.

TEST_CFLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Werror -static -pthread
# The kernel's own test harness, of one version for all kernels: older ones run no
# single tests.
HARNESS_KERNEL := 6.12
HARNESS := $(if $(filter $(HARNESS_KERNEL),$(KERNEL)),$(SRC),$(B)/src/harness)/tools/testing/selftests
TEST_CPPFLAGS := -I$(B)/tests/include -isystem $(HARNESS)

TEST_VMM := $(addprefix tests/vmm/,vmm.c kvm.c guest.S modes.c modes.S)
TEST_LIB := tests/kernel/proc_read.c tests/kernel/collect.c tests/kernel/vm.c
TEST_SOURCES_tracepoint := tests/kernel/trace_read.c
TEST_SOURCES_modes := tests/kernel/share.c
TEST_SOURCES_nested := tests/kernel/share.c
TEST_SOURCES_modules := $(addprefix tests/kernel/,share.c figures.c flip.c)
TEST_SOURCES_stress := $(addprefix tests/kernel/,figures.c flip.c watch.c crowd.c trace_read.c taskstats_read.c)
# Those below speak netlink, and have struct taskstats from the patched source.
TEST_SOURCES_taskstats := tests/kernel/taskstats_read.c
NETLINK_CFLAGS := $(shell pkg-config --cflags libnl-genl-3.0 2>/dev/null)
# Static: what libnl says of getaddrinfo() does not concern us.
NETLINK_LIBS := -lnl-genl-3 -lnl-3 -Wl,--no-warnings
$(foreach p,taskstats permissions stress,\
	$(eval TEST_CFLAGS_$p := $(NETLINK_CFLAGS)) $(eval TEST_LIBS_$p := $(NETLINK_LIBS)))
TEST_SOURCES_permissions := tests/kernel/taskstats_read.c tests/kernel/trace_read.c
# All of these, for dependencies.
TEST_PARTS := $(sort $(TEST_SOURCES_stress) $(TEST_SOURCES_modes))
TEST_HEADERS := $(wildcard tests/vmm/*.h tests/kernel/*.h)
