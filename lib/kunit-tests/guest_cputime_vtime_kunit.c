// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of guest CPU time split by ring on CPUs with vtime accounting: the guest
 * time that waits for a sample.
 *
 * The mutations that turn them red stand beside the tests.
 */

#include <kunit/test.h>
#include <linux/guest_cputime.h>
#include <linux/sched.h>
#include <linux/time64.h>

#include "../../kernel/sched/guest_cputime.h"

/* The place of a CPU and a nice side. */
#define PLACE(cpu, niced)	((cpu) << 1 | (niced))

/* Red: "=" for "+=". */
static void pending_time_adds_up(struct kunit *test)
{
	struct guest_cputime_vtime v = { .generation = 1 };

	guest_cputime_vtime_add(&v, 3, PLACE(1, 0), 7, 1);
	guest_cputime_vtime_add(&v, 5, PLACE(1, 0), 7, 1);
	KUNIT_EXPECT_EQ(test, v.pending, 8);
	KUNIT_EXPECT_EQ(test, v.place, PLACE(1, 0));
	KUNIT_EXPECT_EQ(test, v.cgroup, 7);
	KUNIT_EXPECT_EQ(test, v.generation, 1);
}

/* A sample charges at most 100 ms.  Red: no bound, or another one. */
static void pending_time_is_bounded(struct kunit *test)
{
	struct guest_cputime_vtime v = { .generation = 1 };

	guest_cputime_vtime_add(&v, 99 * NSEC_PER_MSEC, PLACE(1, 0), 7, 1);
	KUNIT_EXPECT_EQ(test, v.pending, 99 * NSEC_PER_MSEC);
	guest_cputime_vtime_add(&v, 2 * NSEC_PER_MSEC, PLACE(1, 0), 7, 1);
	KUNIT_EXPECT_EQ(test, v.pending, 100 * NSEC_PER_MSEC);
	guest_cputime_vtime_add(&v, 3600ULL * NSEC_PER_SEC, PLACE(1, 0), 7, 1);
	KUNIT_EXPECT_EQ(test, v.pending, 100 * NSEC_PER_MSEC);
}

/* Red: the CPU, the nice side or the cgroup not compared. */
static void pending_time_is_dropped(struct kunit *test)
{
	struct guest_cputime_vtime v = { .generation = 1 };

	guest_cputime_vtime_add(&v, 1000, PLACE(1, 0), 7, 1);
	guest_cputime_vtime_add(&v, 3, PLACE(2, 0), 7, 1);
	KUNIT_EXPECT_EQ_MSG(test, v.pending, 3, "after a change of the CPU");
	guest_cputime_vtime_add(&v, 5, PLACE(2, 1), 7, 1);
	KUNIT_EXPECT_EQ_MSG(test, v.pending, 5, "after a change of the nice side");
	guest_cputime_vtime_add(&v, 9, PLACE(2, 1), 8, 1);
	KUNIT_EXPECT_EQ_MSG(test, v.pending, 9, "after a change of the cgroup");
}

/*
 * The first batch after a write of the switch may have begun before it, and a new thread's state
 * is that of no write.  Red: the generation not compared, or that batch counted.
 */
static void first_batch_is_dropped(struct kunit *test)
{
	struct guest_cputime_vtime v = { };

	guest_cputime_vtime_add(&v, 3, PLACE(1, 0), 7, 1);
	KUNIT_EXPECT_EQ(test, v.pending, 0);
	guest_cputime_vtime_add(&v, 1000, PLACE(1, 0), 7, 1);
	KUNIT_EXPECT_EQ(test, v.pending, 1000);
	guest_cputime_vtime_add(&v, 5, PLACE(1, 0), 7, 2);
	KUNIT_EXPECT_EQ(test, v.pending, 0);
	guest_cputime_vtime_add(&v, 11, PLACE(1, 0), 7, 2);
	KUNIT_EXPECT_EQ(test, v.pending, 11);
}

/* Red: guest_cputime_fork() leaves the pending time. */
static void fork_clears_pending_time(struct kunit *test)
{
	struct task_struct *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	p->guest_cputime_vtime.generation = 1;
	guest_cputime_vtime_add(&p->guest_cputime_vtime, 1000, PLACE(1, 0), 7, 1);
	guest_cputime_fork(p);
	KUNIT_EXPECT_EQ(test, p->guest_cputime_vtime.pending, 0);
}

static struct kunit_case vtime_test_cases[] = {
	KUNIT_CASE(pending_time_adds_up),
	KUNIT_CASE(pending_time_is_bounded),
	KUNIT_CASE(pending_time_is_dropped),
	KUNIT_CASE(first_batch_is_dropped),
	KUNIT_CASE(fork_clears_pending_time),
	{}
};

static struct kunit_suite vtime_suite = {
	.name = "guest_cputime_vtime",
	.test_cases = vtime_test_cases,
};

kunit_test_suites(&vtime_suite);

MODULE_DESCRIPTION("KUnit tests of guest CPU time split by ring, vtime accounting");
MODULE_LICENSE("GPL");
