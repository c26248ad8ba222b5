// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest CPU time split by ring, on CPUs with generic vtime accounting (nohz_full=).
 *
 * The model
 *
 * These CPUs have no tick that could be a sample, but guest time is known to the
 * nanosecond at the end of each run of a guest.  It is pending until an interrupt of
 * the host ends a run: that is a sample, as a tick is elsewhere, and charges all
 * that is pending to the ring that it finds.  Runs that the guest ends itself only
 * add to what is pending.
 *
 * vtime keeps guest time back until there is a tick's worth of it.  Parts must
 * not go ahead of totals, so a sample has the totals brought up to date first, and
 * the hook where guest time goes to the totals then charges it.  So no batch ever has
 * two rings to it.  And a reader who sees the parts before the totals, as all of ours
 * do, needs nothing of vtime's sequence counter for the parts: they hold nothing that
 * a total does not.
 *
 * A CPU's parts must not be larger than its totals either, nor those of niced
 * guests: so the first sample after the task has moved to another CPU, or its nice value
 * has changed sides, charges nothing.  What is pending begins with it.
 *
 * Isolated CPUs
 *
 * Such a CPU may run a guest for hours without an interrupt, and all of that stays
 * unclassified.  That is what administrators isolate CPUs for, so with the value 1
 * nothing is done about it.  With 2, a timer interrupts each of these CPUs some 100
 * times a second while it runs guests.  Only that timer is a sample then, taken
 * in its handler as those of ticks are: other interrupts, the kick of a virtual
 * device that has done what the guest asked for, say, are not independent of what
 * the guest is doing.
 *
 * The timer is started when a vCPU is loaded on such a CPU, not at each entry of its
 * guest, and ends when it expires and finds none loaded, or another value.  Started
 * again, it expires when it would have if it had gone on: else a guest that sleeps in
 * between would never be sampled just after it has woken.
 */

#include <linux/cache.h>
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/guest_cputime.h>
#include <linux/hrtimer.h>
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/kernel_stat.h>
#include <linux/lockdep.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/prandom.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/time64.h>
#include <linux/vtime.h>

#include "guest_cputime.h"

/* The time between two samples varies, lest a guest is in step with them. */
#define SAMPLE_MIN_NS	(5 * NSEC_PER_MSEC)
#define SAMPLE_RANGE_NS	(10 * NSEC_PER_MSEC)

/* After that, it makes no difference any more when an interval began. */
#define SAMPLE_MEMORY_NS	(100 * NSEC_PER_MSEC)

/**
 * struct guest_cputime_timer - what samples the guests of a CPU, with value 2
 * @timer:  expires on its CPU
 * @seed:   of the random numbers
 * @active: @timer was started and has not ended
 *
 * Written by its CPU with interrupts disabled, but for @active if the CPU has gone
 * offline and left its timer to another one.
 */
struct guest_cputime_timer {
	struct hrtimer timer;
	u32 seed;
	bool active;
};

static DEFINE_PER_CPU(struct guest_cputime_timer, guest_cputime_timer);

/* What it has found during this run of a guest: enum guest_cputime_ring. */
DEFINE_PER_CPU(u8, guest_cputime_timer_ring);

DEFINE_STATIC_KEY_FALSE(guest_cputime_isolated_key);
EXPORT_SYMBOL_GPL(guest_cputime_isolated_key);

/* Counts how often collection was switched on. */
static u32 guest_cputime_generation __read_mostly;

/* With interrupts disabled, what guest_cputime_unregister() forgets waits for us. */
static bool guest_cputime_loaded(void)
{
	const struct guest_cputime_hypervisor *hypervisor = READ_ONCE(guest_cputime_hypervisor);

	return hypervisor && hypervisor->loaded();
}

static ktime_t guest_cputime_timer_interval(struct guest_cputime_timer *t)
{
	t->seed = next_pseudo_random32(t->seed);
	return ns_to_ktime(SAMPLE_MIN_NS + mul_u64_u32_shr(SAMPLE_RANGE_NS, t->seed, 32));
}

static enum hrtimer_restart guest_cputime_timer_fn(struct hrtimer *timer)
{
	struct guest_cputime_timer *t = container_of(timer, struct guest_cputime_timer, timer);

	/* Left by a CPU that went offline; no longer the value 2, or no guest. */
	if (t != this_cpu_ptr(&guest_cputime_timer) ||
	    !static_key_enabled(&guest_cputime_isolated_key) || !guest_cputime_loaded()) {
		WRITE_ONCE(t->active, false);
		return HRTIMER_NORESTART;
	}

	if (current->flags & PF_VCPU)
		__this_cpu_write(guest_cputime_timer_ring, guest_cputime_sample(true));
	hrtimer_forward_now(timer, guest_cputime_timer_interval(t));
	return HRTIMER_RESTART;
}

static void guest_cputime_timer_resume(struct guest_cputime_timer *t)
{
	const ktime_t now = ktime_get();
	ktime_t expires = max(hrtimer_get_expires(&t->timer),
			      ktime_sub_ns(now, SAMPLE_MEMORY_NS));

	while (expires <= now)
		expires = ktime_add(expires, guest_cputime_timer_interval(t));
	WRITE_ONCE(t->active, true);
	hrtimer_start(&t->timer, expires, HRTIMER_MODE_ABS_PINNED_HARD);
}

