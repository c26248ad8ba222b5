/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_CPU_SPLIT_H
#define GUESTTIME_CPU_SPLIT_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct cpu_times - counters of a task as the kernel gives them
 *
 * All in one unit (ticks or microseconds); @utime includes @gtime. A counter
 * whose @has_ flag is false is not known, which is not the same as zero.
 */
struct cpu_times {
	uint64_t utime;
	uint64_t stime;
	uint64_t gtime;
	uint64_t gutime;
	uint64_t gstime;
	bool has_cpu;		/* utime, stime */
	bool has_gtime;
	bool has_split;		/* gutime, gstime */
};

/* A number that may be unknown. */
struct value {
	double v;
	bool known;
};

/* The columns derived from struct cpu_times. */
struct cpu_split {
	struct value guest_user;
	struct value guest_system;
	struct value unclassified;
	struct value host_user;
	struct value host_system;
	struct value host;		/* user and system */
	struct value guest;		/* in any ring */
	struct value total;		/* all CPU time, guest and host */
};

enum cpu_split_kind {
	CPU_SPLIT_TOTALS,	/* counters since the task began */
	CPU_SPLIT_DELTA,	/* differences over an interval */
};

/**
 * cpu_ran_guest - has this task ever run a guest?
 */
bool cpu_ran_guest(const struct cpu_times *t);

/**
 * cpu_times_sub - differences of two readings of the same task
 *
 * A difference is known where both readings are; one below zero becomes zero.
 */
struct cpu_times cpu_times_sub(const struct cpu_times *now, const struct cpu_times *before);

/**
 * cpu_split_of - derive the columns
 * @t:		counters, or differences of counters
 * @scale:	multiplies each counter: seconds (or percent) per unit
 * @kind:	which of the two @t is
 *
 * Guest user and guest system are unknown if nothing of some guest time has
 * been classified: the guest ran in some ring, so a zero would be a lie.
 * Totals that claim more classified than guest time leave "unclassified"
 * unknown. Over an interval that is normal (time waiting since before it was
 * classified within it), and the rest is zero.
 */
struct cpu_split cpu_split_of(const struct cpu_times *t, double scale, enum cpu_split_kind kind);

#endif
