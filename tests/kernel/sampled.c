// SPDX-License-Identifier: GPL-2.0-only
/*
 * tools/guesttime on a kernel that does not split guest time: the tool samples.  Four VMs loop a
 * known number of instructions in each ring, from which the split follows.
 *
 * on board: /bin/guesttime=$BUILD/guesttime$A/guesttime
 */
#include "kselftest_harness.h"

#include <math.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "command.h"
#include "vm.h"

#define NOBODY		65534

/*
 * A VM gets a quarter of the CPU: 1 250 samples in 5 s at 1 kHz.  A share of 75 % has a
 * standard deviation of 1.2 points then.
 */
#define RATE		"1000"
#define TOLERANCE	4.0

static const struct {
	struct vmm_load load;
	double share;		/* of ring 3, in points */
} guests[] = {
	{ { .user_insns = 30000, .system_insns = 10000, .exit_ring0 = true }, 75 },
	{ { .user_insns = 10000, .system_insns = 30000, .exit_ring0 = true }, 25 },
	{ { .user_insns = 40000 }, 100 },
	{ { .system_insns = 40000 }, 0 },
};

#define VMS		(sizeof(guests) / sizeof(guests[0]))

/* The distance of guest user's share from @truth, in points. */
static double error_of(const char *line, double truth)
{
	double user = json_number(line, "guest_user_percent");
	double share = 100 * user / (user + json_number(line, "guest_system_percent"));

	printf("# guest user %.1f, truth %.0f points\n", share, truth);
	return fabs(share - truth);
}

FIXTURE(sampled) {
	pid_t pids[VMS];
};

FIXTURE_SETUP(sampled)
{
	size_t i;

	for (i = 0; i < VMS; i++)
		self->pids[i] = vm_start(&guests[i].load, 1);
	for (i = 0; i < VMS; i++)
		vm_wait_guest_time(self->pids[i], 100000);
}

FIXTURE_TEARDOWN(sampled)
{
	size_t i;

	for (i = 0; i < VMS; i++) {
		if (self->pids[i])
			vm_stop(self->pids[i]);
	}
}

/*
 * The kernel scales the total and not guest time, so the total may be a little less than guest
 * time.  Red: a ring taken for the other; host time split, too.
 */
TEST_F_TIMEOUT(sampled, has_true_split, 900)
{
	char * const argv[] = {
		"guesttime", "-i", "5", "-n", "1", "--json", "--rate", RATE, NULL,
	};
	size_t i;

	ASSERT_EQ(command_run(0, argv), 0)
		TH_LOG("%s", output);
	EXPECT_NE(strstr(output, "does not split guest time: sampling with perf"), NULL);
	EXPECT_EQ(strstr(output, "samples lost"), NULL);
	for (i = 0; i < VMS; i++) {
		const char *line = json_line(self->pids[i]);
		double guest = json_number(line, "guest_percent");
		double parts = json_number(line, "guest_user_percent") +
			       json_number(line, "guest_system_percent");

		ASSERT_NE(line, NULL)
			TH_LOG("%s", output);
		EXPECT_NE(strstr(line, "\"source\":\"sampled\""), NULL);
		EXPECT_LE(error_of(line, guests[i].share), TOLERANCE)
			TH_LOG("%s", output);
		EXPECT_GE(guest, 10);
		EXPECT_LE(parts, guest + 0.02);
		EXPECT_GE(parts, 0.98 * guest);
		EXPECT_GE(json_number(line, "total_percent"), guest - 1);
	}
}

/* Red: threads that are no vCPU shown as one. */
TEST_F_TIMEOUT(sampled, counts_vcpu_threads_only, 900)
{
	char * const argv[] = { "guesttime", "1", "1", "-t", "--json", NULL };
	int vcpus = 0, others = 0;
	const char *at;

	ASSERT_EQ(command_run(0, argv), 0);
	for (at = output; (at = strstr(at, "\"vcpu\":")); at++) {
		vcpus += at[7] == '0';
		others += at[7] == 'n';
	}
	EXPECT_EQ(vcpus, VMS)
		TH_LOG("%s", output);
	EXPECT_GE(others, VMS);
}

/* Red: a thread that has ended, or that is new, is not followed. */
TEST_F_TIMEOUT(sampled, follows_threads_that_come_and_go, 900)
{
	char * const argv[] = {
		"guesttime", "-i", "3", "-n", "3", "--json", "--rate", RATE, NULL,
	};
	pid_t pid, newcomer;
	size_t len = 0;
	int i;
	FILE *f;

	for (i = 2; i < 4; i++) {
		vm_stop(self->pids[i]);
		self->pids[i] = 0;
	}
	f = command_start(0, argv, &pid);
	/* Wait for the first report. */
	while (fgets(output + len, (int)(sizeof(output) - len), f)) {
		int report = output[len] == '{';

		len += strlen(output + len);
		if (report)
			break;
	}
	vm_stop(self->pids[0]);
	self->pids[0] = 0;
	newcomer = vm_start(&guests[0].load, 1);
	EXPECT_EQ(command_end(f, pid, len), 0);
	EXPECT_LE(error_of(json_line(newcomer), guests[0].share), TOLERANCE)
		TH_LOG("%s", output);
	EXPECT_LE(error_of(json_line(self->pids[1]), guests[1].share), TOLERANCE)
		TH_LOG("%s", output);
	vm_stop(newcomer);
}

