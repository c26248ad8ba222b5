/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guest CPU time split by the guest's privilege ring.
 *
 * kernel/sched/guest_cputime.c explains the design.
 * Documentation/admin-guide/guest-cputime.rst explains the numbers.
 */
#ifndef _LINUX_GUEST_CPUTIME_H
#define _LINUX_GUEST_CPUTIME_H

#include <linux/guest_cputime_types.h>
#include <linux/jump_label.h>
#include <linux/percpu.h>

struct cgroup;
struct signal_struct;
struct task_struct;

/**
 * enum guest_cputime_ring - the privilege level of an interrupted guest
 * @GUEST_CPUTIME_UNKNOWN: no guest was interrupted, or its state is hidden
 * @GUEST_CPUTIME_USER:    x86: CPL 1, 2 or 3; arm64: EL0
 * @GUEST_CPUTIME_SYSTEM:  x86: CPL 0; arm64: EL1 or EL2
 */
enum guest_cputime_ring {
	GUEST_CPUTIME_UNKNOWN,
	GUEST_CPUTIME_USER,
	GUEST_CPUTIME_SYSTEM,
};

/**
 * struct guest_cputime_times - guest time by ring, as read
 * @guest_user:    guest user time, in nanoseconds
 * @guest_system:  guest system time, in nanoseconds
 * @cguest_user:   guest user time of the children waited for, in nanoseconds
 * @cguest_system: guest system time of the same, in nanoseconds
 */
struct guest_cputime_times {
	u64	guest_user;
	u64	guest_system;
	u64	cguest_user;
	u64	cguest_system;
};

/**
 * struct guest_cputime_cpu - guest time by ring, of a CPU, as read
 * @guest_user:        the part of CPUTIME_GUEST in guest user, in nanoseconds
 * @guest_system:      the part of CPUTIME_GUEST in guest system, in nanoseconds
 * @guest_user_nice:   the part of CPUTIME_GUEST_NICE in guest user, in nanoseconds
 * @guest_system_nice: the part of CPUTIME_GUEST_NICE in guest system, in nanoseconds
 *
 * /proc/stat rounds CPUTIME_GUEST and CPUTIME_GUEST_NICE down one by one.  The parts
 * must be rounded down one by one too, or their sum could exceed the printed total.
 */
struct guest_cputime_cpu {
	u64	guest_user;
	u64	guest_system;
	u64	guest_user_nice;
	u64	guest_system_nice;
};

#ifdef CONFIG_GUEST_CPUTIME

/**
 * struct guest_cputime_hypervisor - how the core asks the hypervisor
 * @sample: the ring of the guest that this CPU has just interrupted; adds the guest
 *          time of its argument, in nanoseconds, to the statistics of the vCPU
 * @loaded: whether a vCPU is loaded on this CPU.  It is already true when
 *          guest_cputime_vcpu_load() is called, and false once the vCPU is put or its
 *          thread is scheduled out.
 *
 * Context: interrupts disabled; @sample: hardirq.
 */
struct guest_cputime_hypervisor {
	enum guest_cputime_ring (*sample)(u64 ns);
	bool (*loaded)(void);
};

void guest_cputime_register(const struct guest_cputime_hypervisor *hypervisor);
void guest_cputime_unregister(void);

DECLARE_STATIC_KEY_FALSE(guest_cputime_key);

void __guest_cputime_account(struct task_struct *p, struct cgroup *cgrp, u64 ns, bool niced);

/**
 * guest_cputime_account - split guest time that was just accounted
 * @p:     the task that the guest time was charged to: current
 * @cgrp:  the cgroup v2 that it was charged to; NULL without CONFIG_CGROUPS
 * @ns:    the guest time, in nanoseconds
 * @niced: whether it was charged to CPUTIME_GUEST_NICE
 *
 * The caller has charged @ns to the totals.  Otherwise a reader could see parts
 * that exceed the total.
 *
 * Context: interrupts disabled.
 */
static inline void guest_cputime_account(struct task_struct *p, struct cgroup *cgrp, u64 ns,
					 bool niced)
{
	if (static_branch_unlikely(&guest_cputime_key))
		__guest_cputime_account(p, cgrp, ns, niced);
}

void guest_cputime_fork(struct task_struct *p);
void guest_cputime_wait(struct signal_struct *psig, struct signal_struct *sig);

void guest_cputime_task(struct task_struct *p, struct guest_cputime_times *times);
void guest_cputime_process(struct task_struct *p, struct guest_cputime_times *times);
void guest_cputime_add_cpu(struct guest_cputime_cpu *sum, int cpu);

#else /* !CONFIG_GUEST_CPUTIME */

static inline void guest_cputime_account(struct task_struct *p, struct cgroup *cgrp, u64 ns,
					 bool niced) { }
static inline void guest_cputime_fork(struct task_struct *p) { }
static inline void guest_cputime_wait(struct signal_struct *psig, struct signal_struct *sig) { }

static inline void guest_cputime_task(struct task_struct *p, struct guest_cputime_times *times)
{
	*times = (struct guest_cputime_times) { };
}

static inline void guest_cputime_process(struct task_struct *p, struct guest_cputime_times *times)
{
	*times = (struct guest_cputime_times) { };
}

static inline void guest_cputime_add_cpu(struct guest_cputime_cpu *sum, int cpu) { }

#endif /* CONFIG_GUEST_CPUTIME */

#ifdef CONFIG_GUEST_CPUTIME_VTIME

DECLARE_STATIC_KEY_FALSE(guest_cputime_timer_key);
DECLARE_PER_CPU(bool, guest_cputime_timer_active);

void __guest_cputime_vcpu_load(void);

/**
 * guest_cputime_vcpu_load - a vCPU has been loaded on this CPU
 *
 * Starts the sample timer of value 2 on a CPU with vtime accounting.  No other event
 * samples the guests of such a CPU.
 *
 * Context: preemption disabled.
 */
static inline void guest_cputime_vcpu_load(void)
{
	if (!static_branch_unlikely(&guest_cputime_timer_key))
		return;
	/* An active timer does not end: this vCPU already counts as loaded. */
	if (!this_cpu_read(guest_cputime_timer_active))
		__guest_cputime_vcpu_load();
}

#else

static inline void guest_cputime_vcpu_load(void) { }

#endif /* CONFIG_GUEST_CPUTIME_VTIME */

#endif /* _LINUX_GUEST_CPUTIME_H */
