// SPDX-License-Identifier: GPL-2.0-only
/*
 * tools/guesttime on a kernel that splits guest time: what it prints is what the
 * kernel says.  What it makes of other kernels is tested beside the tool.
 *
 * on board: /bin/guesttime=$BUILD/guesttime/guesttime
 */
#include "kselftest_harness.h"

#include <math.h>

#include "collect.h"
#include "proc_read.h"
#include "vm.h"

static const struct vmm_load user3_system1 = { .user_insns = 30000, .system_insns = 10000 };
static const struct vmm_load user1_system3 = { .user_insns = 10000, .system_insns = 30000 };

/* What guesttime printed last, errors included. */
static char output[8192];

/* Run guesttime with @argv, into output.  Returns its exit status. */
static int run(char * const argv[])
{
	int fds[2], status;
	size_t len = 0;
	ssize_t got;
	pid_t pid;

	if (pipe(fds))
		exit(1);
	pid = fork();
	if (!pid) {
		dup2(fds[1], STDOUT_FILENO);
		dup2(fds[1], STDERR_FILENO);
		close(fds[0]);
		execv("/bin/guesttime", argv);
		_exit(127);
	}
	close(fds[1]);
	while ((got = read(fds[0], output + len, sizeof(output) - 1 - len)) > 0)
		len += got;
	output[len] = 0;
	close(fds[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* The line of the process @pid in the JSON output, NULL if there is none. */
static const char *line_of(pid_t pid)
{
	static char key[32];

	snprintf(key, sizeof(key), "{\"pid\":%d,", pid);
	return strstr(output, key);
}

/* A number of a line of JSON; NAN if it is null or not there. */
static double value(const char *line, const char *name)
{
	const char *end = strchr(line, '\n'), *at;
	char key[64];
	double number;

	snprintf(key, sizeof(key), "\"%s\":", name);
	at = strstr(line, key);
	if (!at || (end && at > end) || sscanf(at + strlen(key), "%lf", &number) != 1)
		return NAN;
	return number;
}

FIXTURE(guesttime) { };

FIXTURE_SETUP(guesttime)
{
	collect_set(1);
}

FIXTURE_TEARDOWN(guesttime)
{
	collect_set(0);
}

/* Totals, and the worst first.  Red: fields read from the wrong place. */
TEST_F_TIMEOUT(guesttime, totals, 300)
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

	ASSERT_EQ(run(argv), 0)
		TH_LOG("%s", output);
	for (i = 0; i < 2; i++) {
		const char *line = line_of(pids[i]);

		ASSERT_NE(line, NULL)
			TH_LOG("%s", output);
		stat = read_stat(pids[i], 0);
		EXPECT_EQ(lround(value(line, "guest_user_seconds") * 100), stat.gutime);
		EXPECT_EQ(lround(value(line, "guest_system_seconds") * 100), stat.gstime);
		EXPECT_EQ(lround(value(line, "unclassified_seconds") * 100),
			  stat.gtime - stat.gutime - stat.gstime);
		EXPECT_GE(stat.gutime + stat.gstime, i ? 49 : 149);
	}
	EXPECT_LT(line_of(pids[0]), line_of(pids[1]));
	/* Nothing else has run a guest, this program for one. */
	EXPECT_EQ(line_of(getpid()), NULL);
	vm_stop(pids[0]);
	vm_stop(pids[1]);
}

/* A line for a VM that ends, with its final times.  Red: another record taken. */
TEST_F_TIMEOUT(guesttime, exits, 300)
{
	char * const argv[] = { "guesttime", "exits", "--json", "-n", "1", NULL };
	struct status_times times;
	int status, ready[2];
	pid_t pid, killer;

	ASSERT_EQ(pipe(ready), 0);
	killer = fork();
	ASSERT_GE(killer, 0);
	if (!killer) {
		pid = vm_start(&user3_system1, 1);
		vm_wait_samples(pid, 1000);
		vm_stop_vcpus(pid);
		times = read_status(pid, 0);
		/* guesttime is listening by now: it has had a second. */
		vm_stop(pid);
		if (write(ready[1], &pid, sizeof(pid)) != sizeof(pid) ||
		    write(ready[1], &times, sizeof(times)) != sizeof(times))
			_exit(1);
		_exit(0);
	}
	ASSERT_EQ(run(argv), 0)
		TH_LOG("%s", output);
	ASSERT_EQ(waitpid(killer, &status, 0), killer);
	ASSERT_EQ(status, 0);
	ASSERT_EQ(read(ready[0], &pid, sizeof(pid)), sizeof(pid));
	ASSERT_EQ(read(ready[0], &times, sizeof(times)), sizeof(times));

	ASSERT_NE(line_of(pid), NULL)
		TH_LOG("%s", output);
	EXPECT_LE(fabs(value(line_of(pid), "guest_user_seconds") - times.user / 1e6), 0.0051);
	EXPECT_LE(fabs(value(line_of(pid), "guest_system_seconds") - times.system / 1e6), 0.0051);
}

/* Collection off: it says so, and what to do; the VM's split is not shown as 0. */
TEST_F_TIMEOUT(guesttime, off, 300)
{
	char * const argv[] = { "guesttime", "--json", NULL };
	pid_t pid;

	collect_set(0);
	pid = vm_start(&user3_system1, 1);
	vm_wait_guest_time(pid, 100000);
	vm_stop_vcpus(pid);
	ASSERT_EQ(run(argv), 0);
	EXPECT_NE(strstr(output, "kernel.collect_guest_utilization=1"), NULL)
		TH_LOG("%s", output);
	ASSERT_NE(line_of(pid), NULL);
	EXPECT_TRUE(isnan(value(line_of(pid), "guest_user_seconds")))
		TH_LOG("%s", output);
	vm_stop(pid);
}

TEST_HARNESS_MAIN
