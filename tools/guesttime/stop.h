/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_STOP_H
#define GUESTTIME_STOP_H

#include <stdbool.h>

/**
 * stop_open - take SIGINT and SIGTERM as requests to stop
 *
 * Return: a file descriptor that becomes readable when one comes, or a negative
 * errno.
 */
int stop_open(void);

/**
 * stop_wait - sleep until something happens
 * @stopfd:	from stop_open()
 * @fd:		wake up for input on this one too; -1 for none
 * @until:	CLOCK_MONOTONIC time to sleep to [s]
 * @input:	set if @fd has input; may be NULL if @fd is -1
 *
 * Return: false if it is time to stop.
 */
bool stop_wait(int stopfd, int fd, double until, bool *input);

#endif
