/* SPDX-License-Identifier: GPL-2.0-only */
/* Samples of perf's software event cpu-clock, by ring of the guest that they interrupt. */
#ifndef BENCH_PERF_SAMPLES_H
#define BENCH_PERF_SAMPLES_H

#include <sys/types.h>

/**
 * struct perf_samples - an event of a thread, and the samples so far
 * @fd:   the event
 * @ring: its ring buffer
 * @user: samples that interrupted guest user
 * @system: samples that interrupted guest system
 * @host: samples that interrupted no guest
 * @lost: samples that the ring buffer had no room for
 */
struct perf_samples {
	int fd;
	void *ring;
	long long user, system, host, lost;
};

/* A failure ends the program. */
void perf_samples_open(struct perf_samples *samples, pid_t tid, unsigned long period_ns);

/* Counts the samples that came since the last call. */
void perf_samples_read(struct perf_samples *samples);

void perf_samples_close(struct perf_samples *samples);

#endif /* BENCH_PERF_SAMPLES_H */
