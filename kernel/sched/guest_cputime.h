/* SPDX-License-Identifier: GPL-2.0-only */
/* Guest CPU time split by ring: interfaces between the core, its timer and KUnit. */
#ifndef _KERNEL_SCHED_GUEST_CPUTIME_H
#define _KERNEL_SCHED_GUEST_CPUTIME_H

#include <linux/cgroup.h>
#include <linux/guest_cputime.h>
#include <linux/kernel_stat.h>

extern const struct guest_cputime_hypervisor *guest_cputime_registered;

bool guest_cputime_charge_sample(struct task_struct *p, struct cgroup *cgrp, u64 ns, bool niced);

#if IS_ENABLED(CONFIG_KUNIT)
enum cpu_usage_stat guest_cputime_charge_task(struct task_struct *p, enum guest_cputime_ring ring,
					      u64 ns, bool niced);
#endif

#ifdef CONFIG_CGROUPS
/* The cgroup v2 of @p.  Another CPU may move @p, so the next call may return another one. */
static inline struct cgroup *guest_cputime_task_cgroup(struct task_struct *p)
{
	return task_dfl_cgroup(p);
}

/* cpuacct of cgroup v1 shows no guest time, so that it is not charged. */
static inline void guest_cputime_charge_cgroup(struct cgroup *cgrp, enum cpu_usage_stat index,
					       u64 ns)
{
	if (cgroup_parent(cgrp))
		__cgroup_account_cputime_field(cgrp, index, ns);
}

static inline u64 guest_cputime_cgroup_id(struct cgroup *cgrp)
{
	return cgroup_id(cgrp);
}
#else
static inline struct cgroup *guest_cputime_task_cgroup(struct task_struct *p)
{
	return NULL;
}

static inline void guest_cputime_charge_cgroup(struct cgroup *cgrp, enum cpu_usage_stat index,
					       u64 ns) { }
static inline u64 guest_cputime_cgroup_id(struct cgroup *cgrp)
{
	return 0;
}
#endif

#ifdef CONFIG_GUEST_CPUTIME_VTIME

void guest_cputime_vtime_account(struct task_struct *p, struct cgroup *cgrp, u64 ns, bool niced);
void guest_cputime_vtime_switch(int new);

#if IS_ENABLED(CONFIG_KUNIT)
void guest_cputime_vtime_add(struct guest_cputime_vtime *v, u64 ns, u32 place, u64 cgroup,
			     u32 generation);
#endif

#else

static inline void guest_cputime_vtime_account(struct task_struct *p, struct cgroup *cgrp, u64 ns,
					       bool niced) { }
static inline void guest_cputime_vtime_switch(int new) { }

#endif /* CONFIG_GUEST_CPUTIME_VTIME */

#endif /* _KERNEL_SCHED_GUEST_CPUTIME_H */
