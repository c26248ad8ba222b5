// SPDX-License-Identifier: GPL-2.0-only
/*
 * VMs of all kinds start, end, move and are stopped, while the sysctl is flipped and readers of
 * each export check its invariants.  At the end the guest time of the machine is that of the VMMs
 * that were reaped, up to rounding.
 *
 * Work is bounded by counts, not by time.
 */
#include "kselftest_harness.h"

#include <fcntl.h>
#include <sys/prctl.h>

#include "collect.h"
#include "crowd.h"
#include "figures.h"
#include "flip.h"
#include "proc_read.h"
#include "taskstats_read.h"
#include "trace_read.h"
#include "vm.h"
#include "watch.h"

/* Emulated time passes faster than wall time while CPUs are idle. */
#define TIMEOUT		600

/* For helper_start(): take a CPU other than the first off line, and bring it back. */
static void unplug(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF);
	char path[64];
	int fd;

	while (!figures->stop) {
		snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/online",
			 1 + rnd(cpus - 1));
		fd = open(path, O_WRONLY);
		check(fd >= 0 && write(fd, "0", 1) == 1, "%s", path);
		figure_add(FIGURE_OFFLINES, 1);
		usleep(rnd(20000));
		check(pwrite(fd, "1", 1, 0) == 1, "%s", path);
		close(fd);
		usleep(rnd(20000));
	}
}

FIXTURE(stress)
{
	struct ledger ledger;
	struct crowd crowd;
};

FIXTURE_SETUP(stress)
{
	figures_start();
	crowd_make_cgroups();
	/* This process reaps orphans. */
	ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	collect_set(1);
	self->ledger = ledger_read();
}

FIXTURE_TEARDOWN(stress)
{
	collect_set(0);
}

static void finish(struct __test_metadata *_metadata, struct _test_data_stress *self,
		   const char *name)
{
	crowd_end(&self->crowd);
	helpers_stop();
	ledger_check(&self->ledger);
	figures_print(name);
	EXPECT_EQ(figure_get(FIGURE_VIOLATIONS), 0);
}

/* The sum of exit records of threads, in microseconds. */
static struct status_times sum_exits(struct nl_sock *sock, int threads)
{
	struct taskstats_record records[8];
	struct status_times sum = { };
	int i, count;

	while (threads > 0) {
		count = taskstats_next(sock, records, 8);
		for (i = 0; i < count; i++) {
			if (records[i].group)
				continue;
			/* Other tasks are not vCPUs. */
			if (strncmp(records[i].stats.ac_comm, VMM_VCPU_COMM, strlen(VMM_VCPU_COMM)))
				continue;
			sum.guest_user += records[i].stats.ac_guest_utime;
			sum.guest_system += records[i].stats.ac_guest_stime;
			threads--;
		}
	}
	return sum;
}

/*
 * The sysctl is flipped thousands of times while guests of all kinds run.  The charges of the
 * tracepoint add up to the exit records of the vCPUs' threads, to the microsecond.  Red: parts
 * fetched after the total in do_task_stat() or show_stat(); a charge on the wrong side of the key
 * or without its event.
 */
TEST_F_TIMEOUT(stress, switching_loses_nothing, TIMEOUT)
{
	const long toggles = 1500, reads = 1000;
	struct status_times exits;
	struct charges charges;
	struct nl_sock *sock;
	int i;

	trace_start();
	sock = taskstats_listen();
	for (i = 0; i < 4; i++) {
		self->crowd.pids[self->crowd.count++] = vm_start(any_load(), 1);
		figure_add(FIGURE_VMS, 1);
	}
	helper_start(watch);
	helper_start(flip);
	while (figure_get(FIGURE_TOGGLES) < toggles || figure_get(FIGURE_READS) < reads)
		usleep(10000);
	crowd_end(&self->crowd);
	exits = sum_exits(sock, figure_get(FIGURE_VMS));
	helpers_stop();
	trace_stop();
	taskstats_close(sock);

	/* Records are in microseconds, rounded down; a charge may be any nanoseconds. */
	charges = read_trace(0);
	EXPECT_GE(charges.user / 1000, exits.guest_user);
	EXPECT_LT(charges.user / 1000, exits.guest_user + figure_get(FIGURE_VMS));
	EXPECT_GE(charges.system / 1000, exits.guest_system);
	EXPECT_LT(charges.system / 1000, exits.guest_system + figure_get(FIGURE_VMS));
	EXPECT_GT(exits.guest_user, 0);
	EXPECT_GT(exits.guest_system, 0);
	printf("# %ld events of the tracepoint\n", charges.count);
	finish(_metadata, self, "toggles");
}

