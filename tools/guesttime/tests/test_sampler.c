// SPDX-License-Identifier: GPL-2.0-only
/* Shares times guest time. The perf events are a script here: wrapped in the Makefile. */
#include "cmocka_all.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "perf_clock.h"
#include "sampler.h"
#include "share.h"

/* The script of each thread's event, by tid. */
static struct event {
	int error;
	struct perf_counts next;
	unsigned int opened;
	unsigned int closed;
} events[300];

static uint32_t tid_of_fd[1024];

int __wrap_perf_clock_open(pid_t tid, uint32_t rate, struct perf_clock *clock)
{
	int fds[2];

	assert_int_equal(rate, 100);
	clock->fd = -1;
	if (events[tid].error)
		return events[tid].error;
	assert_int_equal(pipe(fds), 0);
	close(fds[1]);
	clock->fd = fds[0];
	tid_of_fd[clock->fd] = (uint32_t)tid;
	events[tid].opened++;
	return 0;
}

static enum perf_ring_rule last_rule;

void __wrap_perf_clock_read(struct perf_clock *clock, enum perf_ring_rule rule,
			    struct perf_places *places, struct perf_counts *counts)
{
	struct perf_counts *next = &events[tid_of_fd[clock->fd]].next;

	last_rule = rule;
	counts->doubtful += next->doubtful;
	counts->user += next->user;
	counts->system += next->system;
	counts->lost += next->lost;
	memset(next, 0, sizeof(*next));
}

void __wrap_perf_clock_close(struct perf_clock *clock)
{
	if (clock->fd < 0)
		return;
	events[tid_of_fd[clock->fd]].closed++;
	close(clock->fd);
	clock->fd = -1;
}

static const struct vm_identity visible = { .name = "vm" }, hidden = { .name = "sev", .hidden = true };

static struct proc_task task(uint32_t pid, uint32_t tid, uint64_t gtime)
{
	return (struct proc_task){
		.pid = pid, .tid = tid, .starttime = tid, .vm = &visible,
		.vcpu = tid > pid ? (int32_t)(tid - pid) - 1 : -1,
		.times = { .utime = gtime, .gtime = gtime, .has_cpu = true, .has_gtime = true },
	};
}

static struct sampler *sampler;

static void apply(struct proc_task *processes, size_t n, struct proc_task *threads, size_t m)
{
	struct proc_snapshot snap = {
		.processes = { .v = processes, .n = n }, .threads = { .v = threads, .n = m },
	};

	assert_int_equal(sampler_apply(sampler, &snap), 0);
}

static int setup(void **state)
{
	const char *why = NULL;

	memset(events, 0, sizeof(events));
	return sampler_open(100, &sampler, &why);
}

static int teardown(void **state)
{
	sampler_close(sampler);
	return 0;
}

static void assert_split(const struct proc_task *t, uint64_t user, uint64_t system)
{
	assert_true(t->times.has_split);
	if (t->times.gutime != user || t->times.gstime != system)
		fail_msg("%u/%u: %llu %llu, not %llu %llu", t->pid, t->tid,
			 (unsigned long long)t->times.gutime, (unsigned long long)t->times.gstime,
			 (unsigned long long)user, (unsigned long long)system);
}

