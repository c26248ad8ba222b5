/* SPDX-License-Identifier: GPL-2.0-only */
/* Guest CPU time and its split by ring in taskstats. */
#ifndef _LINUX_GUEST_TASKSTATS_H
#define _LINUX_GUEST_TASKSTATS_H

#include <linux/types.h>

struct task_struct;
struct taskstats;

void guest_taskstats_add_tsk(struct taskstats *stats, struct task_struct *tsk);
u64 guest_taskstats_begin_tgid(struct taskstats *stats, struct task_struct *tsk);
void guest_taskstats_end_tgid(struct taskstats *stats, struct task_struct *tsk, u64 guest_time);
void guest_taskstats_set_tgid(struct taskstats *stats, struct task_struct *tsk);

#endif /* _LINUX_GUEST_TASKSTATS_H */
