// SPDX-License-Identifier: GPL-2.0-only
/*
 * A kernel with KCSAN looks for data races, and panics if it finds one (panic_on_warn=1).
 * "watches_our_functions" runs first: it makes KCSAN report races of our functions alone.
 * "has_watched_accesses" runs last, and checks that KCSAN has watched accesses.  After a long run
 * "has_seen_races_of_others" checks that KCSAN finds races: the kernel has some that are not ours.
 * "counters_are_read_while_charged" looks longer for races of the counters.
 *
 * Red when: a write of the counters is not marked (WRITE_ONCE) where another CPU may read;
 * KCSAN is not there, or off.
 */
#include "kselftest_harness.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "collect.h"
#include "file.h"
#include "proc_read.h"
#include "vm.h"

#define KCSAN		"/sys/kernel/debug/kcsan"
#define PARAMETERS	"/sys/module/kcsan/parameters/"

/*
 * KCSAN watches one access in a thousand (configs/debug-kcsan.config).  With so many ticks it
 * watches ten accesses that charge a tick.
 */
#define TICKS	10000

static int kcsan_write(const char *what)
{
	return write_file(KCSAN, what);
}

/* Our functions in the kernel's symbols.  Inlined ones have their callers' names. */
static int add_our_functions(void)
{
	char line[512], name[256], command[272], type;
	int count = 0;
	FILE *f;

	f = fopen("/proc/kallsyms", "re");
	if (!f)
		return -1;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%*x %c %255s", &type, name) != 2 || (type | 0x20) != 't' ||
		    !strstr(name, "guest_cputime") || !strncmp(name, "__pfx_", 6) ||
		    !strncmp(name, "__SC", 4))
			continue;
		snprintf(command, sizeof(command), "!%s", name);
		if (kcsan_write(command))
			return -1;
		count++;
	}
	fclose(f);
	return count;
}

TEST(watches_our_functions)
{
	ASSERT_EQ(kcsan_write("whitelist"), 0);
	ASSERT_GE(add_our_functions(), 10);
	ASSERT_EQ(kcsan_write("on"), 0);
}

FIXTURE(races) { };

FIXTURE_SETUP(races)
{
	/* An access in an interrupt is watched for half a tick, other accesses for no time. */
	ASSERT_EQ(write_file(PARAMETERS "udelay_interrupt", "500"), 0);
	ASSERT_EQ(write_file(PARAMETERS "udelay_task", "0"), 0);
	collect_set(1);
}

FIXTURE_TEARDOWN(races)
{
	collect_set(0);
}

/* Reads the counters of a thread, a process and a CPU all the time while ticks charge them. */
TEST_F_TIMEOUT(races, counters_are_read_while_charged, 300)
{
	struct cpu_times cpus[MAX_CPU_LINES];
	struct status_times times;
	pid_t pid, tid;

	pid = vm_start(&user3_system1, 1);
	vm_wait_samples(pid, 1);
	ASSERT_EQ(read_threads(pid, VMM_VCPU_COMM, &tid, 1), 1);
	do {
		read_status(pid, tid);
		read_cpus(cpus);
		times = read_status(pid, 0);
	} while (classified(times) < (long long)TICKS * TICK_US);
	vm_stop(pid);
}

/* A number of KCSAN's debugfs file, or -1. */
static long kcsan_read(const char *name)
{
	long value = -1, found;
	char line[256], key[64];
	FILE *f;

	f = fopen(KCSAN, "re");
	if (!f)
		return -1;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%63[^:]: %ld", key, &found) == 2 && !strcmp(key, name))
			value = found;
	}
	fclose(f);
	return value;
}

TEST(has_watched_accesses)
{
	EXPECT_EQ(kcsan_read("enabled"), 1);
	TH_LOG("%ld accesses watched", kcsan_read("setup_watchpoints"));
	EXPECT_GE(kcsan_read("setup_watchpoints"), 1000);
}

/* The kernel has races that are not ours. If KCSAN sees none of them, it works no more. */
TEST(has_seen_races_of_others)
{
	TH_LOG("%ld data races of all functions", kcsan_read("data_races"));
	EXPECT_GE(kcsan_read("data_races"), 1);
}

TEST_HARNESS_MAIN
