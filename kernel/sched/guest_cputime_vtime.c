// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest CPU time split by ring, on CPUs with generic vtime accounting (nohz_full=).
 *
 * The model
 *
 * Such a CPU has no tick to sample its guests.  Its other interrupts are no fair
 * samples: most of them are timers and IPIs of the guest, armed from ring 0.  With
 * value 1 the kernel therefore takes no sample there.  Guest time stays unclassified,
 * and isolated guests stay undisturbed.
 *
 * With value 2 a timer interrupts the CPU some 100 times a second while a vCPU is
 * loaded.  Only this timer samples.  VM exits have no work to do.
 *
 * Charging
 *
 * vtime accounts guest time in batches of at least a tick.  Each batch is added to the
 * thread's pending time, together with the CPU, the nice side and the cgroup that it was
 * accounted to.  A sample first flushes vtime's current batch into the totals, then
 * charges the pending time.  The parts therefore never exceed the totals, on either nice
 * side of any CPU and in any cgroup.
 *
 * Pending time is dropped when the thread changes its CPU, its nice side or its cgroup,
 * or when the switch is written.  At most SAMPLE_MEMORY_NS of it are charged: the ring of
 * a sample says little about older time.  The first batch of a thread after a write of the
 * switch may have begun before it, and is not charged.  Nor is the first one of a new
 * thread, whose state knows of no write.
 *
 * The timer
 *
 * The timer starts when a vCPU is loaded, not at each VM entry.  It ends when it expires
 * and finds no vCPU loaded, or value 2 is gone.  A restarted timer expires when it would
 * have expired without the stop.  Otherwise a guest that often sleeps would never be
 * sampled right after its wake-up.
 */

#include <linux/context_tracking_state.h>
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/guest_cputime.h>
#include <linux/hrtimer.h>
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/kernel_stat.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/prandom.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/time64.h>
#include <linux/vtime.h>
#include <kunit/visibility.h>

#include "guest_cputime.h"

/* The interval varies: otherwise a periodic guest could run in step with the samples. */
#define SAMPLE_MIN_NS		(5 * NSEC_PER_MSEC)
#define SAMPLE_RANGE_NS		(10 * NSEC_PER_MSEC)

/* The most guest time that one sample charges. */
#define SAMPLE_MEMORY_NS	(100 * NSEC_PER_MSEC)

/**
 * struct guest_cputime_timer - the sample timer of a CPU
 * @timer:  expires on its CPU
 * @random: state of the random interval
 *
 * Only its CPU writes it, with interrupts disabled, or before it is online.
 */
struct guest_cputime_timer {
	struct hrtimer timer;
	struct rnd_state random;
};

static DEFINE_PER_CPU(struct guest_cputime_timer, guest_cputime_timers);

/*
 * The CPU's timer is queued or its handler is running.  Only the CPU writes it, with
 * interrupts disabled, or before its first vCPU.
 */
DEFINE_PER_CPU(bool, guest_cputime_timer_active);
EXPORT_PER_CPU_SYMBOL_GPL(guest_cputime_timer_active);

DEFINE_STATIC_KEY_FALSE(guest_cputime_timer_key);
EXPORT_SYMBOL_GPL(guest_cputime_timer_key);

/* Counts the changes of the switch. */
static u32 guest_cputime_generation __read_mostly;

/* Interrupts are off, so synchronize_rcu() in unregister waits for this reader. */
static bool guest_cputime_vcpu_loaded(void)
{
	const struct guest_cputime_hypervisor *hypervisor = READ_ONCE(guest_cputime_registered);

	return hypervisor && hypervisor->loaded();
}

/* The CPU and the nice side that guest time is accounted to. */
static u32 guest_cputime_place(bool niced)
{
	return (u32)raw_smp_processor_id() << 1 | niced;
}

VISIBLE_IF_KUNIT
void guest_cputime_vtime_add(struct guest_cputime_vtime *v, u64 ns, u32 place, u64 cgroup,
			     u32 generation)
{
	const bool switched = v->generation != generation;

	if (switched || v->place != place || v->cgroup != cgroup)
		*v = (struct guest_cputime_vtime) {
			.cgroup = cgroup, .generation = generation, .place = place,
		};
	/* The first batch after a write of the switch may have begun before it. */
	if (!switched)
		v->pending = min_t(u64, v->pending + ns, SAMPLE_MEMORY_NS);
}

/**
 * guest_cputime_vtime_account - note guest time that was just accounted
 * @p:     the task that runs the guest: current
 * @cgrp:  the cgroup v2 that the guest time was charged to
 * @ns:    the guest time, in nanoseconds
 * @niced: whether it was charged to CPUTIME_GUEST_NICE
 *
 * Context: interrupts disabled, inside vtime's sequence count: takes no sample.
 */
