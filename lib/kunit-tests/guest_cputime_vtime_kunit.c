// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of guest CPU time split by ring on CPUs with generic vtime
 * accounting: what is pending, and when it is charged.
 *
 * Mutations that turn them red stand beside the tests.
 */

#include <kunit/test.h>
#include <linux/cpumask.h>
#include <linux/guest_cputime.h>
#include <linux/irqflags.h>
#include <linux/sched.h>
#include <linux/sched/prio.h>
#include <linux/smp.h>
#include <linux/guest_cputime_compat.h>

#include "../../kernel/guest_cputime.h"

static enum guest_cputime_ring found;

static enum guest_cputime_ring stub_ring(bool irq)
{
	/* Asked in the way of the tick, nothing is found. */
	return irq ? GUEST_CPUTIME_UNKNOWN : found;
}

/* A task that has run a guest since collection was switched on. */
static struct task_struct *make_task(struct kunit *test)
{
	struct task_struct *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	p->static_prio = NICE_TO_PRIO(0);
	return p;
}

/**
 * struct charged - what a run of a guest led to
 * @ring: the ring charged, or UNKNOWN
 * @ns:   the time charged
 */
struct charged {
	enum guest_cputime_ring ring;
	u64 ns;
};

/* A run of @ns, at the end of which @ring is found. */
static struct charged run(struct kunit *test, struct task_struct *p,
			  enum guest_cputime_ring ring, u64 ns)
{
	struct charged charged = { };
	unsigned long flags;
	bool sample;

	found = ring;
	local_irq_save(flags);
	p->vtime.gtime += ns;
	sample = guest_cputime_vtime_sample(p);
	if (sample) {
		p->gtime += p->vtime.gtime;
		p->vtime.gtime = 0;
	}
	charged.ring = guest_cputime_vtime_take(p, task_nice(p) > 0, &charged.ns);
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, sample, charged.ring != GUEST_CPUTIME_UNKNOWN);
	return charged;
}

/* A run of @ns at the end of which nothing is charged, whatever is found. */
static void run_uncharged(struct kunit *test, struct task_struct *p,
			  enum guest_cputime_ring ring, u64 ns)
{
	KUNIT_EXPECT_EQ(test, run(test, p, ring, ns).ring, GUEST_CPUTIME_UNKNOWN);
}

/* A run of @ns that the guest ended itself: nothing is charged. */
static void run_unknown(struct kunit *test, struct task_struct *p, u64 ns)
{
	run_uncharged(test, p, GUEST_CPUTIME_UNKNOWN, ns);
}

/* A run of @ns that the host ended: @expected is charged to @ring. */
static void run_sampled(struct kunit *test, struct task_struct *p,
			enum guest_cputime_ring ring, u64 ns, u64 expected)
{
	struct charged charged = run(test, p, ring, ns);

	KUNIT_EXPECT_EQ(test, charged.ring, ring);
	KUNIT_EXPECT_EQ(test, charged.ns, expected);
}

static int vtime_init(struct kunit *test)
{
	/* All runs of a test on one CPU; the thread is the test's own. */
	set_cpus_allowed_ptr(current, cpumask_of(raw_smp_processor_id()));
	guest_cputime_vtime_switch(0, 1);
	kunit_activate_static_stub(test, guest_cputime_sample, stub_ring);
	return 0;
}

static void vtime_exit(struct kunit *test)
{
	guest_cputime_vtime_switch(1, 0);
}

/*
 * Runs that the guest ended wait for one that the host ended, and are charged once.
 * Red: pending not cleared, or set by each run; only the last run charged; a
 * sample that stays; charged without a sample.
 */
static void pending_is_charged_once(struct kunit *test)
{
	struct task_struct *p = make_task(test);

	run_uncharged(test, p, GUEST_CPUTIME_USER, 1);
	run_unknown(test, p, 100);
	run_unknown(test, p, 20);
	run_sampled(test, p, GUEST_CPUTIME_USER, 3, 123);
	run_sampled(test, p, GUEST_CPUTIME_SYSTEM, 5, 5);
	run_unknown(test, p, 7);
	run_sampled(test, p, GUEST_CPUTIME_SYSTEM, 11, 18);
}

