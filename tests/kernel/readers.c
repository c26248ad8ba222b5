// SPDX-License-Identifier: GPL-2.0-only
/*
 * While guests run, readers check that the parts never exceed the total, that no counter goes
 * backwards, and that the times of CPUs agree with those of tasks.
 */
#include "kselftest_harness.h"

#include <sys/resource.h>

#include "collect.h"
#include "proc_read.h"
#include "vm.h"

FIXTURE(readers) { };
FIXTURE_SETUP(readers) { collect_set(1); }
FIXTURE_TEARDOWN(readers) { collect_set(0); }

/*
 * All time of a guest that never exits on its own is classified.  A tick between the reads of the
 * parts and of the total therefore shows.  Such ticks are rare here.  KUnit's
 * guest_cputime_readers forces them.  Red: the parts fetched after the total in do_task_stat().
 */
TEST_F_TIMEOUT(readers, parts_never_exceed_total, 300)
{
	struct cpu_times old_cpu[MAX_CPU_LINES] = { }, cpu[MAX_CPU_LINES];
	struct stat_times old = { }, now;
	long reads = 0, tight = 0;
	pid_t pid;
	int i;

	pid = vm_start(&user_only, 1);
	vm_wait_samples(pid, 10);
	do {
		now = read_stat(pid, 0);
		ASSERT_LE(now.gutime + now.gstime, now.gtime);
		ASSERT_GE(now.gutime, old.gutime);
		ASSERT_GE(now.gstime, old.gstime);
		tight += now.gutime + now.gstime == now.gtime;
		old = now;

		int count = read_cpus(cpu);

		for (i = 0; i < count; i++) {
			ASSERT_LE(cpu[i].guest_user + cpu[i].guest_system,
				  cpu[i].guest + cpu[i].guest_nice);
			ASSERT_GE(cpu[i].guest_user, old_cpu[i].guest_user);
			ASSERT_GE(cpu[i].guest_system, old_cpu[i].guest_system);
			old_cpu[i] = cpu[i];
		}
		reads++;
		/* Enough samples and enough reads: a debug kernel is slow to read. */
	} while (reads < 1000 || now.gtime * CLOCK_TICK_US < 10000000);
	vm_stop(pid);

	TH_LOG("%ld reads, %ld of them with nothing unclassified", reads, tight);
	/*
	 * Unclassified time of the other reads can hide a misplaced tick: half a clock tick of
	 * guest time, five samples, may have missed the guest.
	 */
	EXPECT_GE(tight, reads / 2);
}

/*
 * All guest time of the machine is that of these VMs, one of them niced.  The cpu line has the sum
 * of the tasks, and the sum of the CPUs.  Red: a per-CPU charge forgotten, made twice or to the
 * wrong ring.
 */
TEST_F_TIMEOUT(readers, cpus_agree_with_tasks, 300)
{
	struct cpu_times old[MAX_CPU_LINES], new[MAX_CPU_LINES];
	long long user = 0, system = 0, sum_user = 0, sum_system = 0;
	pid_t pids[3];
	int i, count;

	read_cpus(old);
	pids[0] = vm_start(&user3_system1, 1);
	pids[1] = vm_start(&user1_system3_exits, 1);
	ASSERT_EQ(setpriority(PRIO_PROCESS, 0, 5), 0);
	pids[2] = vm_start(&user_only, 1);
	ASSERT_EQ(setpriority(PRIO_PROCESS, 0, 0), 0);
	vm_wait_samples(pids[0], 1000);
	vm_wait_samples(pids[2], 200);
	for (i = 0; i < 3; i++) {
		struct status_times times;

		vm_stop_vcpus(pids[i]);
		times = read_status(pids[i], 0);
		user += times.guest_user;
		system += times.guest_system;
	}
	count = read_cpus(new);
	for (i = 1; i < count; i++) {
		sum_user += new[i].guest_user;
		sum_system += new[i].guest_system;
	}

	/* Both readings are rounded down, once for niced guests and once for others. */
	EXPECT_LE(llabs(new[0].guest_user - old[0].guest_user - user / CLOCK_TICK_US), 2);
	EXPECT_LE(llabs(new[0].guest_system - old[0].guest_system - system / CLOCK_TICK_US), 2);
	EXPECT_GE(system, 200 * TICK_US);
	EXPECT_GE(new[0].guest_nice - old[0].guest_nice, 200 * TICK_US / CLOCK_TICK_US - 1);
	/* The sum of the CPUs loses up to two ticks a CPU to rounding. */
	EXPECT_LE(sum_user, new[0].guest_user);
	EXPECT_LE(sum_system, new[0].guest_system);
	EXPECT_GE(sum_user, new[0].guest_user - 2 * (count - 1));
	EXPECT_GE(sum_system, new[0].guest_system - 2 * (count - 1));
	for (i = 0; i < 3; i++)
		vm_stop(pids[i]);
}

TEST_HARNESS_MAIN
