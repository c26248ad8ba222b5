// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded: clock_gettime() takes the time since boot from the made-up /proc/uptime.
 *
 * Until 4.0.2 procps reads /proc/uptime itself; later releases call clock_gettime().
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *now)
{
	double uptime;
	FILE *fp;

	if (clock != CLOCK_BOOTTIME)
		return syscall(SYS_clock_gettime, clock, now);
	fp = fopen("/proc/uptime", "r");
	if (!fp || fscanf(fp, "%lf", &uptime) != 1)
		abort();
	fclose(fp);
	now->tv_sec = uptime;
	now->tv_nsec = (uptime - now->tv_sec) * 1e9;
	return 0;
}
