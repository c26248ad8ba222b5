/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_PERF_CLOCK_H
#define GUESTTIME_PERF_CLOCK_H

#include <stdint.h>
#include <sys/types.h>

#include "perf_ring.h"

/* perf's clock event of one thread: it samples while the thread runs. */
struct perf_clock {
	int fd;
	void *ring;
};

/**
 * perf_clock_open - begin to sample
 * @tid:	the thread; 0 for this one
 * @rate:	samples for each second that it runs
 *
 * Return: 0 or a negative errno. -EDQUOT: no more memory may be locked.
 */
int perf_clock_open(pid_t tid, uint32_t rate, struct perf_clock *clock);

/** perf_clock_room - how long a buffer can take samples, at least [s] */
double perf_clock_room(uint32_t rate);

/** perf_clock_read - take samples out of the buffer, see perf_ring_decode() */
void perf_clock_read(struct perf_clock *clock, enum perf_ring_rule rule,
		     struct perf_places *places, struct perf_counts *counts);

void perf_clock_close(struct perf_clock *clock);

#endif