/* Red: no message, or numbers without a source. */
TEST_F_TIMEOUT(sampled, needs_the_right_to_sample, 900)
{
	char * const argv[] = { "guesttime", "1", "1", NULL };
	char * const kernel[] = {
		"guesttime", "1", "1", "--json", "--source", "kernel", NULL,
	};

	EXPECT_EQ(command_run(NOBODY, argv), 3);
	EXPECT_NE(strstr(output, "CAP_PERFMON"), NULL)
		TH_LOG("%s", output);
	EXPECT_NE(strstr(output, "run as root"), NULL);
	EXPECT_EQ(command_run(NOBODY, kernel), 0);
	EXPECT_NE(strstr(output, "\"guest_user_percent\":null"), NULL)
		TH_LOG("%s", output);
	EXPECT_NE(strstr(output, "\"source\":\"none\""), NULL);
}

TEST_F_TIMEOUT(sampled, status_names_the_source, 900)
{
	char * const argv[] = { "guesttime", "status", "--json", NULL };

	EXPECT_EQ(command_run(0, argv), 3);
	EXPECT_NE(strstr(output, "\"feature\":false"), NULL)
		TH_LOG("%s", output);
	EXPECT_NE(strstr(output, "\"source\":\"sampled\""), NULL);
	EXPECT_NE(strstr(output, "\"vms\":4,\"vcpus\":4"), NULL);
	EXPECT_EQ(command_run(NOBODY, argv), 4);
	EXPECT_NE(strstr(output, "\"source\":\"none\""), NULL);
}

/*
 * A vCPU that is alone on its CPU is hardly ever preempted.  On Linux 6.1 perf then reports the
 * ring of the last preemption.  Red there: rings by the mode that perf reports.
 */
TEST_F_TIMEOUT(sampled, vcpu_alone_on_its_cpu_has_true_split, 900)
{
	char * const argv[] = {
		"guesttime", "-i", "5", "-n", "1", "--json", "--rate", RATE, NULL,
	};
	size_t i;

	for (i = 0; i < VMS; i++) {
		if (i != 1)
			kill(self->pids[i], SIGSTOP);
	}
	EXPECT_EQ(command_run(0, argv), 0);
	EXPECT_LE(error_of(json_line(self->pids[1]), guests[1].share), TOLERANCE)
		TH_LOG("%s", output);
	for (i = 0; i < VMS; i++)
		kill(self->pids[i], SIGCONT);
}

/* Interrupts of all CPUs since boot. */
static long interrupts(void)
{
	char line[4096];
	long n = -1;
	FILE *f = fopen("/proc/stat", "r");

	while (f && n < 0 && fgets(line, sizeof(line), f))
		sscanf(line, "intr %ld", &n);
	if (f)
		fclose(f);
	return n;
}

/*
 * VMs that do not run cause no interrupts, so no event wakes an idle CPU.  guesttime's own start
 * and end take some ticks.  Red: events of CPUs, with an interrupt for each sample.
 */
TEST_F_TIMEOUT(sampled, idle_vms_cost_nothing, 900)
{
	char * const argv[] = {
		"guesttime", "-i", "5", "-n", "1", "--rate", RATE, NULL,
	};
	struct timespec start, end;
	long before, with, without;
	size_t i;

	for (i = 0; i < VMS; i++)
		kill(self->pids[i], SIGSTOP);
	clock_gettime(CLOCK_MONOTONIC, &start);
	before = interrupts();
	EXPECT_EQ(command_run(0, argv), 0);
	with = interrupts() - before;
	clock_gettime(CLOCK_MONOTONIC, &end);

	end.tv_sec -= start.tv_sec;
	end.tv_nsec -= start.tv_nsec;
	if (end.tv_nsec < 0) {
		end.tv_sec--;
		end.tv_nsec += 1000000000;
	}
	before = interrupts();
	nanosleep(&end, NULL);
	without = interrupts() - before;
	printf("# interrupts of an idle CPU in 5 s: %ld with the sampler, %ld without\n", with,
	       without);
	EXPECT_LT(with - without, 5 * atoi(RATE) / 5);
	for (i = 0; i < VMS; i++)
		kill(self->pids[i], SIGCONT);
}

TEST_HARNESS_MAIN
