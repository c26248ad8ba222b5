// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPU 1 of the host is isolated (nohz_full=1).  Generic vtime accounts guest time there,
 * and no tick samples it.  CPU 0 has a tick, with IRQ time accounting.
 */
#include "kselftest_harness.h"

#include <limits.h>
#include <linux/membarrier.h>
#include <math.h>
#include <signal.h>
#include <sys/syscall.h>

#include "cgroup_read.h"
#include "collect.h"
#include "file.h"
#include "proc_read.h"
#include "taskstats_read.h"
#include "vm.h"

/* user3_system1 with interrupts of its own, which are in step with neither its loops nor ticks. */
static const struct vmm_load with_own_timer = {
	.user_insns = 30000, .system_insns = 10000, .timer_ns = 3713000,
};

/* In emulated seconds, for each test. */
#define TIMEOUT		300

/* With the value 2 samples are 5 to 15 ms apart, 10 on average. */
#define ISOLATED_SAMPLE_US	10000

/*
 * A sample is charged with the guest time since the sample before it.  The factor is the variance
 * of these times, divided by the square of their mean.  The tick's times are all the same; the
 * timer's are 5 to 15 ms.  The timer meets a guest that mostly sleeps at random, once in many
 * expirations, so that its times have an exponential distribution.
 */
#define SPREAD_TICK	0.0
#define SPREAD_TIMER	(10.0 * 10 / 12 / (10 * 10))
#define SPREAD_RARE	1.0

/* Four standard errors of a share of 75 or 25 %, in percentage points. */
static double tolerance(double samples, double spread)
{
	return 4 * 100 * sqrt(0.75 * 0.25 * (1 + spread) / samples);
}

/* The number of timer interrupts of a CPU; its ticks are among them. */
static long long timer_interrupts(int cpu)
{
	char line[256];
	long long counts[2] = { -1, -1 };
	FILE *file;

	file = fopen("/proc/interrupts", "r");
	while (file && fgets(line, sizeof(line), file))
		if ((strstr(line, "LOC:") || strstr(line, " arch_timer")) &&
		    sscanf(line, "%*[^:]: %lld %lld", &counts[0], &counts[1]) == 2)
			break;
	if (!file || counts[cpu] < 0)
		exit(1);
	fclose(file);
	return counts[cpu];
}

/*
 * The number of active sample timers on all CPUs.  A timer whose function runs is on no list, so
 * this is the largest of three readings.
 */
static int sample_timers(void)
{
	int count, most = 0, look;
	char line[256];
	FILE *file;

	for (look = 0; look < 3; look++) {
		file = fopen("/proc/timer_list", "r");
		if (!file)
			exit(1);
		for (count = 0; fgets(line, sizeof(line), file); )
			count += !!strstr(line, " guest_cputime_timer_fn,");
		fclose(file);
		most = count > most ? count : most;
		usleep(1500);
	}
	return most;
}

/* Timer interrupts of CPU 1 in a second of guest time, while @pid runs @us there. */
static double interrupt_rate(pid_t pid, long us)
{
	long long interrupts = timer_interrupts(1), gtime = read_stat(pid, 0).gtime;

	vm_wait_guest_time(pid, us);
	return (timer_interrupts(1) - interrupts) * 1e6 /
	       ((read_stat(pid, 0).gtime - gtime) * CLOCK_TICK_US);
}

/* Start a VM whose vCPU runs on the isolated CPU, and wait for 100 ms of its guest time. */
static pid_t start_isolated(const struct vmm_load *load)
{
	pid_t pid = vm_start(load, 1);

	move_to_cpu(vm_wait_vcpu(pid), 1);
	vm_wait_guest_time(pid, 100000);
	return pid;
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

/*
 * With value 1 an isolated CPU has no sample timer.  A tick would cause 1 000 interrupts a second,
 * the timer 100.  The guest exits to the VMM, so its vCPU is loaded again and again.
 * Red: the timer started with any value.
 */
TEST_F_TIMEOUT(vtime, value_1_starts_no_timer, TIMEOUT)
{
	pid_t pid;

	pid = start_isolated(&user1_system3_exits);
	EXPECT_LE(interrupt_rate(pid, 2000000), 20);
	EXPECT_EQ(sample_timers(), 0);
	vm_stop(pid);
}

/*
 * With value 1 no interrupt of an isolated CPU is a sample: neither those of other CPUs (CPU 0
 * makes CPU 1 run a memory barrier) nor those of the guest's own timer.  Red: any interrupt of the
 * guest charges its time.
 */
TEST_F_TIMEOUT(vtime, value_1_leaves_guest_time_unclassified, TIMEOUT)
{
	struct status_times since, times;
	long long gtime;
	pid_t pid;
	int i;

	/* The VMM inherits it. */
	ASSERT_EQ(syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED, 0, 0), 0);
	pid = start_isolated(&with_own_timer);
	since = read_status(pid, 0);
	gtime = read_stat(pid, 0).gtime;
	for (i = 0; i < 300; i++) {
		usleep(1000 + rand() % 2000);
		ASSERT_EQ(syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL_EXPEDITED, 0, 0), 0);
	}
	times = read_status(pid, 0);
	EXPECT_GE((read_stat(pid, 0).gtime - gtime) * CLOCK_TICK_US, 200000);
	EXPECT_EQ(classified(times), classified(since));
	vm_stop(pid);
}

