// SPDX-License-Identifier: GPL-2.0-only
/*
 * A host of which CPU 1 is isolated (nohz_full=1): guest time there is accounted
 * by generic vtime and has no tick to sample it, so it stays unclassified.  CPU 0
 * has a tick, with IRQ time accounting.
 */
#include "kselftest_harness.h"

#include <math.h>
#include <sched.h>

#include "collect.h"
#include "proc_read.h"
#include "vm.h"

static const struct vmm_load user3_system1 = { .user_insns = 30000, .system_insns = 10000 };

/* Four standard errors of 2 000 samples of 75 %, in percentage points. */
#define SAMPLES		2000
#define TOLERANCE	3.9

static void move_to_cpu(pid_t tid, int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(tid, sizeof(set), &set)) {
		perror("sched_setaffinity");
		exit(1);
	}
}

/* The VMM's vCPU thread, which is there soon after the start. */
static pid_t vcpu_of(pid_t pid)
{
	pid_t tid;

	while (read_threads(pid, VMM_VCPU_COMM, &tid, 1) != 1)
		usleep(10000);
	return tid;
}

static long long sum(struct status_times times)
{
	return times.user + times.system;
}

FIXTURE(vtime) { };

FIXTURE_SETUP(vtime)
{
	char isolated[8] = "";
	FILE *file;

	file = fopen("/sys/devices/system/cpu/nohz_full", "r");
	ASSERT_NE(file, NULL);
	ASSERT_NE(fgets(isolated, sizeof(isolated), file), NULL);
	fclose(file);
	ASSERT_STREQ(isolated, "1\n");
	move_to_cpu(0, 0);
	collect_set(1);
}

FIXTURE_TEARDOWN(vtime)
{
	collect_set(0);
}

/* Red: guest time of vtime charged to whatever is found when it is flushed. */
TEST_F_TIMEOUT(vtime, isolated_is_unclassified, 300)
{
	struct stat_times stat;
	pid_t pid, tid;

	pid = vm_start(&user3_system1, 1);
	tid = vcpu_of(pid);
	move_to_cpu(tid, 1);
	/* What CPU 0 has sampled of it until now. */
	vm_wait_guest_time(pid, 100000);
	stat = read_stat(pid, 0);
	vm_wait_guest_time(pid, 2000000);
	EXPECT_EQ(read_stat(pid, 0).gutime, stat.gutime);
	EXPECT_EQ(read_stat(pid, 0).gstime, stat.gstime);
	EXPECT_GE(read_stat(pid, 0).gtime - stat.gtime, 199);
	vm_stop(pid);
}

/* A CPU with a tick samples as ever, with the same result. */
TEST_F_TIMEOUT(vtime, others_are_sampled, 300)
{
	struct status_times times;
	pid_t pid;

	pid = vm_start(&user3_system1, 1);
	vm_wait_samples(pid, SAMPLES);
	vm_stop_vcpus(pid);
	times = read_status(pid, 0);
	EXPECT_LE(fabs(100.0 * times.user / sum(times) - 75), TOLERANCE)
		TH_LOG("guest user %lld us, guest system %lld us", times.user, times.system);
	vm_stop(pid);
}

/*
 * Moved to and fro: sampled here, unclassified there, never more than the total,
 * never backwards.  Red: as the first; the key ignored on one of the CPUs.
 */
TEST_F_TIMEOUT(vtime, moved_mid_run, 300)
{
	struct status_times before, after;
	struct stat_times old = { };
	pid_t pid, tid;
	int round, i;

	pid = vm_start(&user3_system1, 1);
	tid = vcpu_of(pid);
	for (round = 0; round < 3; round++) {
		move_to_cpu(tid, 0);
		vm_wait_samples(pid, 200);
		move_to_cpu(tid, 1);
		vm_wait_guest_time(pid, 100000);
		before = read_status(pid, 0);
		/*
		 * Few reads: with no tick on CPU 1, QEMU lets it run for a quarter
		 * of a second whenever CPU 0 has not yet asked for its next tick.
		 */
		for (i = 0; i < 20; i++) {
			struct stat_times now = read_stat(pid, 0);

			ASSERT_LE(now.gutime + now.gstime, now.gtime);
			ASSERT_GE(now.gutime, old.gutime);
			ASSERT_GE(now.gstime, old.gstime);
			old = now;
		}
		after = read_status(pid, 0);
		EXPECT_EQ(sum(after), sum(before));
		EXPECT_GE(sum(after), (round + 1) * 200 * TICK_US);
	}
	vm_stop(pid);
}

TEST_HARNESS_MAIN
