// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest CPU time split by the guest's privilege ring.
 *
 * The model
 *
 * Guest time is the time that a task spends running a virtual CPU.  It is split
 * in guest user (the vCPU was at CPL 1-3), guest system (CPL 0), and the rest,
 * which is unclassified: collection was off, the state of the guest is hidden
 * from the host, or nothing has looked yet.  The rest is never guessed:
 *
 *	gutime + gstime <= gtime
 *
 * holds for every task, thread group and CPU, and no counter goes backwards.
 *
 * The estimator
 *
 * A guest leaves the CPU for reasons of its own (I/O, HLT, MSR writes), and
 * nearly all of them are found at CPL 0.  Charging the time since VM entry to
 * the ring found at VM exit therefore calls nearly all time "system".  What
 * says something about the guest is an event that does not depend on it: an
 * interrupt of the host.  So a sample is taken only when the host interrupted
 * the guest, and guest time is charged to the ring that the sample finds.
 *
 * With tick accounting the tick that charges guest time is the sample.  A tick
 * that comes after the guest left the CPU on its own is still guest time to the
 * kernel, until the vCPU task leaves the guest context, but says nothing about the
 * guest: unclassified.  With IRQ time accounting, that goes for ticks in softirqs
 * on the way out of the guest too; where they are known to follow an interrupt of
 * the guest they are samples as others are.
 *
 * Nothing is done at VM exit.  The ring is read when a tick asks for it, through
 * a static call to the hypervisor module, as perf asks for the guest's state.
 *
 * CPUs with generic vtime accounting have no tick: see guest_cputime_vtime.c.
 *
 * Several CPUs
 *
 * The counters of a task and of a CPU have one writer, the CPU that runs the
 * task, with interrupts disabled.  It writes the totals first, then the parts;
 * readers read the parts first, then the totals.  The counters of dead threads
 * and of children are under signal_struct::stats_lock.  On 32-bit machines a
 * 64-bit counter may be read torn, as utime, stime and gtime may.
 */

#include <linux/capability.h>
#include <linux/export.h>
#include <linux/guest_cputime.h>
#include <linux/init.h>
#include <linux/kernel_stat.h>
#include <linux/lockdep.h>
#include <linux/math64.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/static_call.h>
#include <linux/sysctl.h>
#include <linux/taskstats.h>
#include <linux/vtime.h>
#include <linux/guest_cputime_compat.h>
#include <kunit/visibility.h>

#include "guest_cputime.h"

#define CREATE_TRACE_POINTS
#include <trace/events/guest_cputime.h>

DEFINE_STATIC_KEY_FALSE(guest_cputime_key);

#ifdef CONFIG_PROC_SYSCTL
static int guest_cputime_mode;
#endif

static DEFINE_PER_CPU(struct guest_cputime_cpu, guest_cputime_cpu);

/* Who is registered; whoever (un)registers serializes that. */
const struct guest_cputime_hypervisor *guest_cputime_hypervisor;

DEFINE_STATIC_CALL_RET0(guest_cputime_ring, *guest_cputime_hypervisor->ring);

/**
 * guest_cputime_register - tell how to learn the ring of the interrupted guest
 * @hypervisor: its functions; stays until guest_cputime_unregister()
 *
 * One hypervisor at a time.
 *
 * Context: process context, may sleep.
 */
void guest_cputime_register(const struct guest_cputime_hypervisor *hypervisor)
{
	if (WARN_ON_ONCE(guest_cputime_hypervisor))
		return;

	WRITE_ONCE(guest_cputime_hypervisor, hypervisor);
	static_call_update(guest_cputime_ring, hypervisor->ring);
}
EXPORT_SYMBOL_GPL(guest_cputime_register);

/**
 * guest_cputime_unregister - forget the functions of guest_cputime_register()
 *
 * On return no CPU runs them: their module may go.
 *
 * Context: process context, sleeps.
 */
void guest_cputime_unregister(void)
{
	if (WARN_ON_ONCE(!guest_cputime_hypervisor))
		return;

	static_call_update(guest_cputime_ring, (void *)&__static_call_return0);
	WRITE_ONCE(guest_cputime_hypervisor, NULL);
	synchronize_rcu();
}
EXPORT_SYMBOL_GPL(guest_cputime_unregister);

/*
 * What the guest that this CPU has just interrupted was doing; @irq as in
 * struct guest_cputime_hypervisor.
 */
enum guest_cputime_ring guest_cputime_sample(bool irq)
{
	KUNIT_STATIC_STUB_REDIRECT(guest_cputime_sample, irq);
	return static_call(guest_cputime_ring)(irq);
}