/*
 * What vtime has kept back goes to the totals with a sample, and stays where it is
 * without one: no guest time is lost or comes twice.  Red: still kept back when it has gone;
 * gone without a sample.
 */
static void kept_back_goes_once(struct kunit *test)
{
	struct task_struct *p = current;
	unsigned long flags;
	u64 total, unsampled, sampled;

	local_irq_save(flags);
	/* The first sample only begins. */
	found = GUEST_CPUTIME_USER;
	__guest_cputime_vtime_exit(p);
	p->vtime.gtime += 700;
	total = p->gtime + p->vtime.gtime;
	found = GUEST_CPUTIME_UNKNOWN;
	__guest_cputime_vtime_exit(p);
	unsampled = p->vtime.gtime;
	found = GUEST_CPUTIME_USER;
	__guest_cputime_vtime_exit(p);
	sampled = p->vtime.gtime;
	local_irq_restore(flags);

	KUNIT_EXPECT_EQ(test, unsampled, 700);
	KUNIT_EXPECT_EQ(test, sampled, 0);
	KUNIT_EXPECT_EQ(test, p->gtime, total);
}

/* The flush of a batch without a sample charges nothing.  Red: the ring kept. */
static void flush_without_sample(struct kunit *test)
{
	struct task_struct *p = make_task(test);
	u64 ns = 77;

	run_uncharged(test, p, GUEST_CPUTIME_USER, 1);
	run_sampled(test, p, GUEST_CPUTIME_USER, 10, 10);
	KUNIT_EXPECT_EQ(test, guest_cputime_vtime_take(p, false, &ns), GUEST_CPUTIME_UNKNOWN);
	KUNIT_EXPECT_EQ(test, ns, 77);
}

/*
 * A CPU's parts are of its own total, of which neither what ran on another CPU nor, as
 * nobody knows how much that is, what ran here before is charged.  Red: pending time
 * kept when the task comes from another CPU; a CPU compared, which this one is again.
 */
static void moved(struct kunit *test)
{
	struct task_struct *p = make_task(test);

	run_uncharged(test, p, GUEST_CPUTIME_USER, 1);
	run_unknown(test, p, 1000);
	p->se.nr_migrations++;
	p->gtime += 5000;
	p->se.nr_migrations++;
	run_unknown(test, p, 20);
	run_uncharged(test, p, GUEST_CPUTIME_USER, 30);
	run_sampled(test, p, GUEST_CPUTIME_USER, 40, 40);
}

/* The parts of niced guests are of their own total.  Red: the nice value ignored. */
static void reniced(struct kunit *test)
{
	struct task_struct *p = make_task(test);

	run_uncharged(test, p, GUEST_CPUTIME_USER, 1);
	run_unknown(test, p, 1000);
	p->static_prio = NICE_TO_PRIO(5);
	run_uncharged(test, p, GUEST_CPUTIME_SYSTEM, 40);
	run_unknown(test, p, 2000);
	p->static_prio = NICE_TO_PRIO(7);
	run_sampled(test, p, GUEST_CPUTIME_SYSTEM, 50, 2050);
	p->static_prio = NICE_TO_PRIO(-5);
	run_uncharged(test, p, GUEST_CPUTIME_USER, 60);
}

/*
 * Reniced between the end of a run and the totals: nothing pending goes to the other
 * side.  Red: the side ignored; checked only where there is a sample.
 */
static void reniced_meanwhile(struct kunit *test)
{
	struct task_struct *p = make_task(test);
	u64 ns = 77;

	run_uncharged(test, p, GUEST_CPUTIME_USER, 1);
	run_unknown(test, p, 1000);
	/* To and fro: totals of both sides have got some of it. */
	KUNIT_EXPECT_EQ(test, guest_cputime_vtime_take(p, true, &ns), GUEST_CPUTIME_UNKNOWN);
	run_uncharged(test, p, GUEST_CPUTIME_SYSTEM, 40);

	run_unknown(test, p, 2000);
	p->guest_cputime_vtime.ring = GUEST_CPUTIME_USER;
	KUNIT_EXPECT_EQ(test, guest_cputime_vtime_take(p, true, &ns), GUEST_CPUTIME_UNKNOWN);
	KUNIT_EXPECT_EQ(test, ns, 77);
	run_uncharged(test, p, GUEST_CPUTIME_USER, 50);
	run_sampled(test, p, GUEST_CPUTIME_USER, 60, 60);
}

