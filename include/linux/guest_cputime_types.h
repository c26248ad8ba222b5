/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guest CPU time split by the guest's privilege ring: the types that other structures embed.
 * They are empty where the feature is configured out, so that those structures need no #ifdef.
 */
#ifndef _LINUX_GUEST_CPUTIME_TYPES_H
#define _LINUX_GUEST_CPUTIME_TYPES_H

#include <linux/atomic.h>
#include <linux/types.h>

#ifdef CONFIG_GUEST_CPUTIME

/**
 * struct guest_cputime - guest time by ring, of a thread
 * @guest_user:   guest user time, in nanoseconds
 * @guest_system: guest system time, in nanoseconds
 *
 * The sum never exceeds task_struct::gtime.  The difference is unclassified.
 */
struct guest_cputime {
	u64	guest_user;
	u64	guest_system;
};

/**
 * struct guest_cputime_group - guest time by ring, of a process and its children
 * @guest_user:    guest user time of all threads, dead ones included, in nanoseconds
 * @guest_system:  guest system time of the same, in nanoseconds
 * @cguest_user:   guest user time of the children waited for, in nanoseconds
 * @cguest_system: guest system time of the same, in nanoseconds
 *
 * Each sample adds to the first two, so that a reader need not walk the threads.
 * The times of the children are protected by signal_struct::stats_lock.
 */
struct guest_cputime_group {
	atomic64_t	guest_user;
	atomic64_t	guest_system;
	u64		cguest_user;
	u64		cguest_system;
};

#else

struct guest_cputime { };
struct guest_cputime_group { };

#endif /* CONFIG_GUEST_CPUTIME */

#ifdef CONFIG_GUEST_CPUTIME_VTIME

/**
 * struct guest_cputime_vtime - guest time that waits for the next sample of a thread
 * @pending:    guest time accounted since a sample was last charged, 100 ms at most, in
 *              nanoseconds
 * @cgroup:     the ID of the cgroup that @pending was charged to
 * @generation: the generation of the switch when @pending began
 * @place:      where @pending was accounted: the CPU, and whether the thread was niced
 *
 * Only the CPU that runs the thread reads and writes it, with interrupts disabled.
 */
struct guest_cputime_vtime {
	u64	pending;
	u64	cgroup;
	u32	generation;
	u32	place;
};

#else

struct guest_cputime_vtime { };

#endif /* CONFIG_GUEST_CPUTIME_VTIME */

#endif /* _LINUX_GUEST_CPUTIME_TYPES_H */
