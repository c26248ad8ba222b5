/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guest CPU time split by the guest's privilege ring: the types embedded in
 * struct task_struct and struct signal_struct.  Empty when the feature is
 * configured out, so that those who embed them need no #ifdef.
 */
#ifndef _LINUX_GUEST_CPUTIME_TYPES_H
#define _LINUX_GUEST_CPUTIME_TYPES_H

#include <linux/types.h>

#ifdef CONFIG_GUEST_CPUTIME

/**
 * struct guest_cputime - guest time by ring, of a task or of a CPU
 * @gutime: guest user time (CPL 1-3), in nanoseconds
 * @gstime: guest system time (CPL 0), in nanoseconds
 *
 * Part of the guest time (task_struct::gtime) that it is charged with:
 * @gutime + @gstime <= gtime.  The difference is unclassified.
 */
struct guest_cputime {
	u64	gutime;
	u64	gstime;
};

/**
 * struct guest_cputime_group - guest time by ring, of a thread group
 * @gutime:  guest user time, in nanoseconds
 * @gstime:  guest system time, in nanoseconds
 * @cgutime: guest user time of the children waited for, in nanoseconds
 * @cgstime: guest system time of the children waited for, in nanoseconds
 *
 * In struct signal_struct, @gutime and @gstime are those of the threads that
 * have exited, all fields are protected by signal_struct::stats_lock, as gtime
 * and cgtime are.  As the result of guest_cputime_fetch(), @gutime and
 * @gstime include the live threads, or are those of one thread.
 */
struct guest_cputime_group {
	u64	gutime;
	u64	gstime;
	u64	cgutime;
	u64	cgstime;
};

#else

struct guest_cputime { };
struct guest_cputime_group { };

#endif /* CONFIG_GUEST_CPUTIME */

#ifdef CONFIG_GUEST_CPUTIME_VTIME

/**
 * struct guest_cputime_vtime - guest time of a task that waits for a sample
 * @base:  guest time of the task, in nanoseconds, that waits for no sample any more;
 *         what is beyond it is pending
 * @epoch: of @base: changes when collection is switched on, and when the task moves
 *         to another CPU
 * @nice:  guest time beyond @base was accounted as that of a niced task
 * @ring:  enum guest_cputime_ring: what the sample found that is to be charged at the
 *         end of this run of the guest
 *
 * Written by the task, with interrupts disabled; not read by others.
 */
struct guest_cputime_vtime {
	u64	base;
	u32	epoch;
	u8	nice;
	u8	ring;
};

#else

struct guest_cputime_vtime { };

#endif /* CONFIG_GUEST_CPUTIME_VTIME */

#endif /* _LINUX_GUEST_CPUTIME_TYPES_H */