/*
 * The time of a guest that never exits is in no counter yet.  The record of the group includes it,
 * as /proc does.  Red: task_struct::gtime added up where vtime is on.
 */
TEST_F_TIMEOUT(vtime, group_record_has_running_time, TIMEOUT)
{
	struct taskstats_record record;
	long long gtime;
	pid_t pid;
	int i;

	pid = start_isolated(&user3_system1);
	for (i = 0; i < 20; i++) {
		usleep(20000);
		gtime = read_stat(pid, 0).gtime;
		record = taskstats_get(TASKSTATS_CMD_ATTR_TGID, pid);
		EXPECT_LE(gtime, (long long)record.stats.ac_guest_time / CLOCK_TICK_US);
		EXPECT_LE((long long)record.stats.ac_guest_time / CLOCK_TICK_US,
			  read_stat(pid, 0).gtime);
	}
	vm_stop(pid);
}

/*
 * guest_usec of the root cgroup includes time that is in no counter yet.  Red: the counters read
 * without pending time.
 */
TEST_F_TIMEOUT(vtime, root_cgroup_has_running_time, TIMEOUT)
{
	struct cgroup_times since, times;
	pid_t pid;

	cgroup_mount();
	pid = start_isolated(&user3_system1);
	since = cgroup_read("");
	usleep(300000);
	times = cgroup_read("");
	EXPECT_GE(times.guest - since.guest, 200000);
	vm_stop(pid);
	cgroup_unmount();
}

/*
 * The cgroup of a VM without a tick has the VM's times, and a reader never finds parts that exceed
 * guest time.  After a move the new cgroup gets no part of guest time that it does not have.  Red:
 * the timer's samples charged to the task alone, or twice; pending time kept over the move.
 */
TEST_F_TIMEOUT(vtime, cgroups_have_times_of_their_vm, TIMEOUT)
{
	struct cgroup_times a, b, moved;
	struct status_times status;
	pid_t pid;

	collect_set(2);
	cgroup_mount();
	cgroup_make("a");
	cgroup_make("b");
	pid = cgroup_start_vm("a", &user1_system3_exits, 1);
	move_to_cpu(vm_wait_vcpu(pid), 1);
	vm_wait_guest_time(pid, 1000000);
	EXPECT_GE(cgroup_tight_reads("a", 1000), 0);
	cgroup_move(pid, "b");
	moved = cgroup_read("a");
	vm_wait_guest_time(pid, 2000000);
	vm_stop_vcpus(pid);
	status = read_status(pid, 0);
	a = cgroup_read("a");
	b = cgroup_read("b");
	EXPECT_EQ(a.guest, moved.guest);
	EXPECT_LE(a.guest_user + a.guest_system, a.guest);
	EXPECT_LE(b.guest_user + b.guest_system, b.guest);
	EXPECT_GE(b.guest_user + b.guest_system, 1500000);
	/* Each is rounded down. */
	EXPECT_LE(llabs(status.guest_user - a.guest_user - b.guest_user), 1);
	EXPECT_LE(llabs(status.guest_system - a.guest_system - b.guest_system), 1);
	EXPECT_LE(llabs((a.guest + b.guest) / CLOCK_TICK_US - read_stat(pid, 0).gtime), 1);
	vm_stop(pid);
	cgroup_remove("a");
	cgroup_remove("b");
	cgroup_unmount();
}

FIXTURE(sampled) { };

FIXTURE_VARIANT(sampled)
{
	const struct vmm_load *load;
};

