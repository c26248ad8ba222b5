/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guest CPU time split by ring in procfs.
 *
 * The fields of /proc/<pid>/stat and /proc/stat have positions.  Every configuration
 * prints them, so that no position depends on it.
 */
#ifndef _FS_PROC_GUEST_CPUTIME_H
#define _FS_PROC_GUEST_CPUTIME_H

#include <linux/guest_cputime.h>
#include <linux/seq_file.h>

struct pid;
struct pid_namespace;

#ifdef CONFIG_GUEST_CPUTIME

void proc_guest_cputime_show_stat(struct seq_file *m, const struct guest_cputime_times *times);
void proc_guest_cputime_show_cpu(struct seq_file *m, const struct guest_cputime_cpu *times);

int proc_tgid_status(struct seq_file *m, struct pid_namespace *ns, struct pid *pid,
		     struct task_struct *task);
int proc_tid_status(struct seq_file *m, struct pid_namespace *ns, struct pid *pid,
		    struct task_struct *task);

#else /* !CONFIG_GUEST_CPUTIME */

static inline void proc_guest_cputime_show_stat(struct seq_file *m,
						const struct guest_cputime_times *times)
{
	seq_puts(m, " 0 0 0 0\n");
}

static inline void proc_guest_cputime_show_cpu(struct seq_file *m,
					       const struct guest_cputime_cpu *times)
{
	seq_puts(m, " 0 0");
}

#define proc_tgid_status proc_pid_status
#define proc_tid_status proc_pid_status

#endif /* CONFIG_GUEST_CPUTIME */

/**
 * proc_guest_cputime_fetch - read the times before the guest time of the same line
 * @task:  the task
 * @whole: true for the times of its process, false for those of @task alone
 * @times: the result
 *
 * Context: a reference to @task suffices; takes no lock.
 */
static inline void proc_guest_cputime_fetch(struct task_struct *task, bool whole,
					    struct guest_cputime_times *times)
{
	if (whole)
		guest_cputime_process(task, times);
	else
		guest_cputime_task(task, times);
}

#endif /* _FS_PROC_GUEST_CPUTIME_H */
