/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_FEATURE_H
#define GUESTTIME_FEATURE_H

#include <stdbool.h>

/* What the kernel says about splitting guest time. */
enum feature_state {
	FEATURE_ABSENT,		/* no such sysctl */
	FEATURE_OFF,		/* sysctl is 0 */
	FEATURE_ON,		/* sysctl is 1 or 2 */
	FEATURE_UNREADABLE,	/* sysctl there, but not readable or no number */
};

/**
 * feature_read - read kernel.collect_guest_utilization
 * @procfd:	directory file descriptor of /proc
 */
enum feature_state feature_read(int procfd);

/**
 * feature_advice - what is wrong and what to do about it
 * @state:	as read
 * @split_seen:	some stat line carried the split fields
 *
 * Return: a sentence for the user, NULL if all is well.
 */
const char *feature_advice(enum feature_state state, bool split_seen);

#endif