/*
 * VMMs start, move to other CPUs and cgroups, are reniced, stopped and killed.  Red: the time of
 * dead threads or reaped children not folded, or folded twice; parts and total charged by nice
 * values of different moments.
 */
TEST_F_TIMEOUT(stress, coming_and_going_loses_nothing, TIMEOUT)
{
	const int events = 600;
	int i;

	for (i = 0; i < 6; i++)
		crowd_add(&self->crowd);
	helper_start(watch);
	helper_start(watch);
	helper_start(flip);
	for (i = 0; i < events; i++) {
		crowd_event(&self->crowd);
		usleep(rnd(5000));
	}
	finish(_metadata, self, "churn");
}

/* The same while CPUs go off line and come back.  Red: the times of an offline CPU lost. */
TEST_F_TIMEOUT(stress, cpus_off_line_lose_nothing, TIMEOUT)
{
	const int offlines = 40;
	int i;

	for (i = 0; i < 6; i++)
		crowd_add(&self->crowd);
	helper_start(watch);
	helper_start(flip);
	helper_start(unplug);
	while (figure_get(FIGURE_OFFLINES) < offlines) {
		crowd_event(&self->crowd);
		usleep(rnd(5000));
	}
	finish(_metadata, self, "hotplug");
	EXPECT_EQ(sysconf(_SC_NPROCESSORS_ONLN), sysconf(_SC_NPROCESSORS_CONF));
}

/* A process of a fork bomb runs a VM, or forks children that do. */
static void bomb(int depth)
{
	pid_t pids[3];
	int i, status;

	figure_add(FIGURE_FORKS, 1);
	if (!depth) {
		figure_add(FIGURE_VMS, 1);
		vmm_run_here(any_load(), 20 + rnd(200));
		return;
	}
	fflush(NULL);
	for (i = 0; i < 3; i++) {
		pids[i] = fork();
		if (pids[i] < 0)
			exit(1);
		if (!pids[i]) {
			rnd(i + 1);
			bomb(depth - 1);
			_exit(0);
		}
	}
	/* One child is killed, one left to another parent, the rest is reaped. */
	if (!rnd(3)) {
		kill(pids[0], SIGKILL);
		figure_add(FIGURE_KILLED, 1);
	}
	for (i = rnd(2); i < 3; i++) {
		if (waitpid(pids[i], &status, 0) < 0)
			exit(1);
	}
}

/*
 * Processes fork processes that run VMs, and reap them, kill them or leave them to another parent.
 * The time reaches the ancestors in each case.  Red: the children's children not folded.
 */
TEST_F_TIMEOUT(stress, children_of_children_count, TIMEOUT)
{
	const int rounds = 5;
	const long reads = 500;
	int i, status;
	pid_t pid;

	helper_start(watch);
	helper_start(flip);
	for (i = 0; i < rounds || figure_get(FIGURE_READS) < reads; i++) {
		fflush(NULL);
		pid = fork();
		ASSERT_GE(pid, 0);
		if (!pid) {
			bomb(3);
			_exit(0);
		}
		ASSERT_EQ(waitpid(pid, &status, 0), pid);
		EXPECT_EQ(status, 0);
	}
	/* Reap orphans, until only the helpers are left. */
	helpers_stop();
	while (waitpid(-1, &status, 0) > 0)
		;
	finish(_metadata, self, "fork_bomb");
}

TEST_HARNESS_MAIN
