/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guest CPU time split by the guest's privilege ring.
 *
 * kernel/guest_cputime.c says how it works; the meaning of the numbers is in
 * Documentation/admin-guide/guest-cputime.rst.
 */
#ifndef _LINUX_GUEST_CPUTIME_H
#define _LINUX_GUEST_CPUTIME_H

#include <linux/guest_cputime_types.h>
#include <linux/jump_label.h>

struct signal_struct;
struct task_struct;
struct taskstats;

/**
 * enum guest_cputime_ring - what a guest was found doing
 * @GUEST_CPUTIME_UNKNOWN: no guest was interrupted, or its state is hidden
 * @GUEST_CPUTIME_USER:    the guest was at CPL 1, 2 or 3
 * @GUEST_CPUTIME_SYSTEM:  the guest was at CPL 0
 *
 * UNKNOWN has to be 0: it is what a static call without a target returns.
 */
enum guest_cputime_ring {
	GUEST_CPUTIME_UNKNOWN	= 0,
	GUEST_CPUTIME_USER	= 1,
	GUEST_CPUTIME_SYSTEM	= 2,
};

#ifdef CONFIG_GUEST_CPUTIME

/**
 * struct guest_cputime_cpu - guest time by ring, of a CPU
 * @guest:      the part of CPUTIME_GUEST
 * @guest_nice: the part of CPUTIME_GUEST_NICE
 *
 * /proc/stat prints the two kinds as one, but rounds them down to clock ticks
 * one by one, as it does with the totals: else the sum of the parts could be
 * printed larger than the sum of the totals.
 */
struct guest_cputime_cpu {
	struct guest_cputime	guest;
	struct guest_cputime	guest_nice;
};

DECLARE_STATIC_KEY_FALSE(guest_cputime_key);

void __guest_cputime_account(struct task_struct *p, u64 ns, int index);

/**
 * guest_cputime_account - split guest time that was just accounted
 * @p:     the task that the guest time was charged to: current
 * @ns:    the guest time, in nanoseconds
 * @index: where it went in kernel_cpustat: CPUTIME_GUEST or CPUTIME_GUEST_NICE
 *
 * To be called after @ns went into the totals, so that readers never see
 * parts that are larger than the total.
 *
 * Context: interrupts disabled.
 */
static inline void guest_cputime_account(struct task_struct *p, u64 ns, int index)
{
	if (static_branch_unlikely(&guest_cputime_key))
		__guest_cputime_account(p, ns, index);
}

void guest_cputime_fork(struct task_struct *p);
void guest_cputime_exit(struct signal_struct *sig, struct task_struct *p);
void guest_cputime_wait(struct signal_struct *psig, struct task_struct *p);

void task_guest_cputime(struct task_struct *t, u64 *gutime, u64 *gstime);
void guest_cputime_fetch(struct task_struct *p, bool whole, struct guest_cputime_group *sum);
void guest_cputime_add_cpu(struct guest_cputime_cpu *sum, int cpu);
void guest_cputime_add_tsk(struct taskstats *stats, struct task_struct *tsk);
void guest_cputime_set_tgid(struct taskstats *stats, struct task_struct *tsk);

/**
 * struct guest_cputime_hypervisor - what a hypervisor tells of its guests
 * @ring:   what the guest that this CPU has just interrupted was doing,
 *          GUEST_CPUTIME_UNKNOWN if there is none.  If its argument is true it is called
 *          by the handler of an interrupt, which need not be the one that the guest was
 *          interrupted by, else at the end of a run of a guest, when the host's
 *          interrupts have been handled.
 * @loaded: whether a vCPU is loaded on this CPU: true from before
 *          guest_cputime_vcpu_load() tells of it until its guest has run for the last time.
 *
 * Both are called with interrupts disabled.
 */
struct guest_cputime_hypervisor {
	enum guest_cputime_ring (*ring)(bool irq);
	bool (*loaded)(void);
};

void guest_cputime_register(const struct guest_cputime_hypervisor *hypervisor);
void guest_cputime_unregister(void);

#else /* !CONFIG_GUEST_CPUTIME */

struct guest_cputime_cpu { };

static inline void guest_cputime_account(struct task_struct *p, u64 ns, int index) { }
static inline void guest_cputime_fork(struct task_struct *p) { }
static inline void guest_cputime_exit(struct signal_struct *sig, struct task_struct *p) { }
static inline void guest_cputime_wait(struct signal_struct *psig, struct task_struct *p) { }
static inline void guest_cputime_add_tsk(struct taskstats *stats, struct task_struct *tsk) { }
static inline void guest_cputime_set_tgid(struct taskstats *stats, struct task_struct *tsk) { }

/*
 * No functions: the address of a variable without a size, though never used, would
 * change the stack frame of the callers.
 */
#define guest_cputime_fetch(p, whole, sum)	((void)(p), (void)(whole), (void)sizeof(sum))
#define guest_cputime_add_cpu(sum, cpu)		((void)sizeof(sum), (void)(cpu))

#endif /* CONFIG_GUEST_CPUTIME */

#ifdef CONFIG_GUEST_CPUTIME_VTIME

DECLARE_STATIC_KEY_FALSE(guest_cputime_isolated_key);

void __guest_cputime_vcpu_load(void);
void __guest_cputime_vtime_exit(struct task_struct *p);

/**
 * guest_cputime_vcpu_load - a vCPU has been loaded on this CPU
 *
 * Sees to it that its guest will be sampled, if this is a CPU with vtime accounting
 * and the administrator wants that.
 *
 * Context: preemption disabled.
 */
static inline void guest_cputime_vcpu_load(void)
{
	if (static_branch_unlikely(&guest_cputime_isolated_key))
		__guest_cputime_vcpu_load();
}

/**
 * guest_cputime_vtime_exit - a guest has left a CPU with vtime accounting
 * @p: the task that ran it: current
 *
 * If there is a sample, all guest time that vtime has kept back goes to the totals,
 * and the sample is charged.
 *
 * Context: interrupts disabled, vtime's sequence counter held for writing, when this
 * run has been added to vtime's guest time; after the host's interrupts have been
 * handled, and with the vCPU still loaded.
 */
static inline void guest_cputime_vtime_exit(struct task_struct *p)
{
	if (static_branch_unlikely(&guest_cputime_key))
		__guest_cputime_vtime_exit(p);
}

#else /* !CONFIG_GUEST_CPUTIME_VTIME */

static inline void guest_cputime_vcpu_load(void) { }
static inline void guest_cputime_vtime_exit(struct task_struct *p) { }

#endif /* CONFIG_GUEST_CPUTIME_VTIME */

#endif /* _LINUX_GUEST_CPUTIME_H */