static void splits_by_shares(void **state)
{
	struct proc_task p[] = { task(10, 10, 1000), task(20, 20, 0) };
	struct proc_task t[] = { task(10, 10, 0), task(10, 11, 700), task(10, 12, 300) };

	apply(p, 2, t, 3);
	/* The split of the time before the first look is unknown. */
	assert_split(&p[0], 0, 0);
	assert_split(&t[1], 0, 0);
	assert_int_equal(events[11].opened, 1);
	assert_int_equal(events[10].opened, 0);		/* no vCPU */
	assert_int_equal(events[20].opened, 0);

	events[11].next = (struct perf_counts){ .user = 3, .system = 1 };
	events[12].next = (struct perf_counts){ .user = 0, .system = 5 };
	p[0] = task(10, 10, 1600);
	t[0] = task(10, 10, 0);
	t[1] = task(10, 11, 1100);
	t[2] = task(10, 12, 500);
	apply(p, 2, t, 3);
	assert_split(&t[0], 0, 0);
	assert_split(&t[1], 300, 100);
	assert_split(&t[2], 0, 200);
	assert_split(&p[0], 300, 300);

	/* Samples of host time alone say nothing of the guest's. */
	events[11].next = (struct perf_counts){ .host = 9 };
	p[0] = task(10, 10, 1700);
	t[1] = task(10, 11, 1200);
	t[2] = task(10, 12, 500);
	apply(p, 2, t, 3);
	assert_split(&t[1], 300, 100);
	assert_split(&p[0], 300, 300);

	/* One of two has samples: half of the process' time is classified. */
	events[11].next = (struct perf_counts){ .user = 1 };
	p[0] = task(10, 10, 1900);
	t[1] = task(10, 11, 1300);
	t[2] = task(10, 12, 600);
	apply(p, 2, t, 3);
	assert_split(&t[1], 400, 100);
	assert_split(&t[2], 0, 200);
	assert_split(&p[0], 400, 300);

	/* Each interval has its own shares. */
	events[11].next = (struct perf_counts){ .user = 1, .system = 3 };
	p[0] = task(10, 10, 2100);
	t[1] = task(10, 11, 1500);
	apply(p, 2, t, 3);
	assert_split(&t[1], 450, 250);
	assert_split(&p[0], 450, 450);
}

static void follows_threads(void **state)
{
	struct proc_task p[] = { task(10, 10, 100), task(20, 20, 50) };
	struct proc_task t[] = { task(10, 11, 100), task(20, 21, 50) };
	struct proc_task other = task(10, 11, 5);

	apply(p, 2, t, 2);
	events[11].next.lost = 7;
	/* A VM ends, and another thread gets the number of its vCPU. */
	other.starttime = 99;
	p[0] = task(10, 10, 5);
	p[0].starttime = 98;
	apply(p, 1, &other, 1);
	assert_int_equal(events[11].opened, 2);
	assert_int_equal(events[11].closed, 1);
	assert_int_equal(events[21].closed, 1);
	assert_split(&other, 0, 0);
	assert_split(&p[0], 0, 0);
	assert_int_equal(sampler_lost(sampler), 7);
	assert_int_equal(sampler_lost(sampler), 0);
	apply(p, 0, t, 0);
	assert_int_equal(events[11].closed, 2);
}

static void leaves_hidden_guests_alone(void **state)
{
	struct proc_task p[] = { task(10, 10, 100) }, t[] = { task(10, 11, 100) };

	t[0].vm = &hidden;
	apply(p, 1, t, 1);
	assert_int_equal(events[11].opened, 0);
	p[0].times.gtime = 200;
	t[0].times.gtime = 200;
	apply(p, 1, t, 1);
	assert_split(&t[0], 0, 0);
	assert_split(&p[0], 0, 0);
}

static void names_the_limit_once(void **state)
{
	static const struct {
		int error;
		const char *name;
	} cases[] = {
		{ -EACCES, "CAP_PERFMON" }, { -EDQUOT, "RLIMIT_MEMLOCK" },
		{ -EMFILE, "RLIMIT_NOFILE" }, { -ENFILE, NULL }, { -ENODEV, "No such device" },
		{ -ESRCH, NULL },
	};
	struct proc_task p[] = { task(10, 10, 100) }, t[] = { task(10, 11, 100) };
	const char *text;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		events[11].error = cases[i].error;
		apply(p, 1, t, 1);
		text = sampler_trouble(sampler);
		if (cases[i].name) {
			assert_non_null(text);
			assert_non_null(strstr(text, cases[i].name));
		} else {
			assert_null(text);
		}
		assert_null(sampler_trouble(sampler));
	}
	/* It is tried again. */
	events[11].error = 0;
	apply(p, 1, t, 1);
	assert_int_equal(events[11].opened, 1);
}

