// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interface: columns and lines, units, the sysctl and the values that it refuses. The
 * format is the same whether collection is on or off.
 */
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "collect.h"
#include "proc_read.h"
#include "vm.h"

/* The guest time of @us of running is not split. */
static void expect_unsplit(struct __test_metadata *_metadata, pid_t pid, long us)
{
	struct status_times times;

	vm_wait_guest_time(pid, us);
	times = read_status(pid, 0);
	EXPECT_EQ(times.guest_user, 0);
	EXPECT_EQ(times.guest_system, 0);
}

/* This is the first test of the boot.  Red: a key that is true by default. */
TEST(collection_is_off_after_boot)
{
	pid_t pid;

	EXPECT_EQ(collect_read(), 0);
	pid = vm_start(&user3_system1, 1);
	expect_unsplit(_metadata, pid, 200000);
	vm_stop(pid);
}

/* Red: another mode in the sysctl's table. */
TEST(sysctl_is_for_root_to_write)
{
	struct stat st;

	ASSERT_EQ(stat(COLLECT_PATH, &st), 0);
	EXPECT_EQ(st.st_mode & 07777, 0644);
	EXPECT_EQ(st.st_uid, 0);
}

TEST(sysctl_takes_0_to_2)
{
	EXPECT_EQ(collect_write("1"), 0);
	EXPECT_EQ(collect_read(), 1);
	EXPECT_EQ(collect_write("2"), 0);
	EXPECT_EQ(collect_read(), 2);
	EXPECT_EQ(collect_write("1\n"), 0);
	EXPECT_EQ(collect_read(), 1);
	EXPECT_EQ(collect_write("0\n"), 0);
	EXPECT_EQ(collect_read(), 0);
}

/* The sysctl refuses these writes, and keeps its value.  Red: no limits in the handler. */
TEST(sysctl_refuses_bad_values)
{
	static char overlong[8192];
	static const char * const bad[] = {
		"3", "-1", "x", "1x", "", " ", "\n", "0x", "1.0", "99999999999999999999", overlong,
	};
	const unsigned int count = sizeof(bad) / sizeof(bad[0]);
	unsigned int i;
	int value;

	memset(overlong, '1', sizeof(overlong) - 1);
	for (value = 0; value <= 2; value++) {
		collect_set(value);
		for (i = 0; i < count; i++) {
			/* A write of no bytes changes nothing, and is no error. */
			EXPECT_EQ(collect_write(bad[i]), *bad[i] ? EINVAL : 0)
				TH_LOG("value \"%.20s\"", bad[i]);
			EXPECT_EQ(collect_read(), value)
				TH_LOG("after \"%.20s\"", bad[i]);
		}
	}
	collect_set(0);
	printf("# sysctl, tried: %u bad values, each at the values 0, 1 and 2\n", count);
}

/*
 * As with other sysctls of one number, the first number of a write counts, and a write at an
 * offset changes nothing.  Red: a new handler instead of proc_dointvec_minmax().
 */
TEST(sysctl_takes_the_first_number)
{
	int fd = open(COLLECT_PATH, O_WRONLY);

	ASSERT_GE(fd, 0);
	collect_set(0);
	EXPECT_EQ(write(fd, "1 2", 3), 2);
	EXPECT_EQ(collect_read(), 1);
	EXPECT_EQ(write(fd, "2", 1), 1);
	EXPECT_EQ(collect_read(), 1);
	EXPECT_EQ(pwrite(fd, "2", 1, 7), 1);
	EXPECT_EQ(collect_read(), 1);
	EXPECT_EQ(pwrite(fd, "2", 1, 0), 1);
	EXPECT_EQ(collect_read(), 2);
	close(fd);
	collect_set(0);
}

static void drop_sys_admin(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		exit(101);
	data[0].effective &= ~(1U << CAP_SYS_ADMIN);
	data[0].permitted &= ~(1U << CAP_SYS_ADMIN);
	if (syscall(SYS_capset, &header, data))
		exit(102);
}

