/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_SOURCE_H
#define GUESTTIME_SOURCE_H

#include "feature.h"
#include "options.h"
#include "proc_scan.h"

/* Where guest user and guest system come from. */
enum source_kind {
	SOURCE_IS_NONE,		/* they are not known */
	SOURCE_IS_KERNEL,	/* counters of the kernel */
	SOURCE_IS_SAMPLED,	/* guest time of the kernel, shares of perf samples */
};

/**
 * struct source_options - what to open
 * @choice:	what the user wants
 * @rate:	samples a second of each running vCPU
 * @rates:	changes between scans are wanted, not totals since the VMs began:
 *		samples serve
 * @procfd:	directory file descriptor of /proc
 * @feature:	what the kernel can do
 * @select:	which processes; kept, not copied
 * @threads:	snapshots are to list threads
 * @all:	also what ran no guest
 * @wait:	also how long vCPUs waited for a CPU
 * @closely:	VMs that @threads and @wait are for; NULL for all. Kept, not copied
 */
struct source_options {
	enum source_choice choice;
	uint32_t rate;
	bool rates;
	int procfd;
	struct feature feature;
	const struct proc_select *select;
	bool threads;
	bool all;
	bool wait;
	const struct proc_closely *closely;
};

struct source;

/**
 * source_open - begin
 * @why:	set to one sentence for the user: which source it is and what a better
 *		one needs, or what is wrong; NULL if there is nothing to say. It lives
 *		until source_close(), or for ever if opening failed.
 *
 * Return: 0; -EPERM if sampling is what is left, and not allowed; -EOPNOTSUPP if the
 * kernel has neither; -ENOMEM.
 */
int source_open(const struct source_options *opts, struct source **source, const char **why);

enum source_kind source_kind(const struct source *source);

/** source_name - "kernel", "sampled" or "none" */
const char *source_name(const struct source *source);

/**
 * source_scan - one pass over /proc
 *
 * Snapshots carry cumulative counters, whatever the source: of a sampled one they
 * begin at zero when a VM was first seen. Return: as proc_scan().
 */
int source_scan(struct source *source, struct proc_snapshot *snap);

/**
 * source_fd - becomes readable when samples have to be taken out of buffers
 *
 * Return: -1 if this source has none. source_scan() takes them out too.
 */
int source_fd(const struct source *source);

/** source_drain - take samples out */
void source_drain(struct source *source);

/** source_lost - samples lost since the last call */
uint64_t source_lost(struct source *source);

/**
 * source_trouble - what newly keeps some vCPUs from being sampled
 *
 * Return: a sentence for the user, NULL if there is nothing new.
 */
const char *source_trouble(struct source *source);

void source_close(struct source *source);

#endif
