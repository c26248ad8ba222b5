/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guest CPU time split by ring: what the files of the core, and its KUnit suite, see
 * of each other beside the API.
 */
#ifndef _KERNEL_GUEST_CPUTIME_H
#define _KERNEL_GUEST_CPUTIME_H

#include <linux/guest_cputime.h>
#include <linux/percpu.h>
#include <linux/sched.h>

extern const struct guest_cputime_hypervisor *guest_cputime_hypervisor;

enum guest_cputime_ring guest_cputime_sample(bool irq);

#if IS_ENABLED(CONFIG_KUNIT)
/* Add @ns to the side of @gct that @ring (not UNKNOWN) names. */
void guest_cputime_charge(struct guest_cputime *gct, enum guest_cputime_ring ring, u64 ns);
/* All that reads the parts of a task or a CPU does it with this. */
void guest_cputime_read(const struct guest_cputime *gct, u64 *gutime, u64 *gstime);
#endif

#ifdef CONFIG_GUEST_CPUTIME_VTIME

DECLARE_PER_CPU(u8, guest_cputime_timer_ring);

bool guest_cputime_vtime_sample(struct task_struct *p);
enum guest_cputime_ring guest_cputime_vtime_take(struct task_struct *p, bool nice, u64 *ns);
void guest_cputime_vtime_switch(int old, int new);

#else

static inline enum guest_cputime_ring guest_cputime_vtime_take(struct task_struct *p, bool nice,
							       u64 *ns)
{
	return GUEST_CPUTIME_UNKNOWN;
}

static inline void guest_cputime_vtime_switch(int old, int new) { }

#endif /* CONFIG_GUEST_CPUTIME_VTIME */

#endif /* _KERNEL_GUEST_CPUTIME_H */