FIXTURE_VARIANT_ADD(sampled, no_exits)
{
	.load = &user3_system1,
};

FIXTURE_VARIANT_ADD(sampled, exits)
{
	.load = &user1_system3_exits,
};

FIXTURE_VARIANT_ADD(sampled, own_interrupts)
{
	.load = &with_own_timer,
};

FIXTURE_SETUP(sampled)
{
	move_to_cpu(0, 0);
	collect_set(2);
}

FIXTURE_TEARDOWN(sampled)
{
	collect_set(0);
}

/*
 * With value 2 all guest time is sampled, some 100 times a second.  The guest may never exit on its
 * own: its vCPU comes from CPU 0, and is loaded on CPU 1 just once.  Red: the timer not started,
 * its samples ignored, or charged with the last flush instead of the pending time.
 */
TEST_F_TIMEOUT(sampled, has_true_share, TIMEOUT)
{
	const double truth = 100 * vmm_load_user_share(variant->load);
	const double own = variant->load->timer_ns ? 1e9 / variant->load->timer_ns : 0;
	const int samples = 1500;
	struct status_times since, times;
	long long gtime, interrupts;
	double share, seconds;
	pid_t pid;

	pid = start_isolated(variant->load);
	since = read_status(pid, 0);
	gtime = read_stat(pid, 0).gtime;
	interrupts = timer_interrupts(1);
	vm_wait_guest_time(pid, samples * ISOLATED_SAMPLE_US);
	times = read_status(pid, 0);
	gtime = read_stat(pid, 0).gtime - gtime;
	interrupts = timer_interrupts(1) - interrupts;

	share = user_share(status_since(times, since));
	seconds = gtime * CLOCK_TICK_US / 1e6;
	TH_LOG("guest user %.2f %%, truth %.2f, %.1f interrupts a second", share, truth,
	       interrupts / seconds);
	EXPECT_LE(fabs(share - truth), tolerance(samples, SPREAD_TIMER));
	EXPECT_GE(classified(status_since(times, since)), gtime * CLOCK_TICK_US * 98 / 100);
	/*
	 * A second of guest time takes more than a second of wall time, so more than 100 interrupts
	 * come in it.  KVM's hrtimer for the guest's timer runs on CPU 0, or on CPU 1 if CPU 0 is
	 * idle and its next tick is later.
	 */
	EXPECT_GE(interrupts, 90 * seconds);
	EXPECT_LE(interrupts, (150 + own) * seconds);
	vm_stop(pid);
}

/*
 * The timer ends when the value changes, and when there is no guest.  It can be started again.
 * Red: it restarts itself in any case; a timer that has ended counts as started.
 */
TEST_F_TIMEOUT(vtime, timer_ends, TIMEOUT)
{
	long long interrupts;
	pid_t pid;

	pid = start_isolated(&user3_system1);
	collect_set(2);
	EXPECT_GE(interrupt_rate(pid, 1000000), 80);
	collect_set(1);
	EXPECT_LE(interrupt_rate(pid, 1000000), 20);

	collect_set(2);
	EXPECT_GE(interrupt_rate(pid, 1000000), 80);
	vm_stop(pid);
	usleep(100000);
	interrupts = timer_interrupts(1);
	usleep(1000000);
	EXPECT_LE(timer_interrupts(1) - interrupts, 20);
}

/*
 * The timer also samples a guest that works for less than its period and sleeps for more.  Red: a
 * timer that has ended is started anew each time, after the guest has worked.
 */
