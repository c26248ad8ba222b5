// SPDX-License-Identifier: GPL-2.0-only
/* Waiting, and being told to stop. */
#include "stop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

#include "clock_seconds.h"

int stop_open(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

bool stop_wait(int stopfd, int fd, double until, bool *input)
{
	struct pollfd fds[] = {
		{ .fd = stopfd, .events = POLLIN },
		{ .fd = fd, .events = POLLIN },
	};
	struct timespec timeout;
	double left;
	int n;

	if (input)
		*input = false;
	left = until - clock_seconds(CLOCK_MONOTONIC);
	if (left < 0)
		left = 0;
	timeout.tv_sec = (time_t)left;
	timeout.tv_nsec = (long)((left - (double)timeout.tv_sec) * 1e9);
	n = ppoll(fds, 2, &timeout, NULL);
	if (n <= 0)
		return true;
	/* An error on @fd is for its owner to find. */
	if (input)
		*input = fds[1].revents;
	return !fds[0].revents;
}
