/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM guest_cputime

#if !defined(_TRACE_GUEST_CPUTIME_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_GUEST_CPUTIME_H

#include <linux/guest_cputime.h>
#include <linux/sched.h>
#include <linux/tracepoint.h>

TRACE_DEFINE_ENUM(GUEST_CPUTIME_USER);
TRACE_DEFINE_ENUM(GUEST_CPUTIME_SYSTEM);

/**
 * guest_cputime_charge - guest time is charged to a ring
 * @p:    the task that ran the guest
 * @ring: the ring that the guest was found in
 * @ns:   the time, in nanoseconds
 *
 * Guest time that stays unclassified is not charged, and not traced.
 */
TRACE_EVENT(guest_cputime_charge,
	    TP_PROTO(struct task_struct *p, enum guest_cputime_ring ring, u64 ns),
	    TP_ARGS(p, ring, ns),
	    TP_STRUCT__entry(__field(pid_t, pid)
			     __field(int, ring)
			     __field(u64, ns)
	    ),
	    TP_fast_assign(__entry->pid = p->pid;
			   __entry->ring = ring;
			   __entry->ns = ns;
	    ),
	    TP_printk("pid=%d ring=%s ns=%llu", __entry->pid,
		      __print_symbolic(__entry->ring,
				       { GUEST_CPUTIME_USER, "user" },
				       { GUEST_CPUTIME_SYSTEM, "system" }),
		      __entry->ns)
);

#endif /* _TRACE_GUEST_CPUTIME_H */

/* This part must be outside protection */
#include <trace/define_trace.h>
