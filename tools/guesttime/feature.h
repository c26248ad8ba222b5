/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_FEATURE_H
#define GUESTTIME_FEATURE_H

#include <stdbool.h>

/* The sysctl kernel.collect_guest_utilization. */
enum feature_state {
	FEATURE_ABSENT,		/* no such sysctl */
	FEATURE_OFF,		/* sysctl is 0 */
	FEATURE_ON,		/* sysctl is 1 or 2 */
	FEATURE_UNREADABLE,	/* sysctl there, but not readable or no number */
};

/**
 * struct feature - what this kernel knows of splitting guest time
 * @split:	it splits: its numbers are where we look for them
 * @state:	the sysctl
 */
struct feature {
	bool split;
	enum feature_state state;
};

/**
 * feature_read - ask the kernel
 * @procfd:	directory file descriptor of /proc
 *
 * The feature is there if /proc/self/status has a line "GuestUser:". The number of
 * fields in stat does not tell: another kernel may have others in their place.
 */
struct feature feature_read(int procfd);

/**
 * feature_advice - what is wrong and what to do about it
 *
 * Return: a sentence for the user, NULL if all is well.
 */
const char *feature_advice(const struct feature *feature);

#endif