TEST_F_TIMEOUT(vtime, short_work_is_sampled, TIMEOUT)
{
	struct vmm_load load = { .user_insns = 45000, .system_insns = 15000 };
	const int samples = 2400;
	/* VM entry after a halt counts as ring 0: up to 2 points of a loop this short. */
	const double points = tolerance(samples, SPREAD_RARE) + 2;
	struct status_times since, times;
	double share, scale;
	long long gtime;
	pid_t pid;

	/*
	 * The guest works for 1.5 to 4.5 of 20 ms (guest.S varies it), less than each interval of
	 * the timer.  It sleeps for longer than each interval, so that the timer ends.
	 */
	load.mem = vmm_memory();
	pid = start_isolated(&load);
	vm_wait_guest_time(pid, 200000);
	vm_stop_vcpus(pid);
	scale = 3000.0 * vmm_read_counts(&load).loops / (read_stat(pid, 0).gtime * CLOCK_TICK_US);
	vm_stop(pid);
	load = (struct vmm_load) {
		.user_insns = load.user_insns * scale, .system_insns = load.system_insns * scale,
		.timer_ns = 20000000, .halt = true,
	};

	collect_set(2);
	pid = start_isolated(&load);
	since = read_status(pid, 0);
	gtime = read_stat(pid, 0).gtime;
	vm_wait_guest_time(pid, samples * ISOLATED_SAMPLE_US);
	times = read_status(pid, 0);
	gtime = read_stat(pid, 0).gtime - gtime;

	share = user_share(status_since(times, since));
	TH_LOG("guest user %.2f %%, tolerance %.1f, %lu and %lu instructions", share, points,
	       load.user_insns, load.system_insns);
	EXPECT_LE(fabs(share - 75), points);
	EXPECT_GE(classified(status_since(times, since)), gtime * CLOCK_TICK_US * 9 / 10)
		TH_LOG("%lld us of %lld", classified(status_since(times, since)),
		       gtime * CLOCK_TICK_US);
	vm_stop(pid);
}

/*
 * With value 2 a CPU with a tick samples as with value 1, with the same result.  Red: with value 2
 * nothing but the timer samples.
 */
TEST_F_TIMEOUT(vtime, others_are_sampled, TIMEOUT)
{
	const int samples = 2000;
	struct status_times times;
	pid_t pid;

	collect_set(2);
	pid = vm_start(&user3_system1, 1);
	vm_wait_samples(pid, samples);
	vm_stop_vcpus(pid);
	times = read_status(pid, 0);
	EXPECT_LE(fabs(user_share(times) - 75), tolerance(samples, SPREAD_TICK))
		TH_LOG("guest user %lld us, guest system %lld us",
		       times.guest_user, times.guest_system);
	vm_stop(pid);
}

/*
 * With value 2 a CPU with a tick has no sample timer, whatever it runs.  Red: the timer started
 * beside a tick, some of whose samples it would cancel.
 */
TEST_F_TIMEOUT(vtime, others_have_no_timer, TIMEOUT)
{
	pid_t pid;

	collect_set(2);
	pid = vm_start(&user1_system3_exits, 1);
	vm_wait_guest_time(pid, 200000);
	EXPECT_EQ(sample_timers(), 0);
	move_to_cpu(vm_wait_vcpu(pid), 1);
	vm_wait_guest_time(pid, 200000);
	EXPECT_EQ(sample_timers(), 1);
	vm_stop(pid);
}

/*
 * A vCPU moves between the CPUs, with values 1 and 2.  The parts of the process and of each CPU
 * never exceed the total, and never go backwards.  Red: the key ignored on one of the CPUs.
 */
TEST_F_TIMEOUT(vtime, moves_keep_parts_within_total, TIMEOUT)
{
	struct cpu_times cpus[MAX_CPU_LINES];
	struct status_times before;
	struct stat_times old = { };
	int round, i, j;
	long long parts;
	pid_t pid, tid;

	pid = vm_start(&user3_system1, 1);
	tid = vm_wait_vcpu(pid);
	for (round = 0; round < 4; round++) {
		move_to_cpu(tid, 0);
		vm_wait_samples(pid, 200);
		collect_set(1 + round % 2);
		move_to_cpu(tid, 1);
		vm_wait_guest_time(pid, 100000);
		before = read_status(pid, 0);
		for (i = 0; i < 100; i++) {
			struct stat_times now = read_stat(pid, 0);
			int count = read_cpus(cpus);

			ASSERT_LE(now.gutime + now.gstime, now.gtime);
			ASSERT_GE(now.gutime, old.gutime);
			ASSERT_GE(now.gstime, old.gstime);
			old = now;
			for (j = 0; j < count; j++)
				ASSERT_LE(cpus[j].guest_user + cpus[j].guest_system,
					  cpus[j].guest + cpus[j].guest_nice);
		}
		/* With value 2 CPU 1 samples, with value 1 it does not. */
		vm_wait_guest_time(pid, 200000);
		parts = classified(read_status(pid, 0)) - classified(before);
		EXPECT_GE(parts, round % 2 ? 150000 : 0);
		EXPECT_LE(parts, round % 2 ? LLONG_MAX : 0);
	}
	vm_stop(pid);
}

/*
 * An isolated CPU that was off line for a moment samples again.  A second VM keeps CPU 0
 * busy with guests.  Red: without the online callback, a timer that ended on CPU 0 counts as
 * active.
 */
