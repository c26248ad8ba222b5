/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_CLOCK_SECONDS_H
#define GUESTTIME_CLOCK_SECONDS_H

#include <time.h>

/** clock_seconds - what a clock says [s] */
static inline double clock_seconds(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

#endif