#ifdef __x86_64__
/* The tests' kernel may be one that has old modes: then it is told at once. */
static void mistrusts_old_modes(void **state)
{
	struct proc_task p[] = { task(10, 10, 100) }, t[] = { task(10, 11, 100) };

	apply(p, 1, t, 1);
	events[11].next = (struct perf_counts){ .user = 1, .doubtful = 1 };
	apply(p, 1, t, 1);
	assert_non_null(strstr(sampler_trouble(sampler), "32-bit guests"));
	assert_null(sampler_trouble(sampler));
	apply(p, 1, t, 1);
	assert_int_equal(last_rule, PERF_RING_ADDRESS);
}
#endif

/* Whatever the shares, the parts are the whole, and neither ever falls. */
static void shares_add_up(void **state)
{
	struct share share = { 0 }, before;
	uint64_t charged = 0;
	int i;

	for (i = 0; i < 1000; i++) {
		uint64_t ticks = (uint64_t)(i * 7919 % 13);

		before = share;
		share_charge(&share, ticks, (double)(i % 7) / 6);
		charged += ticks;
		assert_true(share.user >= before.user && share.system >= before.system);
		assert_int_equal(share.user + share.system, charged);
	}
	/* Small pieces are not lost: 1 000 times a third of a tick. */
	share = (struct share){ 0 };
	for (i = 0; i < 1000; i++)
		share_charge(&share, 1, 1.0 / 3);
	assert_in_range(share.user, 332, 334);
}

/* Red when: the hint does not depend on kernel.perf_event_paranoid. */
static void refuses_without_rights(void **state)
{
	struct sampler *none;
	const char *why = NULL;

	events[0].error = -EACCES;
	assert_int_equal(sampler_open(100, &none, &why), -EPERM);
	assert_non_null(strstr(why, "CAP_PERFMON"));
	assert_non_null(strstr(sampler_rights(2), "setcap"));
	assert_null(strstr(sampler_rights(2), "sysctl"));
	assert_non_null(strstr(sampler_rights(3), "sysctl kernel.perf_event_paranoid=2"));
	events[0].error = -ENOSYS;
	assert_int_equal(sampler_open(100, &none, &why), -EOPNOTSUPP);
	assert_non_null(strstr(why, "CONFIG_PERF_EVENTS"));
}

/*
 * Nothing else empties the buffers while an exporter waits for a scrape.
 * Red when: the timer is not set, or set to the time that fills a buffer.
 */
static void timer_comes_when_half_of_a_buffer_is_full(void **state)
{
	/* Bytes: a header, the address; on arm64 one register, and which ABI it has. */
#ifdef __aarch64__
	const double sample = 32;
#else
	const double sample = 16;
#endif
	struct itimerspec timer;
	double seconds, filled;

	assert_int_equal(timerfd_gettime(sampler_fd(sampler), &timer), 0);
	assert_true(timer.it_value.tv_sec > 0 || timer.it_value.tv_nsec > 0);
	seconds = (double)timer.it_interval.tv_sec + (double)timer.it_interval.tv_nsec / 1e9;
	/* The period is a 97th shorter than that of 100 Hz. */
	filled = seconds * 100 * 97 / 96 * sample / (double)sysconf(_SC_PAGESIZE);
	assert_true(filled > 0.49 && filled < 0.51);
}

#define SAMPLER_TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SAMPLER_TEST(splits_by_shares),
		SAMPLER_TEST(follows_threads),
		SAMPLER_TEST(leaves_hidden_guests_alone),
		SAMPLER_TEST(names_the_limit_once),
		SAMPLER_TEST(refuses_without_rights),
		SAMPLER_TEST(timer_comes_when_half_of_a_buffer_is_full),
#ifdef __x86_64__
		SAMPLER_TEST(mistrusts_old_modes),
#endif
		cmocka_unit_test(shares_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
