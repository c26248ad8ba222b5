/* SPDX-License-Identifier: GPL-2.0-only */
/* Guest CPU time split by ring in procfs. */
#ifndef _FS_PROC_GUEST_CPUTIME_H
#define _FS_PROC_GUEST_CPUTIME_H

#include <linux/guest_cputime.h>

struct pid;
struct pid_namespace;
struct seq_file;

#ifdef CONFIG_GUEST_CPUTIME

void proc_guest_cputime_show_stat(struct seq_file *m, const struct guest_cputime_group *gct);
void proc_guest_cputime_show_cpu(struct seq_file *m, const struct guest_cputime_cpu *gct);

int proc_tgid_status(struct seq_file *m, struct pid_namespace *ns, struct pid *pid,
		     struct task_struct *task);
int proc_tid_status(struct seq_file *m, struct pid_namespace *ns, struct pid *pid,
		    struct task_struct *task);

#else /* !CONFIG_GUEST_CPUTIME */

/* As in linux/guest_cputime.h: no use of the address. */
#define proc_guest_cputime_show_stat(m, gct)	((void)(m), (void)sizeof(gct))
#define proc_guest_cputime_show_cpu(m, gct)	((void)(m), (void)sizeof(gct))

#define proc_tgid_status proc_pid_status
#define proc_tid_status proc_pid_status

#endif /* CONFIG_GUEST_CPUTIME */

#endif /* _FS_PROC_GUEST_CPUTIME_H */
