// SPDX-License-Identifier: GPL-2.0-only
/*
 * many_events THREADS : an event for each of as many threads that sleep, as for vCPUs; prints
 * what opening and reading them takes.
 */
#include <err.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "perf_clock.h"

#define RATE	100

static pid_t *tids;

static void *sleep_forever(void *arg)
{
	*(pid_t *)arg = gettid();
	for (;;)
		pause();
	return arg;
}

static double cpu_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
	int n = argc == 2 ? atoi(argv[1]) : 0, i, rc;
	struct rlimit files = { (rlim_t)n + 64, (rlim_t)n + 64 };
	struct perf_counts counts = { 0 };
	struct perf_clock *clocks;
	double start, opened;
	pthread_t thread;

	if (n < 1)
		errx(2, "usage: many_events THREADS");
	setrlimit(RLIMIT_NOFILE, &files);
	tids = calloc((size_t)n, sizeof(*tids));
	clocks = calloc((size_t)n, sizeof(*clocks));
	if (!tids || !clocks)
		err(1, "no memory");
	for (i = 0; i < n; i++) {
		if (pthread_create(&thread, NULL, sleep_forever, &tids[i]))
			errx(1, "cannot start thread %d", i);
		while (!__atomic_load_n(&tids[i], __ATOMIC_ACQUIRE))
			sched_yield();
	}
	start = cpu_ms();
	for (i = 0; i < n; i++) {
		rc = perf_clock_open(tids[i], RATE, &clocks[i]);
		if (rc)
			errx(1, "event %d: %s", i, strerror(-rc));
	}
	opened = cpu_ms();
	for (i = 0; i < n; i++)
		perf_clock_read(&clocks[i], PERF_RING_MODE, NULL, &counts);
	printf("  %d events of sleeping threads: opened in %.1f ms, %ld KiB of buffers, read in %.2f ms, %llu samples\n",
	       n, opened - start, 2 * sysconf(_SC_PAGESIZE) / 1024 * n, cpu_ms() - opened,
	       (unsigned long long)(counts.user + counts.system + counts.host));
	return 0;
}
