// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest time by ring through the life of processes: threads, exit, wait, nice,
 * two VMs at once, and collection switched meanwhile.
 */
#include "kselftest_harness.h"

#include <math.h>
#include <pthread.h>
#include <sys/resource.h>

#include "collect.h"
#include "proc_read.h"
#include "vm.h"

static const struct vmm_load system_only = { .system_insns = 40000 };

/* Four standard errors of 2 000 samples of 75 %, in percentage points. */
#define SAMPLES		2000
#define TOLERANCE	3.9

FIXTURE(lifecycle) { };
FIXTURE_SETUP(lifecycle) { collect_set(1); }
FIXTURE_TEARDOWN(lifecycle) { collect_set(0); }

/*
 * Collection is on, off and on again in the middle of a run.  Times charged while it is on stay.
 * Guest time while it is off is unclassified for ever.  Red: the key ignored; guest time
 * remembered while off and charged later.
 */
TEST_F_TIMEOUT(lifecycle, switch_mid_run_takes_effect, 300)
{
	struct status_times on1, off1, off2, on2;
	long long guest_off1, guest_off2;
	pid_t pid;

	pid = vm_start(&user3_system1, 1);
	vm_wait_samples(pid, SAMPLES);
	on1 = read_status(pid, 0);

	collect_set(0);
	off1 = read_status(pid, 0);
	guest_off1 = read_stat(pid, 0).gtime;
	EXPECT_GE(classified(off1), classified(on1));
	vm_wait_guest_time(pid, 2000000);
	off2 = read_status(pid, 0);
	guest_off2 = read_stat(pid, 0).gtime;
	EXPECT_EQ(off2.guest_user, off1.guest_user);
	EXPECT_EQ(off2.guest_system, off1.guest_system);

	collect_set(1);
	vm_wait_samples(pid, SAMPLES);
	vm_stop_vcpus(pid);
	on2 = read_status(pid, 0);
	EXPECT_LE(fabs(user_share(on2) - 75), TOLERANCE)
		TH_LOG("share %.2f", user_share(on2));
	/* All guest time while collection was off is missing. */
	EXPECT_LE(classified(on2) / CLOCK_TICK_US,
		  read_stat(pid, 0).gtime - (guest_off2 - guest_off1) + 1);
	vm_stop(pid);
}

/*
 * Two VMs at once with different splits.  Red: a split charged per CPU only.
 *
 * The emulators run two busy CPUs in turns, at half the speed each.  A guest of
 * 40 000 instructions a loop does about a quarter of a loop between two ticks.  So
 * four ticks make one independent sample.
 */
TEST_F_TIMEOUT(lifecycle, two_vms_have_their_own_split, 300)
{
	pid_t a, b;

	a = vm_start(&user3_system1, 1);
	b = vm_start(&user1_system3, 1);
	vm_wait_samples(a, 4 * SAMPLES);
	vm_wait_samples(b, 4 * SAMPLES);
	TH_LOG("shares %.2f, %.2f", user_share(read_status(a, 0)), user_share(read_status(b, 0)));
	EXPECT_LE(fabs(user_share(read_status(a, 0)) - 75), TOLERANCE);
	EXPECT_LE(fabs(user_share(read_status(b, 0)) - 25), TOLERANCE);
	vm_stop(a);
	vm_stop(b);
}

/*
 * A niced VM is split as any other.  In /proc/stat its parts are parts of guest_nice.  Red:
 * the hook in the niced branch of account_guest_time() removed.
 */
TEST_F_TIMEOUT(lifecycle, nice_time_is_split_too, 300)
{
	struct cpu_times old[MAX_CPU_LINES], new[MAX_CPU_LINES];
	struct status_times times;
	pid_t pid;

	ASSERT_EQ(setpriority(PRIO_PROCESS, 0, 10), 0);
	read_cpus(old);
	pid = vm_start(&user3_system1, 1);
	vm_wait_samples(pid, SAMPLES);
	vm_stop_vcpus(pid);
	read_cpus(new);
	times = read_status(pid, 0);
	EXPECT_LE(fabs(user_share(times) - 75), TOLERANCE)
		TH_LOG("share %.2f", user_share(times));
	EXPECT_EQ(new[0].guest, old[0].guest);
	EXPECT_GE(new[0].guest_nice - old[0].guest_nice, SAMPLES * TICK_US / CLOCK_TICK_US - 1);
	EXPECT_LE(llabs(new[0].guest_user - old[0].guest_user -
			times.guest_user / CLOCK_TICK_US), 1);
	EXPECT_LE(llabs(new[0].guest_system - old[0].guest_system -
			times.guest_system / CLOCK_TICK_US), 1);
	vm_stop(pid);
}

