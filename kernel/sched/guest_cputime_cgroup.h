/* SPDX-License-Identifier: GPL-2.0-only */
/* Guest CPU time of cgroups: what account_guest_time() charges. */
#ifndef _KERNEL_SCHED_GUEST_CPUTIME_CGROUP_H
#define _KERNEL_SCHED_GUEST_CPUTIME_CGROUP_H

#include <linux/cgroup.h>
#include <linux/guest_cputime_cgroup.h>
#include <linux/kernel_stat.h>

#ifdef CONFIG_CGROUPS
static inline struct cgroup *task_cgroup_account_guest(struct task_struct *p,
						       enum cpu_usage_stat index,
						       enum cpu_usage_stat guest, u64 ns)
{
	struct cgroup *cgrp;

	cpuacct_account_field(p, index, ns);
	cgrp = task_dfl_cgroup(p);
	return cgroup_parent(cgrp) ? cgroup_account_guest(cgrp, index, guest, ns) : cgrp;
}
#else
static inline struct cgroup *task_cgroup_account_guest(struct task_struct *p,
						       enum cpu_usage_stat index,
						       enum cpu_usage_stat guest, u64 ns)
{
	return NULL;
}
#endif

/**
 * task_group_account_guest - charge guest time to the user time of a CPU and of cgroups
 * @p:     the task that ran the guest
 * @index: CPUTIME_USER or CPUTIME_NICE
 * @guest: CPUTIME_GUEST or CPUTIME_GUEST_NICE, for the cgroup v2 alone: the caller
 *         charges it to the CPU
 * @ns:    the guest time, in nanoseconds
 *
 * This is task_group_account_field() with a second index.  Both indexes share one look
 * at the cgroup, so that a tick in the root cgroup costs what it did without @guest.
 *
 * Context: interrupts disabled.
 * Return: the cgroup v2 that was charged, valid while interrupts stay disabled.  Another CPU
 * may move @p meanwhile, so that a second look would find one without this guest time.
 */
static inline struct cgroup *task_group_account_guest(struct task_struct *p,
						      enum cpu_usage_stat index,
						      enum cpu_usage_stat guest, u64 ns)
{
	__this_cpu_add(kernel_cpustat.cpustat[index], ns);
	return task_cgroup_account_guest(p, index, guest, ns);
}

#endif /* _KERNEL_SCHED_GUEST_CPUTIME_CGROUP_H */
