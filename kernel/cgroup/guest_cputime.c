// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest CPU time of cgroups: charging, and the lines of cpu.stat.
 */

#include <linux/cgroup.h>
#include <linux/guest_cputime.h>
#include <linux/guest_cputime_cgroup.h>
#include <linux/kernel_stat.h>
#include <linux/math64.h>
#include <linux/seq_file.h>
#include <linux/time64.h>

/**
 * cgroup_account_guest - charge guest time to the user time and the guest time of a cgroup
 * @cgrp:  a cgroup below the root
 * @index: CPUTIME_USER or CPUTIME_NICE
 * @guest: CPUTIME_GUEST or CPUTIME_GUEST_NICE
 * @ns:    the guest time, in nanoseconds
 *
 * Inline, it would make each guest's tick save registers, in the root cgroup too.
 *
 * Context: interrupts disabled.
 */
void cgroup_account_guest(struct cgroup *cgrp, int index, int guest, u64 ns)
{
	__cgroup_account_cputime_field(cgrp, index, ns);
	__cgroup_account_cputime_field(cgrp, guest, ns);
}

/**
 * guest_cputime_cgroup_account - charge guest time to a cgroup
 * @times: the times of the cgroup on this CPU
 * @index: an enum cpu_usage_stat; values that are not guest time are ignored
 * @ns:    the time, in nanoseconds
 *
 * Context: interrupts disabled, inside the write section of the sequence count.
 */
void guest_cputime_cgroup_account(struct guest_cputime_cgroup *times, int index, u64 ns)
{
	switch (index) {
	case CPUTIME_GUEST:
	case CPUTIME_GUEST_NICE:
		WRITE_ONCE(times->guest_time, times->guest_time + ns);
		break;
#ifdef CONFIG_GUEST_CPUTIME
	case CPUTIME_GUEST_USER:
	case CPUTIME_GUEST_USER_NICE:
		WRITE_ONCE(times->split.guest_user, times->split.guest_user + ns);
		break;
	case CPUTIME_GUEST_SYSTEM:
	case CPUTIME_GUEST_SYSTEM_NICE:
		WRITE_ONCE(times->split.guest_system, times->split.guest_system + ns);
		break;
#endif
	}
}

/**
 * guest_cputime_cgroup_add_cpu - add the parts of a CPU, for the root cgroup
 * @sum: the sum to add to
 * @cpu: a possible CPU
 *
 * The caller adds the guest time of the CPU afterwards.
 *
 * Context: needs no lock, as each counter has one writer.
 */
void guest_cputime_cgroup_add_cpu(struct guest_cputime_cgroup *sum, int cpu)
{
#ifdef CONFIG_GUEST_CPUTIME
	struct guest_cputime_cpu times = { };

	guest_cputime_add_cpu(&times, cpu);
	sum->split.guest_user += times.guest_user + times.guest_user_nice;
	sum->split.guest_system += times.guest_system + times.guest_system_nice;
#endif
}

static void show_usec(struct seq_file *seq, const char *name, u64 ns)
{
	seq_put_decimal_ull(seq, name, div_u64(ns, NSEC_PER_USEC));
	seq_putc(seq, '\n');
}

#ifdef CONFIG_GUEST_CPUTIME
#define NO_GUEST_TIME	"guest_usec 0\nguest_user_usec 0\nguest_system_usec 0\n"
#else
#define NO_GUEST_TIME	"guest_usec 0\n"
#endif

/**
 * guest_cputime_cgroup_show - the lines of cpu.stat
 * @seq:   the file
 * @times: the times of the cgroup
 *
 * Most cgroups have run no guest.  Their zeros are printed as one string, so that a read
 * costs little more than without the lines.
 *
 * Context: process context.
 */
void guest_cputime_cgroup_show(struct seq_file *seq, const struct guest_cputime_cgroup *times)
{
	if (!times->guest_time) {
		seq_puts(seq, NO_GUEST_TIME);
		return;
	}
	show_usec(seq, "guest_usec ", times->guest_time);
#ifdef CONFIG_GUEST_CPUTIME
	show_usec(seq, "guest_user_usec ", times->split.guest_user);
	show_usec(seq, "guest_system_usec ", times->split.guest_system);
#endif
}