/* Until each of the threads has a quarter of SAMPLES. */
static void wait_for_each(pid_t pid, const pid_t *tids, int count)
{
	struct status_times times;
	int i;

	for (i = 0; i < count; i++) {
		do {
			usleep(10000);
			times = read_status(pid, tids[i]);
		} while (classified(times) < SAMPLES * TICK_US / 4);
	}
}

/*
 * The thread-group leader runs no vCPU, so its own files show zeros.  The files of the process
 * show the sum, and those of a vCPU's thread its own times.  Red: /proc/<pid>/status has the times
 * of the leader; a thread's file has those of the group.
 */
TEST_F_TIMEOUT(lifecycle, process_is_sum_of_threads, 300)
{
	const struct vmm_load loads[] = { user_only, system_only };
	struct status_times before, after, sum = { }, leader;
	pid_t pid, tids[4];
	int i, count;

	pid = vm_start(loads, 2);
	vm_wait_samples(pid, SAMPLES);
	count = read_threads(pid, VMM_VCPU_COMM, tids, 4);
	ASSERT_EQ(count, 2);
	/* QEMU and the scheduler may give the two threads turns of different length. */
	wait_for_each(pid, tids, count);

	before = read_status(pid, 0);
	leader = read_status(pid, pid);
	EXPECT_EQ(leader.guest_user, 0);
	EXPECT_EQ(leader.guest_system, 0);
	for (i = 0; i < count; i++) {
		struct status_times times = read_status(pid, tids[i]);
		struct stat_times stat = read_stat(pid, tids[i]);

		ASSERT_NE(tids[i], pid);
		/* The first guest is all user, the second all system. */
		EXPECT_GE(i ? times.guest_system : times.guest_user, SAMPLES * TICK_US / 4);
		EXPECT_LE(i ? times.guest_user : times.guest_system, SAMPLES * TICK_US / 500);
		EXPECT_GE(i ? stat.gstime : stat.gutime,
			  (i ? times.guest_system : times.guest_user) / CLOCK_TICK_US);
		sum.guest_user += times.guest_user;
		sum.guest_system += times.guest_system;
	}
	after = read_status(pid, 0);
	EXPECT_LE(before.guest_user, sum.guest_user);
	EXPECT_LE(before.guest_system, sum.guest_system);
	EXPECT_LE(sum.guest_user, after.guest_user);
	EXPECT_LE(sum.guest_system, after.guest_system);
	EXPECT_EQ(read_stat(pid, pid).gutime + read_stat(pid, pid).gstime, 0);
	vm_stop(pid);
}

/*
 * vCPU threads exit.  The process keeps their times, and the leader still has none.  Red: the
 * times of living threads alone, or those of dead threads twice.
 */
TEST_F_TIMEOUT(lifecycle, process_keeps_dead_threads, 300)
{
	struct status_times before, after, leader;
	pid_t pid;

	pid = vm_start(&user3_system1, 1);
	vm_wait_samples(pid, SAMPLES);
	before = read_status(pid, 0);
	vm_stop_vcpus(pid);
	after = read_status(pid, 0);
	EXPECT_GE(after.guest_user, before.guest_user);
	EXPECT_GE(after.guest_system, before.guest_system);
	EXPECT_LT(classified(after), 3 * classified(before) / 2);
	EXPECT_EQ(read_stat(pid, 0).gutime, after.guest_user / CLOCK_TICK_US);
	EXPECT_EQ(read_stat(pid, 0).gstime, after.guest_system / CLOCK_TICK_US);
	leader = read_status(pid, pid);
	EXPECT_EQ(leader.guest_user, 0);
	EXPECT_EQ(leader.guest_system, 0);
	vm_stop(pid);
}

