// SPDX-License-Identifier: GPL-2.0-only
/*
 * taskstats has the same times as /proc, of threads and thread groups, alive and at their exit.
 */
#include "kselftest_harness.h"

#include <stddef.h>

#include "collect.h"
#include "proc_read.h"
#include "taskstats_read.h"
#include "vm.h"

FIXTURE(taskstats) { };
FIXTURE_SETUP(taskstats) { collect_set(1); }
FIXTURE_TEARDOWN(taskstats) { collect_set(0); }

/*
 * Programs rely on the layout: mainline's version 17, followed by three fields.
 * Red: another version, a field more or less before them.
 */
TEST_F(taskstats, layout_is_that_of_version_18)
{
	struct taskstats_record record = taskstats_get(TASKSTATS_CMD_ATTR_PID, getpid());

	EXPECT_EQ(record.stats.version, 18);
	EXPECT_EQ(record.len, 712);
	EXPECT_EQ(offsetof(struct taskstats, irq_delay_max_ts), 672);
	EXPECT_EQ(offsetof(struct taskstats, ac_guest_time), 688);
	EXPECT_EQ(offsetof(struct taskstats, ac_guest_utime), 696);
	EXPECT_EQ(offsetof(struct taskstats, ac_guest_stime), 704);
}

/* Guest time in clock ticks, rounded down as /proc rounds it. */
static long long record_gtime(const struct taskstats *stats)
{
	return stats->ac_guest_time / CLOCK_TICK_US;
}

/* A record lies between the reads of /proc before and after it. */
static void expect_between(struct __test_metadata *_metadata, struct status_times before,
			   const struct taskstats *stats, struct status_times after)
{
	EXPECT_LE(before.guest_user, (long long)stats->ac_guest_utime);
	EXPECT_LE(before.guest_system, (long long)stats->ac_guest_stime);
	EXPECT_LE((long long)stats->ac_guest_utime, after.guest_user);
	EXPECT_LE((long long)stats->ac_guest_stime, after.guest_system);
	EXPECT_LE(stats->ac_guest_utime + stats->ac_guest_stime, stats->ac_guest_time);
}

/*
 * Records of live threads and of their group lie between two reads of /proc.  Red: one of the two
 * hooks removed, user and system swapped.
 */
TEST_F_TIMEOUT(taskstats, live_records_lie_between_reads_of_proc, 300)
{
	const struct vmm_load loads[] = { user3_system1, user1_system3 };
	struct taskstats_record record;
	struct status_times before;
	pid_t pid, tids[2];
	long long gtime;
	int i;

	pid = vm_start(loads, 2);
	vm_wait_samples(pid, 1000);
	ASSERT_EQ(read_threads(pid, VMM_VCPU_COMM, tids, 2), 2);
	for (i = 0; i < 2; i++) {
		before = read_status(pid, tids[i]);
		record = taskstats_get(TASKSTATS_CMD_ATTR_PID, tids[i]);
		EXPECT_EQ(record.id, tids[i]);
		expect_between(_metadata, before, &record.stats, read_status(pid, tids[i]));
		EXPECT_GE(classified(before), 100 * TICK_US);
	}
	/* The leader runs no vCPU. */
	record = taskstats_get(TASKSTATS_CMD_ATTR_PID, pid);
	EXPECT_EQ(record.stats.ac_guest_utime + record.stats.ac_guest_stime, 0);

	before = read_status(pid, 0);
	gtime = read_stat(pid, 0).gtime;
	record = taskstats_get(TASKSTATS_CMD_ATTR_TGID, pid);
	EXPECT_EQ(record.id, pid);
	expect_between(_metadata, before, &record.stats, read_status(pid, 0));
	EXPECT_LE(gtime, record_gtime(&record.stats));
	EXPECT_LE(record_gtime(&record.stats), read_stat(pid, 0).gtime);
	/* Guest time is part of ac_utime. */
	EXPECT_LE(record.stats.ac_guest_time, record.stats.ac_utime);
	vm_stop(pid);
}

/* The group has the time of threads that are dead.  Red: dead threads forgotten. */
TEST_F_TIMEOUT(taskstats, group_keeps_dead_threads, 300)
{
	struct taskstats_record record;
	struct status_times times;
	pid_t pid;

	pid = vm_start(&user3_system1, 1);
	vm_wait_samples(pid, 1000);
	vm_stop_vcpus(pid);
	times = read_status(pid, 0);
	record = taskstats_get(TASKSTATS_CMD_ATTR_TGID, pid);
	EXPECT_EQ((long long)record.stats.ac_guest_utime, times.guest_user);
	EXPECT_EQ((long long)record.stats.ac_guest_stime, times.guest_system);
	EXPECT_GE(classified(times), 1000 * TICK_US);
	/* The vCPU's guest time is in signal_struct only.  Red: it is forgotten there. */
	EXPECT_EQ(record_gtime(&record.stats), read_stat(pid, 0).gtime);
	vm_stop(pid);
}

/*
 * Exit records, the thread's and at the end the group's, have the final values.
 * Red: as above, for records of exits.
 */
TEST_F_TIMEOUT(taskstats, exit_records_have_the_split, 300)
{
	int vcpu = 0, group = 0, i, count;
	struct taskstats_record records[8];
	struct status_times before, times;
	long long gtime, vcpu_gtime = -1;
	struct nl_sock *sock;
	pid_t pid, tid;

	sock = taskstats_listen();
	pid = vm_start(&user3_system1, 1);
	vm_wait_samples(pid, 1000);
	ASSERT_EQ(read_threads(pid, VMM_VCPU_COMM, &tid, 1), 1);
	before = read_status(pid, tid);
	vm_stop_vcpus(pid);
	times = read_status(pid, 0);
	gtime = read_stat(pid, 0).gtime;
	vm_stop(pid);

	while (!group) {
		count = taskstats_next(sock, records, 8);
		for (i = 0; i < count; i++) {
			const struct taskstats_record *record = &records[i];

			if (!record->group && record->id == tid) {
				expect_between(_metadata, before, &record->stats, times);
				EXPECT_EQ((long long)record->stats.ac_guest_utime,
					  times.guest_user);
				EXPECT_EQ((long long)record->stats.ac_guest_stime,
					  times.guest_system);
				EXPECT_EQ(record_gtime(&record->stats), gtime);
				vcpu_gtime = record->stats.ac_guest_time;
				vcpu++;
			} else if (record->group && record->id == pid) {
				EXPECT_EQ((long long)record->stats.ac_guest_utime,
					  times.guest_user);
				EXPECT_EQ((long long)record->stats.ac_guest_stime,
					  times.guest_system);
				EXPECT_EQ((long long)record->stats.ac_guest_time, vcpu_gtime);
				group++;
			}
		}
	}
	EXPECT_EQ(vcpu, 1);
	EXPECT_EQ(group, 1);
	taskstats_close(sock);
}

TEST_HARNESS_MAIN