void guest_cputime_vtime_account(struct task_struct *p, struct cgroup *cgrp, u64 ns, bool niced)
{
	if (static_branch_unlikely(&guest_cputime_timer_key))
		guest_cputime_vtime_add(&p->guest_cputime_vtime, ns, guest_cputime_place(niced),
					guest_cputime_cgroup_id(cgrp),
					READ_ONCE(guest_cputime_generation));
}

static void guest_cputime_vtime_sample(struct task_struct *p)
{
	struct guest_cputime_vtime *v = &p->guest_cputime_vtime;
	struct cgroup *cgrp;

	vtime_guest_flush(p);
	/*
	 * The flush noted this CPU and the cgroup of its total, but nothing while the switch is
	 * on its way to or from 2.  Another CPU may have moved @p since.
	 */
	cgrp = guest_cputime_task_cgroup(p);
	if (v->place >> 1 != raw_smp_processor_id() || v->cgroup != guest_cputime_cgroup_id(cgrp) ||
	    v->generation != READ_ONCE(guest_cputime_generation))
		return;

	/* The flush may change v->place, so its nice side is read after the flush. */
	if (v->pending && guest_cputime_charge_sample(p, cgrp, v->pending, v->place & 1))
		v->pending = 0;
}

static ktime_t guest_cputime_timer_interval(struct guest_cputime_timer *t)
{
	return ns_to_ktime(SAMPLE_MIN_NS +
			   mul_u64_u32_shr(SAMPLE_RANGE_NS, prandom_u32_state(&t->random), 32));
}

static enum hrtimer_restart guest_cputime_timer_fn(struct hrtimer *timer)
{
	struct guest_cputime_timer *t = container_of(timer, struct guest_cputime_timer, timer);

	/* Its CPU went offline. */
	if (t != this_cpu_ptr(&guest_cputime_timers))
		return HRTIMER_NORESTART;

	if (!static_key_enabled(&guest_cputime_timer_key) || !guest_cputime_vcpu_loaded()) {
		__this_cpu_write(guest_cputime_timer_active, false);
		return HRTIMER_NORESTART;
	}

	/* Outside of guest time there is no guest to sample. */
	if (current->flags & PF_VCPU)
		guest_cputime_vtime_sample(current);
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
	__this_cpu_write(guest_cputime_timer_active, true);
	hrtimer_start(&t->timer, expires, HRTIMER_MODE_ABS_PINNED_HARD);
}

void __guest_cputime_vcpu_load(void)
{
	unsigned long flags;

	if (!vtime_accounting_enabled_this_cpu())
		return;

	local_irq_save(flags);
	if (!__this_cpu_read(guest_cputime_timer_active))
		guest_cputime_timer_resume(this_cpu_ptr(&guest_cputime_timers));
	local_irq_restore(flags);
}
EXPORT_SYMBOL_GPL(__guest_cputime_vcpu_load);

/* Start the timer for a vCPU that was loaded before the switch became 2. */
static void guest_cputime_timer_start(void *unused)
{
	if (guest_cputime_vcpu_loaded())
		__guest_cputime_vcpu_load();
}

/**
 * guest_cputime_vtime_switch - the sysctl is about to change
 * @new: its new value
 *
 * Timers end on their own when value 2 is gone.
 *
 * Context: process context, serialized by the caller, sleeps.
 */
void guest_cputime_vtime_switch(int new)
{
	WRITE_ONCE(guest_cputime_generation, guest_cputime_generation + 1);
	/* Without isolated CPUs, each load of a vCPU would test for a timer in vain. */
	if (new == 2 && context_tracking_enabled()) {
		static_branch_enable(&guest_cputime_timer_key);
		on_each_cpu(guest_cputime_timer_start, NULL, 1);
	} else {
		static_branch_disable(&guest_cputime_timer_key);
	}
}

/*
 * A CPU that goes offline hands its queued hrtimers to another CPU, where ours ends.
 * Without this callback the timer would count as active for good, and never be started again.
 */
static int guest_cputime_cpu_online(unsigned int cpu)
{
	hrtimer_cancel(&per_cpu_ptr(&guest_cputime_timers, cpu)->timer);
	per_cpu(guest_cputime_timer_active, cpu) = false;
	return 0;
}

static int __init guest_cputime_vtime_init(void)
{
	int cpu, state;

	for_each_possible_cpu(cpu) {
		struct guest_cputime_timer *t = per_cpu_ptr(&guest_cputime_timers, cpu);

		hrtimer_setup(&t->timer, guest_cputime_timer_fn, CLOCK_MONOTONIC,
			      HRTIMER_MODE_ABS_PINNED_HARD);
		prandom_seed_state(&t->random, get_random_u64());
	}
	state = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "sched/guest_cputime:online",
					  guest_cputime_cpu_online, NULL);
	return state < 0 ? state : 0;
}
core_initcall(guest_cputime_vtime_init);