/*
 * A parent that waits for a VMM gets exactly its times as those of children, after the wait and
 * not before.  A second child adds.  Red: guest_cputime_wait() removed, dead threads not folded,
 * user and system swapped.
 */
TEST_F_TIMEOUT(lifecycle, parent_gets_reaped_child, 300)
{
	struct status_times total = { }, child;
	struct stat_times own;
	int round;

	for (round = 0; round < 2; round++) {
		pid_t pid = vm_start(round ? &user1_system3 : &user3_system1, 1);

		vm_wait_samples(pid, 500);
		/* End the vCPUs, so that the times are final. The next test kills running vCPUs. */
		vm_stop_vcpus(pid);
		child = read_status(pid, 0);
		own = read_stat(getpid(), 0);
		EXPECT_EQ(own.cgutime, total.guest_user / CLOCK_TICK_US);
		EXPECT_EQ(own.cgstime, total.guest_system / CLOCK_TICK_US);
		vm_stop(pid);
		total.guest_user += child.guest_user;
		total.guest_system += child.guest_system;

		own = read_stat(getpid(), 0);
		EXPECT_EQ(own.cgutime, total.guest_user / CLOCK_TICK_US);
		EXPECT_EQ(own.cgstime, total.guest_system / CLOCK_TICK_US);
		EXPECT_EQ(own.gutime + own.gstime, 0);
	}
}

/*
 * A VMM is killed while its vCPU runs.  Its time goes to its parent, and then to its grandparent.
 * Red: the children's children not folded.
 */
TEST_F_TIMEOUT(lifecycle, parent_gets_reaped_grandchild, 300)
{
	struct stat_times own;
	int status, fds[2];
	pid_t pid;

	struct {
		long long user, system, child_user, child_system;
	} seen;

	ASSERT_EQ(pipe(fds), 0);
	pid = fork();
	ASSERT_GE(pid, 0);
	if (!pid) {
		struct status_times last;
		pid_t vmm;

		vmm = vm_start(&user3_system1, 1);
		vm_wait_samples(vmm, 500);
		last = read_status(vmm, 0);
		vm_stop(vmm);
		own = read_stat(getpid(), 0);
		seen.user = last.guest_user / CLOCK_TICK_US;
		seen.system = last.guest_system / CLOCK_TICK_US;
		seen.child_user = own.cgutime;
		seen.child_system = own.cgstime;
		_exit(write(fds[1], &seen, sizeof(seen)) != sizeof(seen));
	}
	ASSERT_EQ(waitpid(pid, &status, 0), pid);
	ASSERT_EQ(status, 0);
	ASSERT_EQ(read(fds[0], &seen, sizeof(seen)), sizeof(seen));
	EXPECT_GE(seen.child_user, seen.user);
	EXPECT_GE(seen.child_system, seen.system);
	own = read_stat(getpid(), 0);
	EXPECT_EQ(own.cgutime, seen.child_user);
	EXPECT_EQ(own.cgstime, seen.child_system);
}

/*
 * A task that has run a guest forks: the new process and a new thread have no guest time.  Red:
 * guest_cputime_fork() not called by copy_process().
 */
static void *own_status(void *arg)
{
	*(struct status_times *)arg = read_status(getpid(), gettid());
	return NULL;
}

TEST_F_TIMEOUT(lifecycle, fork_starts_at_zero, 300)
{
	struct status_times times;
	pthread_t thread;
	int status;
	pid_t pid;

	vmm_run_here(&user3_system1, 500);
	times = read_status(getpid(), getpid());
	EXPECT_GE(times.guest_user, 200 * TICK_US);
	EXPECT_GE(times.guest_system, 50 * TICK_US);

	ASSERT_EQ(pthread_create(&thread, NULL, own_status, &times), 0);
	ASSERT_EQ(pthread_join(thread, NULL), 0);
	EXPECT_EQ(times.guest_user, 0);
	EXPECT_EQ(times.guest_system, 0);

	pid = fork();
	ASSERT_GE(pid, 0);
	if (!pid) {
		times = read_status(getpid(), 0);
		_exit(times.guest_user || times.guest_system);
	}
	ASSERT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_EQ(status, 0);
}

TEST_HARNESS_MAIN