/*
 * What ran before collection was switched on, the run during which it was
 * included, is not split.  Red: generations ignored, or not counted.
 */
static void switched(struct kunit *test)
{
	struct task_struct *p = make_task(test);

	run_uncharged(test, p, GUEST_CPUTIME_USER, 1000000);
	run_unknown(test, p, 200);
	guest_cputime_vtime_switch(1, 0);
	guest_cputime_vtime_switch(0, 1);
	run_uncharged(test, p, GUEST_CPUTIME_USER, 3000000);
	run_sampled(test, p, GUEST_CPUTIME_USER, 4, 4);
}

/*
 * Switched off between a sample and its charge, which are two branches that become
 * no-ops one by one: it is not charged when collection is on again.  Red: the age of the
 * sample ignored where it is charged.
 */
static void switched_meanwhile(struct kunit *test)
{
	struct task_struct *p = make_task(test);
	u64 ns = 77;

	run_uncharged(test, p, GUEST_CPUTIME_USER, 1);
	p->guest_cputime_vtime.ring = GUEST_CPUTIME_USER;
	guest_cputime_vtime_switch(1, 0);
	p->gtime += 5000;
	guest_cputime_vtime_switch(0, 1);
	KUNIT_EXPECT_EQ(test, guest_cputime_vtime_take(p, false, &ns), GUEST_CPUTIME_UNKNOWN);
	KUNIT_EXPECT_EQ(test, ns, 77);
	run_uncharged(test, p, GUEST_CPUTIME_USER, 30);
	run_sampled(test, p, GUEST_CPUTIME_USER, 40, 40);
}

/*
 * With 2, interrupts other than the timer's are no samples, and nothing is lost.
 * Red: the isolated key ignored or inverted; pending forgotten.
 */
static void only_the_timer(struct kunit *test)
{
	struct task_struct *p = make_task(test);

	run_uncharged(test, p, GUEST_CPUTIME_USER, 1);
	guest_cputime_vtime_switch(1, 2);
	run_unknown(test, p, 100);
	KUNIT_EXPECT_EQ(test, run(test, p, GUEST_CPUTIME_SYSTEM, 200).ring,
			GUEST_CPUTIME_UNKNOWN);
	/* As the timer does. */
	this_cpu_write(guest_cputime_timer_ring, GUEST_CPUTIME_SYSTEM);
	run_sampled(test, p, GUEST_CPUTIME_SYSTEM, 300, 600);
	run_unknown(test, p, 400);
	guest_cputime_vtime_switch(2, 1);
	run_sampled(test, p, GUEST_CPUTIME_USER, 500, 900);
}

/* A child has nothing pending.  Red: what it has copied of its parent stays. */
static void forked(struct kunit *test)
{
	struct task_struct *p = make_task(test);

	run_uncharged(test, p, GUEST_CPUTIME_USER, 1);
	run_unknown(test, p, 1000);
	/* As for the copy of a task. */
	p->gtime = 0;
	guest_cputime_fork(p);
	run_uncharged(test, p, GUEST_CPUTIME_USER, 30);
	run_sampled(test, p, GUEST_CPUTIME_USER, 40, 40);
}

static struct kunit_case guest_cputime_vtime_cases[] = {
	KUNIT_CASE(pending_is_charged_once),
	KUNIT_CASE(kept_back_goes_once),
	KUNIT_CASE(flush_without_sample),
	KUNIT_CASE(moved),
	KUNIT_CASE(reniced),
	KUNIT_CASE(reniced_meanwhile),
	KUNIT_CASE(switched),
	KUNIT_CASE(switched_meanwhile),
	KUNIT_CASE(only_the_timer),
	KUNIT_CASE(forked),
	{ }
};

static struct kunit_suite guest_cputime_vtime_suite = {
	.name = "guest_cputime_vtime",
	.init = vtime_init,
	.exit = vtime_exit,
	.test_cases = guest_cputime_vtime_cases,
};

kunit_test_suite(guest_cputime_vtime_suite);

MODULE_DESCRIPTION("KUnit tests of guest CPU time split by ring, vtime accounting");
MODULE_LICENSE("GPL");
