/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_FRAME_H
#define GUESTTIME_FRAME_H

#include "row.h"

/**
 * struct host_split - what the host's CPUs did in an interval [percent of one CPU]
 * @cpus:	how many
 */
struct host_split {
	struct value cpus;
	struct value user;		/* without guests */
	struct value system;
	struct value guest_user;
	struct value guest_system;
	struct value unclassified;
	struct value idle;
	struct value steal;
};

/**
 * struct frame - everything about one interval
 * @vms:	a row for each VM
 * @threads:	a row for each of their threads, by pid and tid; empty unless
 *		asked for
 * @host:	the host's CPUs
 * @lost:	samples lost
 * @interval:	how long it took [s]
 * @time:	when it ended [s since the epoch]
 * @hostname:	of the host
 * @source:	where the split comes from
 */
struct frame {
	struct rows vms;
	struct rows threads;
	struct host_split host;
	uint64_t lost;
	double interval;
	double time;
	const char *hostname;
	const char *source;
};

#endif
