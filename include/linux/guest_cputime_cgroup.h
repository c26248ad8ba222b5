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

/**
 * struct guest_cputime_cgroup - guest time of a cgroup
 * @guest_time: all guest time, in nanoseconds
 * @split:      its parts: guest user and guest system
 *
 * Embedded in struct cgroup_base_stat, which says how it is protected.
 */
struct guest_cputime_cgroup {
	u64 guest_time;
	struct guest_cputime split;
};

#ifdef CONFIG_GUEST_CPUTIME

static inline void guest_cputime_cgroup_add(struct guest_cputime_cgroup *dst,
					    const struct guest_cputime_cgroup *src)
{
	dst->guest_time += src->guest_time;
	dst->split.guest_user += src->split.guest_user;
	dst->split.guest_system += src->split.guest_system;
}

static inline void guest_cputime_cgroup_sub(struct guest_cputime_cgroup *dst,
					    const struct guest_cputime_cgroup *src)
{
	dst->guest_time -= src->guest_time;
	dst->split.guest_user -= src->split.guest_user;
	dst->split.guest_system -= src->split.guest_system;
}

/**
 * guest_cputime_cgroup_read - copy the times that another CPU may be charging
 * @dst: the copy
 * @src: the times
 *
 * The sum of the parts never exceeds the guest time of the copy.
 *
 * Context: needs no lock; on 32 bits inside the read section of the sequence count.
 */
static inline void guest_cputime_cgroup_read(struct guest_cputime_cgroup *dst,
					     const struct guest_cputime_cgroup *src)
{
	dst->split.guest_user = READ_ONCE(src->split.guest_user);
	dst->split.guest_system = READ_ONCE(src->split.guest_system);
	/* Totals after parts: pairs with smp_wmb() in guest_cputime_sample(). */
	smp_rmb();
	dst->guest_time = READ_ONCE(src->guest_time);
}

#else /* !CONFIG_GUEST_CPUTIME */

static inline void guest_cputime_cgroup_add(struct guest_cputime_cgroup *dst,
					    const struct guest_cputime_cgroup *src)
{
	dst->guest_time += src->guest_time;
}

static inline void guest_cputime_cgroup_sub(struct guest_cputime_cgroup *dst,
					    const struct guest_cputime_cgroup *src)
{
	dst->guest_time -= src->guest_time;
}

static inline void guest_cputime_cgroup_read(struct guest_cputime_cgroup *dst,
					     const struct guest_cputime_cgroup *src)
{
	dst->guest_time = READ_ONCE(src->guest_time);
}

#endif /* CONFIG_GUEST_CPUTIME */

void cgroup_account_guest(struct cgroup *cgrp, int index, int guest, u64 ns);
void guest_cputime_cgroup_account(struct guest_cputime_cgroup *times, int index, u64 ns);
void guest_cputime_cgroup_add_cpu(struct guest_cputime_cgroup *sum, int cpu);
void guest_cputime_cgroup_show(struct seq_file *seq, const struct guest_cputime_cgroup *times);

#endif /* _LINUX_GUEST_CPUTIME_CGROUP_H */