void __guest_cputime_vcpu_load(void)
{
	struct guest_cputime_timer *t = this_cpu_ptr(&guest_cputime_timer);
	unsigned long flags;

	/* The timer does not end meanwhile: this vCPU counts as loaded already. */
	if (!vtime_accounting_enabled_this_cpu() || READ_ONCE(t->active))
		return;

	local_irq_save(flags);
	if (!READ_ONCE(t->active))
		guest_cputime_timer_resume(t);
	local_irq_restore(flags);
}
EXPORT_SYMBOL_GPL(__guest_cputime_vcpu_load);

/* For vCPUs that have been loaded before the value was 2. */
static void guest_cputime_timer_start(void *unused)
{
	if (guest_cputime_loaded())
		__guest_cputime_vcpu_load();
}

/*
 * What is pending is of this CPU, and of a time when collection was on, if this is what
 * it was: neither summand ever goes back.
 */
static u32 guest_cputime_epoch(const struct task_struct *p)
{
	return READ_ONCE(guest_cputime_generation) + (u32)p->se.nr_migrations;
}

/**
 * guest_cputime_vtime_sample - is there a sample at the end of a run of a guest?
 * @p: the task; the run has been added to its guest time, kept back or not
 *
 * Called at the end of each run: all but the look for a sample waits until there is
 * one.
 *
 * Context: interrupts disabled.
 * Return: whether there is one, which waits for guest_cputime_vtime_take()
 */
bool guest_cputime_vtime_sample(struct task_struct *p)
{
	struct guest_cputime_vtime *v = &p->guest_cputime_vtime;
	enum guest_cputime_ring ring;
	bool nice;
	u32 epoch;

	/* With value 2 the timer's handler has taken the sample, if there is one. */
	if (static_branch_unlikely(&guest_cputime_isolated_key)) {
		ring = __this_cpu_read(guest_cputime_timer_ring);
		if (ring == GUEST_CPUTIME_UNKNOWN)
			return false;
		__this_cpu_write(guest_cputime_timer_ring, GUEST_CPUTIME_UNKNOWN);
	} else {
		ring = guest_cputime_sample(false);
		if (ring == GUEST_CPUTIME_UNKNOWN)
			return false;
	}

	epoch = guest_cputime_epoch(p);
	nice = task_nice(p) > 0;
	if (v->epoch == epoch && v->nice == nice) {
		v->ring = ring;
		return true;
	}

	/* Some of what is before this sample is of another CPU, say: begin with it. */
	v->epoch = epoch;
	v->nice = nice;
	v->base = p->gtime + p->vtime.gtime;
	return false;
}

void __guest_cputime_vtime_exit(struct task_struct *p)
{
	u64 ns = p->vtime.gtime;

	lockdep_assert_irqs_disabled();

	if (guest_cputime_vtime_sample(p)) {
		p->vtime.gtime = 0;
		account_guest_time(p, ns);
	}
}

/**
 * guest_cputime_vtime_take - take the sample that is to be charged, if any
 * @p:    the task, whose guest time has gone to the totals
 * @nice: to those of niced tasks
 * @ns:   where the guest time goes that the sample stands for, in nanoseconds
 *
 * Context: interrupts disabled.
 * Return: the ring that the sample found, or GUEST_CPUTIME_UNKNOWN
 */
enum guest_cputime_ring guest_cputime_vtime_take(struct task_struct *p, bool nice, u64 *ns)
{
	struct guest_cputime_vtime *v = &p->guest_cputime_vtime;
	const enum guest_cputime_ring ring = v->ring;
	const u32 epoch = guest_cputime_epoch(p);

	v->ring = GUEST_CPUTIME_UNKNOWN;
	/*
	 * Reniced by another CPU just now: begin anew.  Or left from when collection was
	 * switched off, between a sample and its charge.
	 */
	if (v->nice != nice || v->epoch != epoch) {
		v->epoch = epoch - 1;
		return GUEST_CPUTIME_UNKNOWN;
	}
	if (ring != GUEST_CPUTIME_UNKNOWN) {
		*ns = p->gtime - v->base;
		v->base = p->gtime;
	}
	return ring;
}

/**
 * guest_cputime_vtime_switch - the sysctl is about to change
 * @old: its value
 * @new: what it will be
 *
 * Timers that are no longer wanted end by themselves.
 *
 * Context: process context, serialized by the caller, sleeps.
 */
void guest_cputime_vtime_switch(int old, int new)
{
	int cpu;

	if (!old)
		WRITE_ONCE(guest_cputime_generation, guest_cputime_generation + 1);

	if (new == 2) {
		/* What a timer found that the last change came upon; nobody looks now. */
		for_each_possible_cpu(cpu)
			per_cpu(guest_cputime_timer_ring, cpu) = GUEST_CPUTIME_UNKNOWN;
		static_branch_enable(&guest_cputime_isolated_key);
		on_each_cpu(guest_cputime_timer_start, NULL, 1);
	} else {
		static_branch_disable(&guest_cputime_isolated_key);
	}
}

static int __init guest_cputime_vtime_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct guest_cputime_timer *t = per_cpu_ptr(&guest_cputime_timer, cpu);

		hrtimer_init(&t->timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_PINNED_HARD);
		t->timer.function = guest_cputime_timer_fn;
		t->seed = get_random_u32();
	}
	return 0;
}
core_initcall(guest_cputime_vtime_init);
