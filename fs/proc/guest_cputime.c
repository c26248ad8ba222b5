// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest CPU time split by ring in procfs: formatting only.
 */

#include <linux/math64.h>
#include <linux/sched/cputime.h>
#include <linux/seq_file.h>
#include <linux/time.h>

#include "internal.h"
#include "guest_cputime.h"

/**
 * proc_guest_cputime_show_stat - fields 53-56 of /proc/<pid>/stat
 * @m:   the file
 * @gct: the times, fetched before the guest time of that line
 */
void proc_guest_cputime_show_stat(struct seq_file *m, const struct guest_cputime_group *gct)
{
	seq_put_decimal_ull(m, " ", nsec_to_clock_t(gct->gutime));
	seq_put_decimal_ull(m, " ", nsec_to_clock_t(gct->gstime));
	seq_put_decimal_ull(m, " ", nsec_to_clock_t(gct->cgutime));
	seq_put_decimal_ull(m, " ", nsec_to_clock_t(gct->cgstime));
}

/**
 * proc_guest_cputime_show_cpu - the columns of a cpu line of /proc/stat
 * @m:   the file
 * @gct: the times of the CPU, or the sum over the CPUs
 */
void proc_guest_cputime_show_cpu(struct seq_file *m, const struct guest_cputime_cpu *gct)
{
	seq_put_decimal_ull(m, " ", nsec_to_clock_t(gct->guest.gutime) +
				    nsec_to_clock_t(gct->guest_nice.gutime));
	seq_put_decimal_ull(m, " ", nsec_to_clock_t(gct->guest.gstime) +
				    nsec_to_clock_t(gct->guest_nice.gstime));
}

static int show_status(struct seq_file *m, struct pid_namespace *ns, struct pid *pid,
		       struct task_struct *task, bool whole)
{
	struct guest_cputime_group gct;
	int ret;

	ret = proc_pid_status(m, ns, pid, task);
	if (ret)
		return ret;

	guest_cputime_fetch(task, whole, &gct);
	seq_put_decimal_ull(m, "GuestUser:\t", div_u64(gct.gutime, NSEC_PER_USEC));
	seq_put_decimal_ull(m, " us\nGuestSystem:\t", div_u64(gct.gstime, NSEC_PER_USEC));
	seq_puts(m, " us\n");
	return 0;
}

/**
 * proc_tgid_status - /proc/<pid>/status, with the times of the thread group
 * @m:    the file
 * @ns:   the PID namespace of the procfs instance
 * @pid:  the PID
 * @task: its task, which need not be the one that runs vCPUs
 *
 * Return: 0
 */
int proc_tgid_status(struct seq_file *m, struct pid_namespace *ns, struct pid *pid,
		     struct task_struct *task)
{
	return show_status(m, ns, pid, task, true);
}

/**
 * proc_tid_status - /proc/<pid>/task/<tid>/status, with the times of the thread
 * @m:    the file
 * @ns:   the PID namespace of the procfs instance
 * @pid:  the TID
 * @task: its task
 *
 * Return: 0
 */
int proc_tid_status(struct seq_file *m, struct pid_namespace *ns, struct pid *pid,
		    struct task_struct *task)
{
	return show_status(m, ns, pid, task, false);
}
