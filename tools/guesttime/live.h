/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_LIVE_H
#define GUESTTIME_LIVE_H

#include "command.h"
#include "frame.h"
#include "host_cpu.h"
#include "source.h"

/**
 * struct live - frames of this host, as they come
 * @source:	where they come from
 * @now:	index of the last snapshot
 */
struct live {
	const struct options *opts;
	const struct environment *env;
	struct source *source;
	struct proc_snapshot snaps[2];
	struct host_cpu host[2];
	bool has_host[2];
	unsigned int now;
	bool threads;
	struct frame frame;
	char hostname[65];
};

/**
 * struct live_options - what frames are to hold
 * @threads:	rows of threads
 * @wait:	how long vCPUs waited for a CPU
 * @closely:	VMs that these are needed of; NULL for all. Kept, not copied
 */
struct live_options {
	bool threads;
	bool wait;
	const struct proc_closely *closely;
};

/**
 * live_open - begin; prints what the user should know
 *
 * Return: 0 or an exit status.
 */
int live_open(struct live *live, const struct options *opts, const struct environment *env,
	      const struct live_options *live_opts);

/** live_begin - the first look; the first frame begins here. 0 or a negative errno */
int live_begin(struct live *live);

/** live_next - end a frame, and begin the next. 0 or a negative errno */
int live_next(struct live *live);

/** live_monotonic - when the last frame ended [s] */
double live_monotonic(const struct live *live);

/** live_denied - processes that may not be looked at */
uint32_t live_denied(const struct live *live);

void live_close(struct live *live);

#endif