VISIBLE_IF_KUNIT void guest_cputime_charge(struct guest_cputime *gct,
					   enum guest_cputime_ring ring, u64 ns)
{
	u64 *time = ring == GUEST_CPUTIME_USER ? &gct->gutime : &gct->gstime;

	WRITE_ONCE(*time, *time + ns);
}

void __guest_cputime_account(struct task_struct *p, u64 ns, int index)
{
	struct guest_cputime_cpu *cpu = this_cpu_ptr(&guest_cputime_cpu);
	enum guest_cputime_ring ring;

	lockdep_assert_irqs_disabled();

	if (vtime_accounting_enabled_this_cpu())
		ring = guest_cputime_vtime_take(p, index == CPUTIME_GUEST_NICE, &ns);
	else
		ring = guest_cputime_sample(true);
	if (ring == GUEST_CPUTIME_UNKNOWN || !ns)
		return;

	/* The totals have been written: pairs with guest_cputime_read(). */
	smp_wmb();
	guest_cputime_charge(&p->guest_cputime, ring, ns);
	guest_cputime_charge(index == CPUTIME_GUEST_NICE ? &cpu->guest_nice : &cpu->guest,
			     ring, ns);
	trace_guest_cputime_charge(p, ring, ns);
}

/* Add @gct to @gutime and @gstime, to be called before the totals are read. */
VISIBLE_IF_KUNIT
void guest_cputime_read(const struct guest_cputime *gct, u64 *gutime, u64 *gstime)
{
	KUNIT_STATIC_STUB_REDIRECT(guest_cputime_read, gct, gutime, gstime);
	*gutime += READ_ONCE(gct->gutime);
	*gstime += READ_ONCE(gct->gstime);
	/* The totals are read from here on: pairs with __guest_cputime_account(). */
	smp_rmb();
}

/**
 * guest_cputime_fork - a new task has run no guest
 * @p: the task, not yet visible to others
 */
void guest_cputime_fork(struct task_struct *p)
{
	p->guest_cputime = (struct guest_cputime) { };
	p->guest_cputime_vtime = (struct guest_cputime_vtime) { };
}

/**
 * guest_cputime_exit - the thread group keeps the time of a thread that dies
 * @sig: the signal struct of @p
 * @p:   the thread
 *
 * Context: @sig->stats_lock held for writing.
 */
void guest_cputime_exit(struct signal_struct *sig, struct task_struct *p)
{
	guest_cputime_read(&p->guest_cputime, &sig->guest_cputime.gutime,
			   &sig->guest_cputime.gstime);
}

/**
 * guest_cputime_wait - the parent gets the time of a child that it waited for
 * @psig: the signal struct of the parent
 * @p:    the child, leader of a thread group of which all threads are dead
 *
 * Context: @psig->stats_lock held for writing.
 */
void guest_cputime_wait(struct signal_struct *psig, struct task_struct *p)
{
	const struct guest_cputime_group *child = &p->signal->guest_cputime;
	struct guest_cputime_group *parent = &psig->guest_cputime;

	guest_cputime_read(&p->guest_cputime, &parent->cgutime, &parent->cgstime);
	parent->cgutime += child->gutime + child->cgutime;
	parent->cgstime += child->gstime + child->cgstime;
}

/**
 * task_guest_cputime - guest user and guest system time of a task
 * @t:      the task
 * @gutime: where guest user time goes, in nanoseconds
 * @gstime: where guest system time goes, in nanoseconds
 *
 * Compared with a task_gtime() that is read later, *@gutime + *@gstime is never
 * larger.
 *
 * Context: any.
 */
void task_guest_cputime(struct task_struct *t, u64 *gutime, u64 *gstime)
{
	*gutime = 0;
	*gstime = 0;
	guest_cputime_read(&t->guest_cputime, gutime, gstime);
}

/* Those of the dead, the children and, if @whole, the live threads. */
static void guest_cputime_sum(struct signal_struct *sig, bool whole,
			      struct guest_cputime_group *sum)
{
	struct task_struct *t;

	*sum = sig->guest_cputime;
	if (whole) {
		__for_each_thread(sig, t)
			guest_cputime_read(&t->guest_cputime, &sum->gutime, &sum->gstime);
	}
}

/**
 * guest_cputime_fetch - guest time by ring of a thread or process, and children
 * @p:     the task
 * @whole: of the thread group of @p, threads dead and alive, or of @p alone
 * @sum:   where the times go; those of the children are always the group's
 *
 * Compared with guest time that is read later, the sum of the parts is never
 * larger.
 *
 * Context: any; takes stats_lock, with interrupts disabled, if a thread of the
 * group dies meanwhile.
 */
