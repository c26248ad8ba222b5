/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guest CPU time of cgroups, and its split by the guest's privilege ring.
 *
 * The guest time itself is counted by every kernel, the split with
 * CONFIG_GUEST_CPUTIME.
 */
#ifndef _LINUX_GUEST_CPUTIME_CGROUP_H
#define _LINUX_GUEST_CPUTIME_CGROUP_H

#include <linux/compiler.h>
#include <linux/guest_cputime_types.h>

#include <asm/barrier.h>

struct cgroup;
struct seq_file;
struct u64_stats_sync;

/**
 * struct guest_cputime_cgroup - guest time of a cgroup
 * @guest_time: all guest time, in nanoseconds
 * @split:      its parts: guest user and guest system
 */
struct guest_cputime_cgroup {
	u64 guest_time;
	struct guest_cputime split;
};

/**
 * struct guest_cputime_cgroup_stat - guest time that a flush passes on
 * @times:  the times of a cgroup on a CPU, or on all CPUs with its descendants
 * @passed: the share of @times that flushes have passed on: from the CPU to the cgroup, or
 *          from the cgroup to its parent
 *
 * The sequence count ->bsync of the cgroup on the CPU protects @times of a CPU, rstat's lock
 * protects all else.
 */
struct guest_cputime_cgroup_stat {
	struct guest_cputime_cgroup times;
	struct guest_cputime_cgroup passed;
};

/**
 * guest_cputime_cgroup_read - copy times that another CPU may be changing
 * @dst: the copy
 * @src: the times
 *
 * The sum of the parts never exceeds the guest time of the copy.
 *
 * Context: needs no lock; on 32 bits a CPU's times need the read section of its sequence
 *          count.
 */
static inline void guest_cputime_cgroup_read(struct guest_cputime_cgroup *dst,
					     const struct guest_cputime_cgroup *src)
{
#ifdef CONFIG_GUEST_CPUTIME
	dst->split.guest_user = READ_ONCE(src->split.guest_user);
	dst->split.guest_system = READ_ONCE(src->split.guest_system);
	/* Totals after parts: pairs with smp_wmb() in guest_cputime_charge_sample(). */
	smp_rmb();
#endif
	dst->guest_time = READ_ONCE(src->guest_time);
}

void __guest_cputime_cgroup_flush(struct guest_cputime_cgroup_stat *cpu,
				  struct guest_cputime_cgroup_stat *own,
				  struct guest_cputime_cgroup_stat *parent,
				  const struct u64_stats_sync *sync);

/**
 * guest_cputime_cgroup_flush - pass the guest time of a CPU on to its cgroup and the parent
 * @cpu:    the guest time of the cgroup on the CPU
 * @own:    the guest time of the cgroup
 * @parent: the guest time of its parent; the root's is not read
 * @sync:   the sequence count of @cpu
 *
 * Most cgroups have never run a guest: their flush looks at two counters, and no more.
 *
 * Context: rstat's lock held.
 */
static inline void guest_cputime_cgroup_flush(struct guest_cputime_cgroup_stat *cpu,
					      struct guest_cputime_cgroup_stat *own,
					      struct guest_cputime_cgroup_stat *parent,
					      const struct u64_stats_sync *sync)
{
	if (READ_ONCE(cpu->times.guest_time) || own->times.guest_time)
		__guest_cputime_cgroup_flush(cpu, own, parent, sync);
}

struct cgroup *cgroup_account_guest(struct cgroup *cgrp, int index, int guest, u64 ns);
void guest_cputime_cgroup_account(struct guest_cputime_cgroup *times, int index, u64 ns);
void guest_cputime_cgroup_show(struct seq_file *seq, const struct guest_cputime_cgroup *times);

#endif /* _LINUX_GUEST_CPUTIME_CGROUP_H */
