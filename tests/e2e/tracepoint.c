// SPDX-License-Identifier: GPL-2.0-only
/* The tracepoint guest_cputime:guest_cputime_charge, through tracefs. */
#include "kselftest_harness.h"

#include <fcntl.h>
#include <sys/mount.h>

#include "collect.h"
#include "proc_read.h"
#include "vm.h"

#define TRACEFS		"/sys/kernel/tracing/"
#define EVENT		TRACEFS "events/guest_cputime/guest_cputime_charge/"

static const struct vmm_load user3_system1 = { .user_insns = 30000, .system_insns = 10000 };

/**
 * struct charges - the events of a thread
 * @count:  how many
 * @user:   sum of the nanoseconds charged to user
 * @system: sum of the nanoseconds charged to system
 */
struct charges {
	long count;
	long long user;
	long long system;
};

static void put(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_TRUNC);

	if (fd < 0 || write(fd, value, strlen(value)) < 0) {
		perror(path);
		exit(1);
	}
	close(fd);
}

/* Sum up the events of @tid in the trace. */
static struct charges read_trace(pid_t tid)
{
	FILE *trace = fopen(TRACEFS "trace", "r");
	struct charges charges = { };
	char line[256];

	while (trace && fgets(line, sizeof(line), trace)) {
		const char *event = strstr(line, ": guest_cputime_charge: ");
		unsigned long long ns;
		char ring[8];
		int pid;

		if (!event)
			continue;
		if (sscanf(event, ": guest_cputime_charge: pid=%d ring=%7s ns=%llu",
			   &pid, ring, &ns) != 3) {
			printf("# not in the format: %s", line);
			exit(1);
		}
		if (pid != tid)
			continue;
		charges.count++;
		if (!strcmp(ring, "user"))
			charges.user += ns;
		else if (!strcmp(ring, "system"))
			charges.system += ns;
	}
	fclose(trace);
	return charges;
}

FIXTURE(tracepoint) { };

FIXTURE_SETUP(tracepoint)
{
	mount("tracefs", TRACEFS, "tracefs", 0, NULL);
	put(TRACEFS "buffer_size_kb", "4096");
	put(TRACEFS "trace", "");
	put(EVENT "enable", "1");
}

FIXTURE_TEARDOWN(tracepoint)
{
	put(EVENT "enable", "0");
	collect_set(0);
}

/*
 * The events of a thread add up to its times, to the nanosecond.  Red: an event
 * before or without its charge, ring names swapped.
 */
TEST_F_TIMEOUT(tracepoint, adds_up, 300)
{
	struct status_times times;
	struct charges charges;
	pid_t pid, tid;

	collect_set(1);
	pid = vm_start(&user3_system1, 1);
	vm_wait_samples(pid, 1000);
	ASSERT_EQ(read_threads(pid, VMM_VCPU_COMM, &tid, 1), 1);
	vm_stop_vcpus(pid);
	times = read_status(pid, 0);
	vm_stop(pid);

	charges = read_trace(tid);
	EXPECT_GE(charges.count, 1000);
	EXPECT_EQ(charges.user, times.user * 1000);
	EXPECT_EQ(charges.system, times.system * 1000);
	EXPECT_EQ(charges.count * TICK_US, times.user + times.system);
}

/* Nothing with collection off.  Red: the event on the wrong side of the key. */
TEST_F_TIMEOUT(tracepoint, off_is_silent, 300)
{
	pid_t pid, tid;

	collect_set(0);
	pid = vm_start(&user3_system1, 1);
	vm_wait_guest_time(pid, 300000);
	ASSERT_EQ(read_threads(pid, VMM_VCPU_COMM, &tid, 1), 1);
	vm_stop(pid);
	EXPECT_EQ(read_trace(tid).count, 0);
}

TEST_HARNESS_MAIN
