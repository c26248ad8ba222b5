// SPDX-License-Identifier: GPL-2.0-only
/*
 * A kernel with CONFIG_GUEST_CPUTIME=n: fields keep the positions that the series gives them,
 * and are zero.  Names are absent: readers know the feature by them.
 */
#include "kselftest_harness.h"

#include <netlink/netlink.h>

#include "cgroup_read.h"
#include "collect.h"
#include "proc_read.h"
#include "taskstats_read.h"
#include "vm.h"

FIXTURE(disabled) {
	pid_t pid;
};

/* A VM in a cgroup of its own; its vCPU has run for half a second, and has ended. */
FIXTURE_SETUP(disabled)
{
	cgroup_mount();
	cgroup_make("a");
	self->pid = cgroup_start_vm("a", &user3_system1, 1);
	vm_wait_guest_time(self->pid, 500000);
	vm_stop_vcpus(self->pid);
}

FIXTURE_TEARDOWN(disabled)
{
	vm_stop(self->pid);
	cgroup_remove("a");
	cgroup_unmount();
}

/* Red: fields or columns that depend on the configuration, or that are not zero. */
TEST_F_TIMEOUT(disabled, proc_has_zeros, 300)
{
	struct stat_times stat = read_stat(self->pid, 0);
	struct cpu_times cpus[MAX_CPU_LINES];
	int i, count;

	EXPECT_EQ(stat.fields, STAT_FIELDS);
	EXPECT_GE(stat.gtime, 49);
	EXPECT_EQ(stat.gutime, 0);
	EXPECT_EQ(stat.gstime, 0);
	EXPECT_EQ(stat.cgutime, 0);
	EXPECT_EQ(stat.cgstime, 0);
	count = read_cpus(cpus);
	for (i = 0; i < count; i++) {
		EXPECT_EQ(cpus[i].columns, CPU_COLUMNS);
		EXPECT_EQ(cpus[i].guest_user, 0);
		EXPECT_EQ(cpus[i].guest_system, 0);
	}
	EXPECT_GE(cpus[0].guest, 49);
}

/* Red: another length or version; guest time left out. */
TEST_F_TIMEOUT(disabled, taskstats_has_guest_time, 300)
{
	struct taskstats_record record = taskstats_get(TASKSTATS_CMD_ATTR_TGID, self->pid);

	EXPECT_EQ(record.stats.version, 18);
	EXPECT_EQ(record.len, 712);
	EXPECT_EQ((long long)record.stats.ac_guest_time / CLOCK_TICK_US,
		  read_stat(self->pid, 0).gtime);
	EXPECT_EQ(record.stats.ac_guest_utime, 0);
	EXPECT_EQ(record.stats.ac_guest_stime, 0);
}

/* Red: guest_usec depends on the option; the lines of the split do not. */
TEST_F_TIMEOUT(disabled, cgroup_has_guest_time_alone, 300)
{
	char text[1024], *line;

	cgroup_read_file("a", text, sizeof(text));
	line = strstr(text, "\nguest_usec ");
	ASSERT_NE(line, NULL);
	EXPECT_EQ(atoll(line + 12) / CLOCK_TICK_US, read_stat(self->pid, 0).gtime);
	EXPECT_EQ(strstr(text, "guest_user_usec"), NULL);
	EXPECT_EQ(strstr(text, "guest_system_usec"), NULL);
}

/* Red: a line of status, or the sysctl, without the feature. */
TEST(status_and_sysctl_lack_the_feature)
{
	char line[128];
	FILE *file;

	EXPECT_NE(access(COLLECT_PATH, F_OK), 0);
	file = fopen("/proc/self/status", "r");
	ASSERT_NE(file, NULL);
	while (fgets(line, sizeof(line), file))
		EXPECT_EQ(strstr(line, "Guest"), NULL);
	fclose(file);
}

TEST_HARNESS_MAIN
