// SPDX-License-Identifier: GPL-2.0-only
/*
 * tools/guesttime on a kernel that splits guest time: it prints the times of the
 * kernel.  The tool's own tests are about other kernels.
 *
 * on board: /bin/guesttime=$BUILD/guesttime$A/guesttime
 */
#include "kselftest_harness.h"

#include <math.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collect.h"
#include "command.h"
#include "proc_read.h"
#include "vm.h"

FIXTURE(guesttime) { };
FIXTURE_SETUP(guesttime) { collect_set(1); }
FIXTURE_TEARDOWN(guesttime) { collect_set(0); }

/* Totals, and the worst first.  Red: fields read from the wrong place. */
TEST_F_TIMEOUT(guesttime, totals_are_those_of_proc, 300)
{
	char * const argv[] = { "guesttime", "--json", NULL };
	struct stat_times stat;
	pid_t pids[2];
	int i;

	pids[0] = vm_start(&user3_system1, 1);
	vm_wait_samples(pids[0], 1500);
	vm_stop_vcpus(pids[0]);
	pids[1] = vm_start(&user1_system3, 1);
	vm_wait_samples(pids[1], 500);
	vm_stop_vcpus(pids[1]);

	ASSERT_EQ(command_run(0, argv), 0)
		TH_LOG("%s", output);
	for (i = 0; i < 2; i++) {
		const char *line = json_line(pids[i]);

		ASSERT_NE(line, NULL)
			TH_LOG("%s", output);
		stat = read_stat(pids[i], 0);
		EXPECT_EQ(lround(json_number(line, "guest_user_seconds") * 100), stat.gutime);
		EXPECT_EQ(lround(json_number(line, "guest_system_seconds") * 100), stat.gstime);
		EXPECT_EQ(lround(json_number(line, "unclassified_seconds") * 100),
			  stat.gtime - stat.gutime - stat.gstime);
		EXPECT_GE(stat.gutime + stat.gstime, i ? 49 : 149);
	}
	EXPECT_LT(json_line(pids[0]), json_line(pids[1]));
	/* Only the VMs have run a guest: this program, for example, has not. */
	EXPECT_EQ(json_line(getpid()), NULL);
	vm_stop(pids[0]);
	vm_stop(pids[1]);
}

/*
 * A line for a VM that ends, with its final times.  The first VM may end before guesttime
 * listens; then the next one has the line.  Red: another record taken.
 */
TEST_F_TIMEOUT(guesttime, exits_have_final_times, 300)
{
	char * const argv[] = { "guesttime", "exits", "--json", "-n", "1", NULL };
	struct status_times times;
	pid_t pid, command;
	struct pollfd end;
	const char *line;
	FILE *file;

	file = command_start(0, argv, &command);
	end = (struct pollfd) { .fd = fileno(file) };
	do {
		pid = vm_start(&user3_system1, 1);
		vm_wait_samples(pid, 500);
		vm_stop_vcpus(pid);
		times = read_status(pid, 0);
		vm_stop(pid);
	} while (!poll(&end, 1, 10000));
	ASSERT_EQ(command_end(file, command, 0), 0)
		TH_LOG("%s", output);
	line = json_line(pid);
	ASSERT_NE(line, NULL)
		TH_LOG("%s", output);
	EXPECT_LE(fabs(json_number(line, "guest_user_seconds") - times.guest_user / 1e6), 0.0051);
	EXPECT_LE(fabs(json_number(line, "guest_system_seconds") - times.guest_system / 1e6),
		  0.0051);
}

/*
 * More processes end than the buffer holds while nobody reads: the tool counts those that it has
 * not seen.  Until guesttime listens, nothing is lost, and the next round tries again.
 * Red: the kernel's drops not read; only the fact that something was lost is counted.
 */
TEST_F_TIMEOUT(guesttime, lost_exits_are_counted, 300)
{
	char * const argv[] = { "guesttime", "exits", "--json", "--rcvbuf", "4096", NULL };
	const int children = 200;
	unsigned int lost = 0;
	struct pollfd readable;
	char line[256] = "";
	pid_t pid, child;
	FILE *file;
	int i, round;

	file = command_start(0, argv, &pid);
	readable = (struct pollfd) { .fd = fileno(file), .events = POLLIN };
	for (round = 0; round < 10 && !lost; round++) {
		ASSERT_EQ(kill(pid, SIGSTOP), 0);
		for (i = 0; i < children; i++) {
			child = fork();
			if (!child)
				_exit(0);
			ASSERT_GT(child, 0);
			ASSERT_EQ(waitpid(child, NULL, 0), child);
		}
		ASSERT_EQ(kill(pid, SIGCONT), 0);
		if (poll(&readable, 1, 2000) && fgets(line, sizeof(line), file))
			sscanf(line, "guesttime: %u exit records lost", &lost);
	}
	EXPECT_GE(lost, children * 3 / 4)
		TH_LOG("%s", line);
	EXPECT_LE(lost, 2 * children);
	ASSERT_EQ(kill(pid, SIGINT), 0);
	EXPECT_EQ(command_end(file, pid, 0), 0)
		TH_LOG("%s", output);
}

/* With collection off it says so, and what to do.  It does not show a split of 0. */
TEST_F_TIMEOUT(guesttime, off_is_not_shown_as_zero, 300)
{
	char * const argv[] = { "guesttime", "--json", NULL };
	pid_t pid;

	collect_set(0);
	pid = vm_start(&user3_system1, 1);
	vm_wait_guest_time(pid, 100000);
	vm_stop_vcpus(pid);
	ASSERT_EQ(command_run(0, argv), 0);
	EXPECT_NE(strstr(output, "kernel.collect_guest_utilization=1"), NULL)
		TH_LOG("%s", output);
	ASSERT_NE(json_line(pid), NULL);
	EXPECT_TRUE(isnan(json_number(json_line(pid), "guest_user_seconds")))
		TH_LOG("%s", output);
	vm_stop(pid);
}

TEST_HARNESS_MAIN
