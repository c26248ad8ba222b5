// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest CPU time split by the guest's privilege ring.
 *
 * The model
 *
 * Guest time is the time that a task spends running a virtual CPU.  It has three
 * parts: guest user, guest system, and the rest, which is unclassified.  Guest time
 * is unclassified while collection is off, while the guest's state is hidden from the
 * host, and until a sample has been taken.  The kernel never guesses it:
 *
 *	guest user + guest system <= guest time
 *
 * This invariant holds for every task, process, CPU and cgroup within one read, and no
 * counter goes backwards.
 *
 * The estimator
 *
 * A guest exits for reasons of its own, such as I/O, HLT or MSR writes.  Nearly all of
 * these exits come from ring 0.  Charging guest time to the ring at VM exit would
 * therefore call nearly all of it guest system.  Only an event independent of the
 * guest is a fair sample.  A sample is taken when such an event interrupts the guest.
 *
 * With tick accounting, the tick that accounts guest time is that event.  A tick that
 * arrives after the guest has exited on its own finds no guest to sample: its time
 * stays unclassified.  VM entry and VM exit have no work to do.  The tick reads the
 * ring through a static call to the hypervisor, as perf reads the guest's state.
 *
 * CPUs with generic vtime accounting have no tick: see guest_cputime_vtime.c.
 *
 * Several CPUs
 *
 * A sample adds to the counters of the thread, the process, the CPU and the cgroup.
 * The thread's counters have one writer, the CPU that runs it with interrupts
 * disabled.  The process's counters are atomic, since its threads run on many CPUs.
 * They include the dead threads, so that a reader of a process reads two numbers.
 *
 * A writer charges the totals first, then the parts.  A reader reads the parts first,
 * then the totals.  Otherwise a reader could see parts that exceed the total.  On
 * 32-bit machines a reader may see half of an update, as with utime and gtime.
 */

#include <linux/capability.h>
#include <linux/export.h>
#include <linux/guest_cputime.h>
#include <linux/init.h>
#include <linux/kernel_stat.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/static_call.h>
#include <linux/sysctl.h>
#include <linux/vtime.h>
#include <kunit/visibility.h>

#include "guest_cputime.h"

#define CREATE_TRACE_POINTS
#include <trace/events/guest_cputime.h>

DEFINE_STATIC_KEY_FALSE(guest_cputime_key);

/* The registered hypervisor.  Hypervisors serialize their own registration. */
const struct guest_cputime_hypervisor *guest_cputime_registered;

/* Without a hypervisor.  __static_call_return0() has another type, which kCFI refuses. */
static enum guest_cputime_ring guest_cputime_no_sample(u64 ns)
{
	return GUEST_CPUTIME_UNKNOWN;
}

DEFINE_STATIC_CALL(guest_cputime_hypervisor_sample, guest_cputime_no_sample);

/**
 * guest_cputime_register - tell the core how to sample guests
 * @hypervisor: the functions; must stay valid until guest_cputime_unregister()
 *
 * One hypervisor can be registered at a time.
 *
 * Context: process context, may sleep.
 */
void guest_cputime_register(const struct guest_cputime_hypervisor *hypervisor)
{
	if (WARN_ON_ONCE(guest_cputime_registered))
		return;

	WRITE_ONCE(guest_cputime_registered, hypervisor);
	static_call_update(guest_cputime_hypervisor_sample, hypervisor->sample);
}
EXPORT_SYMBOL_GPL(guest_cputime_register);

/**
 * guest_cputime_unregister - forget the registered hypervisor
 *
 * No CPU runs the functions of the hypervisor after the return, so that its module
 * can be unloaded.
 *
 * Context: process context, sleeps.
 */
void guest_cputime_unregister(void)
{
	if (WARN_ON_ONCE(!guest_cputime_registered))
		return;

	static_call_update(guest_cputime_hypervisor_sample, guest_cputime_no_sample);
	WRITE_ONCE(guest_cputime_registered, NULL);
	synchronize_rcu();
}
EXPORT_SYMBOL_GPL(guest_cputime_unregister);