/* Root without CAP_SYS_ADMIN may not write.  Red: no capability check in the handler. */
TEST(sysctl_needs_sys_admin)
{
	int value;

	for (value = 0; value <= 2; value++) {
		int status;
		pid_t pid;

		collect_set(value);
		pid = fork();
		ASSERT_GE(pid, 0);
		if (!pid) {
			drop_sys_admin();
			exit(collect_write(value ? "0" : "1"));
		}
		ASSERT_EQ(waitpid(pid, &status, 0), pid);
		ASSERT_TRUE(WIFEXITED(status));
		EXPECT_EQ(WEXITSTATUS(status), EPERM);
		EXPECT_EQ(collect_read(), value);
	}
	collect_set(0);
}

/* Red: a field or line left out, shown only when on, shown twice. */
TEST(format_is_the_same_on_and_off)
{
	struct cpu_times cpus[MAX_CPU_LINES];
	int i, count, value;
	pid_t pid;

	pid = vm_start(&user3_system1, 1);
	for (value = 0; value <= 2; value++) {
		collect_set(value);
		EXPECT_EQ(read_stat(pid, 0).fields, STAT_FIELDS);
		EXPECT_EQ(read_stat(pid, pid).fields, STAT_FIELDS);
		EXPECT_EQ(read_stat(1, 0).fields, STAT_FIELDS);
		/* Lines that are not in the format end the program. */
		read_status(pid, 0);
		read_status(pid, pid);
		read_status(2, 0);

		count = read_cpus(cpus);
		EXPECT_EQ(count, 1 + sysconf(_SC_NPROCESSORS_ONLN));
		for (i = 0; i < count; i++)
			EXPECT_EQ(cpus[i].columns, CPU_COLUMNS);
	}
	vm_stop(pid);
	collect_set(0);
}

/* With collection off guest time grows, and its split does not.  Red: the key ignored. */
FIXTURE(abi) { };
FIXTURE_SETUP(abi) { }
FIXTURE_TEARDOWN(abi) { }

TEST_F_TIMEOUT(abi, off_stands_still, 300)
{
	struct cpu_times old_cpu[MAX_CPU_LINES], new_cpu[MAX_CPU_LINES];
	struct status_times old, new;
	pid_t pid;

	collect_set(0);
	read_cpus(old_cpu);
	pid = vm_start(&user3_system1, 1);
	expect_unsplit(_metadata, pid, 500000);
	read_cpus(new_cpu);
	EXPECT_GE(new_cpu[0].guest - old_cpu[0].guest, 49);
	EXPECT_EQ(new_cpu[0].guest_user, old_cpu[0].guest_user);
	EXPECT_EQ(new_cpu[0].guest_system, old_cpu[0].guest_system);

	/* Collected times stay when collection is switched off. */
	collect_set(1);
	vm_wait_samples(pid, 200);
	collect_set(0);
	old = read_status(pid, 0);
	EXPECT_GE(classified(old), 200 * TICK_US);
	vm_wait_guest_time(pid, 500000);
	new = read_status(pid, 0);
	EXPECT_EQ(new.guest_user, old.guest_user);
	EXPECT_EQ(new.guest_system, old.guest_system);
	vm_stop(pid);
}

/*
 * The units agree: fields in clock ticks, lines in microseconds, both rounded
 * down.  Red: a wrong unit, user and system swapped in one of the two.
 */
TEST(stat_and_status_have_one_unit_each)
{
	struct status_times status;
	struct stat_times stat;
	pid_t pid;

	collect_set(1);
	pid = vm_start(&user3_system1, 1);
	vm_wait_samples(pid, 500);
	vm_stop_vcpus(pid);
	status = read_status(pid, 0);
	stat = read_stat(pid, 0);
	EXPECT_EQ(stat.gutime, status.guest_user / CLOCK_TICK_US);
	EXPECT_EQ(stat.gstime, status.guest_system / CLOCK_TICK_US);
	/* A sample is a tick. */
	EXPECT_EQ(status.guest_user % TICK_US, 0);
	EXPECT_EQ(status.guest_system % TICK_US, 0);
	EXPECT_GT(status.guest_user, 2 * status.guest_system);
	vm_stop(pid);
	collect_set(0);
}

TEST_HARNESS_MAIN