void guest_cputime_fetch(struct task_struct *p, bool whole, struct guest_cputime_group *sum)
{
	struct signal_struct *sig = p->signal;
	unsigned long flags;
	unsigned int seq;

	rcu_read_lock();
	seq = read_seqbegin(&sig->stats_lock);
	guest_cputime_sum(sig, whole, sum);
	/* Threads that die all the time must not keep a reader from its end. */
	if (read_seqretry(&sig->stats_lock, seq)) {
		read_seqlock_excl_irqsave(&sig->stats_lock, flags);
		guest_cputime_sum(sig, whole, sum);
		read_sequnlock_excl_irqrestore(&sig->stats_lock, flags);
	}
	rcu_read_unlock();

	if (!whole)
		task_guest_cputime(p, &sum->gutime, &sum->gstime);
}

/**
 * guest_cputime_add_cpu - add guest time by ring of a CPU
 * @sum: what it is added to
 * @cpu: the CPU
 *
 * Compared with a kcpustat_cpu_fetch() that comes later, the parts are never
 * larger than the totals.
 *
 * Context: any.
 */
void guest_cputime_add_cpu(struct guest_cputime_cpu *sum, int cpu)
{
	const struct guest_cputime_cpu *gct = &per_cpu(guest_cputime_cpu, cpu);

	guest_cputime_read(&gct->guest, &sum->guest.gutime, &sum->guest.gstime);
	guest_cputime_read(&gct->guest_nice, &sum->guest_nice.gutime, &sum->guest_nice.gstime);
}

/**
 * guest_cputime_add_tsk - add guest time by ring of a task to a taskstats record
 * @stats: the record
 * @tsk:   the task
 *
 * Context: any.
 */
void guest_cputime_add_tsk(struct taskstats *stats, struct task_struct *tsk)
{
	u64 gutime, gstime;

	task_guest_cputime(tsk, &gutime, &gstime);
	stats->ac_guest_utime += div_u64(gutime, NSEC_PER_USEC);
	stats->ac_guest_stime += div_u64(gstime, NSEC_PER_USEC);
}

/**
 * guest_cputime_set_tgid - put guest time by ring of a thread group in a taskstats record
 * @stats: the record
 * @tsk:   a thread of the group
 *
 * Not by way of guest_cputime_add_tsk() for each thread: taskstats has a thread that is
 * exiting among the dead ones before it leaves the live ones, so that a record of
 * that moment has it twice.
 *
 * Context: any; see guest_cputime_fetch().
 */
void guest_cputime_set_tgid(struct taskstats *stats, struct task_struct *tsk)
{
	struct guest_cputime_group sum;

	guest_cputime_fetch(tsk, true, &sum);
	stats->ac_guest_utime = div_u64(sum.gutime, NSEC_PER_USEC);
	stats->ac_guest_stime = div_u64(sum.gstime, NSEC_PER_USEC);
}

#ifdef CONFIG_PROC_SYSCTL
/* 0: off, 1: on, 2: on, and CPUs without a tick are interrupted for samples. */
static int guest_cputime_sysctl(GUEST_CPUTIME_SYSCTL_CONST struct ctl_table *table, int write,
				void *buffer, size_t *lenp, loff_t *ppos)
{
	static DEFINE_MUTEX(guest_cputime_mutex);
	struct ctl_table tmp = *table;
	int mode, ret;

	if (write && !capable(CAP_SYS_ADMIN))
		return -EPERM;

	guard(mutex)(&guest_cputime_mutex);
	mode = guest_cputime_mode;
	tmp.data = &mode;
	ret = proc_dointvec_minmax(&tmp, write, buffer, lenp, ppos);
	if (ret || !write || mode == guest_cputime_mode)
		return ret;

	guest_cputime_vtime_switch(guest_cputime_mode, mode);
	if (mode)
		static_branch_enable(&guest_cputime_key);
	else
		static_branch_disable(&guest_cputime_key);
	guest_cputime_mode = mode;
	return 0;
}

static struct ctl_table guest_cputime_sysctls[] = {
	{
		.procname	= "collect_guest_utilization",
		.data		= &guest_cputime_mode,
		.maxlen		= sizeof(guest_cputime_mode),
		.mode		= 0644,
		.proc_handler	= guest_cputime_sysctl,
		.extra1		= SYSCTL_ZERO,
		.extra2		= SYSCTL_TWO,
	},
	GUEST_CPUTIME_SYSCTL_END
};

static int __init guest_cputime_sysctl_init(void)
{
	register_sysctl_init("kernel", guest_cputime_sysctls);
	return 0;
}
late_initcall(guest_cputime_sysctl_init);
#endif /* CONFIG_PROC_SYSCTL */