/*
 * Charge @ns to @ring (not UNKNOWN) of @p and its process.  Returns the index of the counter
 * that the CPU and the cgroup have for it.
 */
VISIBLE_IF_KUNIT
enum cpu_usage_stat guest_cputime_charge_task(struct task_struct *p, enum guest_cputime_ring ring,
					      u64 ns, bool niced)
{
	struct guest_cputime_group *process = &p->signal->guest_cputime;
	struct guest_cputime *thread = &p->guest_cputime;

	if (ring == GUEST_CPUTIME_USER) {
		WRITE_ONCE(thread->guest_user, thread->guest_user + ns);
		atomic64_add(ns, &process->guest_user);
		return niced ? CPUTIME_GUEST_USER_NICE : CPUTIME_GUEST_USER;
	}
	WRITE_ONCE(thread->guest_system, thread->guest_system + ns);
	atomic64_add(ns, &process->guest_system);
	return niced ? CPUTIME_GUEST_SYSTEM_NICE : CPUTIME_GUEST_SYSTEM;
}

/**
 * guest_cputime_charge_sample - charge guest time to the ring that this CPU has just interrupted
 * @p:     the task that runs the guest: current
 * @cgrp:  the cgroup v2 that has @ns in its total
 * @ns:    guest time of the sample, in nanoseconds, which the totals include
 * @niced: whether the totals have it in CPUTIME_GUEST_NICE
 *
 * Context: hardirq, interrupts disabled.
 * Return: whether @ns was charged to a ring
 */
bool guest_cputime_charge_sample(struct task_struct *p, struct cgroup *cgrp, u64 ns, bool niced)
{
	enum guest_cputime_ring ring;
	enum cpu_usage_stat index;

	lockdep_assert_irqs_disabled();
	ring = static_call(guest_cputime_hypervisor_sample)(ns);
	if (ring == GUEST_CPUTIME_UNKNOWN)
		return false;

	/*
	 * Parts after totals: pairs with smp_rmb() in guest_cputime_children(),
	 * guest_cputime_add_cpu() and guest_cputime_cgroup_read().
	 */
	smp_wmb();
	index = guest_cputime_charge_task(p, ring, ns, niced);
	__this_cpu_add(kernel_cpustat.cpustat[index], ns);
	guest_cputime_charge_cgroup(cgrp, index, ns);
	trace_guest_cputime_charge(p, ring, ns);
	return true;
}

void __guest_cputime_account(struct task_struct *p, struct cgroup *cgrp, u64 ns, bool niced)
{
	lockdep_assert_irqs_disabled();

	if (vtime_accounting_enabled_this_cpu())
		guest_cputime_vtime_account(p, cgrp, ns, niced);
	else
		guest_cputime_charge_sample(p, cgrp, ns, niced);
}

/**
 * guest_cputime_fork - clear the counters of a new thread
 * @p: the thread, not yet visible to others
 */
void guest_cputime_fork(struct task_struct *p)
{
	p->guest_cputime = (struct guest_cputime) { };
	p->guest_cputime_vtime = (struct guest_cputime_vtime) { };
}

/**
 * guest_cputime_wait - add the times of a child that was waited for to the parent
 * @psig: the signal struct of the parent
 * @sig:  the signal struct of the child; all its threads are dead
 *
 * Context: @psig->stats_lock held for writing; @psig has the child's guest time.
 */
void guest_cputime_wait(struct signal_struct *psig, struct signal_struct *sig)
{
	struct guest_cputime_group *parent = &psig->guest_cputime;
	struct guest_cputime_group *child = &sig->guest_cputime;

	lockdep_assert_held(&psig->stats_lock.lock);
	/* Parts after totals: pairs with smp_rmb() in guest_cputime_children(). */
	smp_wmb();
	WRITE_ONCE(parent->cguest_user, parent->cguest_user +
		   atomic64_read(&child->guest_user) + child->cguest_user);
	WRITE_ONCE(parent->cguest_system, parent->cguest_system +
		   atomic64_read(&child->guest_system) + child->cguest_system);
}