TEST_F_TIMEOUT(vtime, timer_starts_again_after_hotplug, TIMEOUT)
{
	struct status_times since;
	pid_t pid, other, tid;

	collect_set(2);
	other = vm_start(&user3_system1, 1);
	move_to_cpu(vm_wait_vcpu(other), 0);
	pid = start_isolated(&user3_system1);
	tid = vm_wait_vcpu(pid);
	EXPECT_EQ(sample_timers(), 1);
	put_file("/sys/devices/system/cpu/cpu1/online", "0");
	put_file("/sys/devices/system/cpu/cpu1/online", "1");
	move_to_cpu(tid, 1);
	vm_wait_guest_time(pid, 200000);
	since = read_status(pid, 0);
	vm_wait_guest_time(pid, 500000);
	EXPECT_GE(classified(read_status(pid, 0)) - classified(since), 400000);
	vm_stop(pid);
	vm_stop(other);
}

/*
 * Run @pid for @us with @value.  Returns the growth of its parts, in microseconds; *@gtime gets the
 * growth of its guest time, in clock ticks.
 */
static long long grown(pid_t pid, int value, long us, long long *gtime)
{
	const struct status_times before = read_status(pid, 0);
	struct status_times after;

	*gtime = -read_stat(pid, 0).gtime;
	collect_set(value);
	vm_wait_guest_time(pid, us);
	after = read_status(pid, 0);
	*gtime += read_stat(pid, 0).gtime;
	return classified(after) - classified(before);
}

/*
 * While collection is off the parts do not grow.  On again, none of the guest time before is split.
 * Red: the key inverted; pending time kept over a write of the sysctl.
 */
TEST_F_TIMEOUT(vtime, switch_takes_effect_mid_run, TIMEOUT)
{
	struct status_times before, after;
	long long gtime, parts;
	int round;
	pid_t pid;

	pid = start_isolated(&user3_system1);
	for (round = 0; round < 2; round++) {
		const int value = 1 + round;

		collect_set(0);
		before = read_status(pid, 0);
		vm_wait_guest_time(pid, 1000000);
		after = read_status(pid, 0);
		EXPECT_EQ(after.guest_user, before.guest_user);
		EXPECT_EQ(after.guest_system, before.guest_system);

		parts = grown(pid, value, 200000, &gtime);
		EXPECT_LE(parts, value == 2 ? (gtime + 1) * CLOCK_TICK_US : 0);
		EXPECT_GE(parts, value == 2 ? 150000 : 0);
	}
	vm_stop(pid);
}

/*
 * A paused VM gets no part of the time of its pause.  Red: a sample is charged with the time since
 * the last one, instead of the guest time.
 */
TEST_F_TIMEOUT(vtime, pause_is_not_charged, TIMEOUT)
{
	struct status_times before;
	long long gtime, parts;
	pid_t pid;

	collect_set(2);
	pid = start_isolated(&user3_system1);
	before = read_status(pid, 0);
	gtime = read_stat(pid, 0).gtime;
	vm_pause(pid);
	usleep(1000000);
	kill(pid, SIGCONT);
	vm_wait_guest_time(pid, 200000);
	parts = classified(read_status(pid, 0)) - classified(before);
	gtime = read_stat(pid, 0).gtime - gtime;
	EXPECT_GE(parts, 150000);
	/* Up to 15 ms before the first reading had no sample yet. */
	EXPECT_LE(parts, (gtime + 3) * CLOCK_TICK_US);
	vm_stop(pid);
}

/*
 * Guest time of value 1 stays unclassified when value 2 follows. A guest without exits has 200 ms
 * of it that the kernel has not accounted yet.  Red: the first batch after the write is counted, so
 * that the first sample charges 100 ms of it.
 */
TEST_F_TIMEOUT(vtime, value_2_charges_nothing_of_value_1, TIMEOUT)
{
	long long gtime, parts, all = 0;
	int round;
	pid_t pid;

	pid = start_isolated(&user3_system1);
	for (round = 0; round < 8; round++) {
		collect_set(1);
		vm_wait_guest_time(pid, 200000);
		parts = grown(pid, 2, 30000, &gtime);
		EXPECT_LE(parts, (gtime + 1) * CLOCK_TICK_US);
		all += parts;
	}
	/* Of two samples in 30 ms the second one charges at least 5. */
	EXPECT_GE(all, 8 * 5000);
	collect_set(0);
	vm_stop(pid);
}

TEST_HARNESS_MAIN
