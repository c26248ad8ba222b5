// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest CPU time split by ring in procfs: formatting.
 *
 * Most tasks and CPUs have run no guest.  Their zeros are printed as one string, so that
 * a read of /proc costs as much as without the fields.
 */

#include <linux/math64.h>
#include <linux/sched/cputime.h>
#include <linux/seq_file.h>
#include <linux/time.h>

#include "internal.h"
#include "guest_cputime.h"

/**
 * proc_guest_cputime_show_stat - print fields 53-56 of /proc/<pid>/stat and end the line
 * @m:     the file
 * @times: the times, read before the guest time of that line
 *
 * Context: process context.
 */
void proc_guest_cputime_show_stat(struct seq_file *m, const struct guest_cputime_times *times)
{
	if (!(times->guest_user | times->guest_system | times->cguest_user |
	      times->cguest_system)) {
		seq_puts(m, " 0 0 0 0\n");
		return;
	}
	seq_put_decimal_ull(m, " ", nsec_to_clock_t(times->guest_user));
	seq_put_decimal_ull(m, " ", nsec_to_clock_t(times->guest_system));
	seq_put_decimal_ull(m, " ", nsec_to_clock_t(times->cguest_user));
	seq_put_decimal_ull(m, " ", nsec_to_clock_t(times->cguest_system));
	seq_putc(m, '\n');
}

/**
 * proc_guest_cputime_show_cpu - print the last two columns of a cpu line of /proc/stat
 * @m:     the file
 * @times: the times of the CPU, or the sum over the CPUs
 *
 * Context: process context.
 */
void proc_guest_cputime_show_cpu(struct seq_file *m, const struct guest_cputime_cpu *times)
{
	if (!(times->guest_user | times->guest_system | times->guest_user_nice |
	      times->guest_system_nice)) {
		seq_puts(m, " 0 0");
		return;
	}
	seq_put_decimal_ull(m, " ", nsec_to_clock_t(times->guest_user) +
				    nsec_to_clock_t(times->guest_user_nice));
	seq_put_decimal_ull(m, " ", nsec_to_clock_t(times->guest_system) +
				    nsec_to_clock_t(times->guest_system_nice));
}

static int show_status(struct seq_file *m, struct pid_namespace *ns, struct pid *pid,
		       struct task_struct *task, bool whole)
{
	struct guest_cputime_times times;
	int ret;

	ret = proc_pid_status(m, ns, pid, task);
	if (ret)
		return ret;

	proc_guest_cputime_fetch(task, whole, &times);
	if (!(times.guest_user | times.guest_system)) {
		seq_puts(m, "GuestUser:\t0 us\nGuestSystem:\t0 us\n");
		return 0;
	}
	seq_put_decimal_ull(m, "GuestUser:\t", div_u64(times.guest_user, NSEC_PER_USEC));
	seq_put_decimal_ull(m, " us\nGuestSystem:\t", div_u64(times.guest_system, NSEC_PER_USEC));
	seq_puts(m, " us\n");
	return 0;
}

/**
 * proc_tgid_status - /proc/<pid>/status, with the times of the process
 * @m:    the file
 * @ns:   the PID namespace of the procfs instance
 * @pid:  the PID
 * @task: its task, which need not be the one that runs vCPUs
 *
 * Context: process context.
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
 * Context: process context.
 * Return: 0
 */
int proc_tid_status(struct seq_file *m, struct pid_namespace *ns, struct pid *pid,
		    struct task_struct *task)
{
	return show_status(m, ns, pid, task, false);
}