static void guest_cputime_children(struct task_struct *p, struct guest_cputime_times *times)
{
	const struct guest_cputime_group *process = &p->signal->guest_cputime;

	times->cguest_user = READ_ONCE(process->cguest_user);
	times->cguest_system = READ_ONCE(process->cguest_system);
	/*
	 * Totals after parts: pairs with smp_wmb() in guest_cputime_wait() and, for the parts
	 * that the caller has read, in guest_cputime_charge_sample().
	 */
	smp_rmb();
}

/**
 * guest_cputime_task - read the guest time by ring of a thread
 * @p:     the thread, with a reference held
 * @times: the result; the times of the children are those of its process
 *
 * A total that the caller reads later is never smaller than the sum of the parts.
 *
 * Context: the reference to @p suffices; takes no lock.
 */
void guest_cputime_task(struct task_struct *p, struct guest_cputime_times *times)
{
	times->guest_user = READ_ONCE(p->guest_cputime.guest_user);
	times->guest_system = READ_ONCE(p->guest_cputime.guest_system);
	guest_cputime_children(p, times);
}

/**
 * guest_cputime_process - read the guest time by ring of a process
 * @p:     a thread of the process, with a reference held
 * @times: the result, for all threads, dead ones included
 *
 * A total that the caller reads later is never smaller than the sum of the parts.
 *
 * Context: the reference to @p suffices; takes no lock.
 */
void guest_cputime_process(struct task_struct *p, struct guest_cputime_times *times)
{
	times->guest_user = atomic64_read(&p->signal->guest_cputime.guest_user);
	times->guest_system = atomic64_read(&p->signal->guest_cputime.guest_system);
	guest_cputime_children(p, times);
}

/**
 * guest_cputime_add_cpu - add the guest time by ring of a CPU
 * @sum: the sum to add to
 * @cpu: a possible CPU
 *
 * Call this before kcpustat_cpu_fetch(): its copy has no order, so that its parts
 * could exceed its totals.
 *
 * Context: needs no lock, as each counter has one writer.
 */
void guest_cputime_add_cpu(struct guest_cputime_cpu *sum, int cpu)
{
	const u64 *cpustat = kcpustat_cpu(cpu).cpustat;

	sum->guest_user += READ_ONCE(cpustat[CPUTIME_GUEST_USER]);
	sum->guest_system += READ_ONCE(cpustat[CPUTIME_GUEST_SYSTEM]);
	sum->guest_user_nice += READ_ONCE(cpustat[CPUTIME_GUEST_USER_NICE]);
	sum->guest_system_nice += READ_ONCE(cpustat[CPUTIME_GUEST_SYSTEM_NICE]);
	/* Totals after parts: pairs with smp_wmb() in guest_cputime_charge_sample(). */
	smp_rmb();
}

#ifdef CONFIG_SYSCTL
static int guest_cputime_mode;

/* 0: off.  1: on.  2: on, and a timer samples guests on CPUs without a tick. */
static int guest_cputime_sysctl(const struct ctl_table *table, int write,
				void *buffer, size_t *lenp, loff_t *ppos)
{
	static DEFINE_MUTEX(guest_cputime_mutex);
	int old, ret;

	if (write && !capable(CAP_SYS_ADMIN))
		return -EPERM;

	guard(mutex)(&guest_cputime_mutex);
	old = guest_cputime_mode;
	ret = proc_dointvec_minmax(table, write, buffer, lenp, ppos);
	if (ret || guest_cputime_mode == old)
		return ret;

	guest_cputime_vtime_switch(guest_cputime_mode);
	if (guest_cputime_mode)
		static_branch_enable(&guest_cputime_key);
	else
		static_branch_disable(&guest_cputime_key);
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
};

static int __init guest_cputime_sysctl_init(void)
{
	register_sysctl_init("kernel", guest_cputime_sysctls);
	return 0;
}
late_initcall(guest_cputime_sysctl_init);
#endif /* CONFIG_SYSCTL */
