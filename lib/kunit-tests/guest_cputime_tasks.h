/* SPDX-License-Identifier: GPL-2.0-only */
/* KUnit tests of guest CPU time split by ring: tasks made by hand. */
#ifndef _GUEST_CPUTIME_TASKS_H
#define _GUEST_CPUTIME_TASKS_H

#include <kunit/test.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/time64.h>

/* /proc counts guest time in this unit. */
#define CLOCK_TICK_NS	(NSEC_PER_SEC / USER_HZ)

static inline struct signal_struct *make_signal(struct kunit *test)
{
	struct signal_struct *sig = kunit_kzalloc(test, sizeof(*sig), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, sig);
	seqlock_init(&sig->stats_lock);
	INIT_LIST_HEAD(&sig->thread_head);
	return sig;
}

static inline struct task_struct *make_task(struct kunit *test, struct signal_struct *sig)
{
	struct task_struct *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	p->signal = sig;
#ifdef CONFIG_VIRT_CPU_ACCOUNTING_GEN
	/* Readers of guest time take it on hosts with isolated CPUs. */
	seqcount_init(&p->vtime.seqcount);
#endif
	list_add_tail(&p->thread_node, &sig->thread_head);
	return p;
}

#endif /* _GUEST_CPUTIME_TASKS_H */
