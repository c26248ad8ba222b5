// SPDX-License-Identifier: GPL-2.0-only
/*
 * The KUnit suites of the feature, run again from debugfs on a machine that collects: they leave
 * its switch and its counters as they were.
 */
#include "kselftest_harness.h"

#include <fcntl.h>
#include <glob.h>
#include <math.h>
#include <string.h>

#include "cgroup_read.h"
#include "collect.h"
#include "proc_read.h"
#include "share.h"
#include "vm.h"

#define SUITES	"/sys/kernel/debug/kunit/"

/* Four standard errors of 4 000 samples of 75 %, in percentage points. */
#define SAMPLES		4000
#define TOLERANCE	2.8

/**
 * struct counters - what a suite must leave alone
 * @process: times of a VMM that has stopped
 * @all:     times of all CPUs, in microseconds
 * @cpus:    the same of each CPU, in clock ticks
 * @lines:   how many of them there are
 * @value:   the sysctl
 */
struct counters {
	struct status_times process;
	struct cgroup_times all;
	struct cpu_times cpus[MAX_CPU_LINES];
	int lines;
	int value;
};

static void read_counters(struct counters *now, pid_t vmm)
{
	memset(now, 0, sizeof(*now));
	now->process = read_status(vmm, 0);
	now->all = cgroup_read("");
	now->lines = read_cpus(now->cpus);
	now->value = collect_read();
}

/* Run a suite by its file @path. Returns how many of its tests passed; -1 if one failed. */
static int run_suite(const char *path)
{
	char text[16384] = "", results[256];
	int passed = 0, fd;
	char *line;

	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, "1", 1) != 1) {
		perror(path);
		exit(1);
	}
	close(fd);
	snprintf(results, sizeof(results), "%.*s/results", (int)(strrchr(path, '/') - path), path);
	fd = open(results, O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0) {
		perror(results);
		exit(1);
	}
	close(fd);
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (strstr(line, "not ok "))
			return -1;
		passed += !strncmp(line, "    ok ", 7);
	}
	return passed;
}

FIXTURE(live_kunit) { };

FIXTURE_VARIANT(live_kunit)
{
	int value;
};

FIXTURE_VARIANT_ADD(live_kunit, off) { .value = 0 };
FIXTURE_VARIANT_ADD(live_kunit, on) { .value = 1 };
FIXTURE_VARIANT_ADD(live_kunit, on_with_timer) { .value = 2 };

FIXTURE_SETUP(live_kunit)
{
	cgroup_mount();
	ASSERT_EQ(access(SUITES "guest_cputime/results", F_OK), 0);
	/* Linux 6.8 and later. */
	if (access(SUITES "guest_cputime/run", F_OK))
		SKIP(return, "KUnit of this kernel runs its suites at boot only");
}

FIXTURE_TEARDOWN(live_kunit)
{
	collect_set(0);
	cgroup_unmount();
}

/* Red: a suite that writes the switch, charges a CPU, or has lost its tests. */
TEST_F_TIMEOUT(live_kunit, leaves_switch_and_counters, 300)
{
	struct counters before, after;
	struct measured_share share;
	glob_t suites;
	size_t i;
	pid_t vmm;

	collect_set(1);
	vmm = vm_start(&user3_system1, 1);
	vm_wait_samples(vmm, 100);
	vm_stop_vcpus(vmm);
	collect_set(variant->value);

	ASSERT_EQ(glob(SUITES "guest_cputime*/run", 0, NULL, &suites), 0);
	/* Three suites: for all machines, for the architecture, and for CPUs without a tick. */
	EXPECT_EQ(suites.gl_pathc, 3);
	read_counters(&before, vmm);
	for (i = 0; i < suites.gl_pathc; i++) {
		TH_LOG("%s", suites.gl_pathv[i]);
		EXPECT_GE(run_suite(suites.gl_pathv[i]), 4);
	}
	read_counters(&after, vmm);
	globfree(&suites);
	vm_stop(vmm);
	EXPECT_EQ(before.value, variant->value);
	EXPECT_GT(before.process.guest_user, 0);
	EXPECT_EQ(memcmp(&before, &after, sizeof(before)), 0);

	/* The next guest is split as if no suite had run. */
	collect_set(1);
	share = measure_share(&user3_system1, SAMPLES);
	EXPECT_GE(share.classified, 90);
	EXPECT_LE(fabs(share.user - 75), TOLERANCE);
}

TEST_HARNESS_MAIN
