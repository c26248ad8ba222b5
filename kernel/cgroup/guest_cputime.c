// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest CPU time of cgroups: charging, flushing, and the lines of cpu.stat.
 */

#include <linux/cgroup.h>
#include <linux/context_tracking_state.h>
#include <linux/cpumask.h>
#include <linux/guest_cputime.h>
#include <linux/guest_cputime_cgroup.h>
#include <linux/kernel_stat.h>
#include <linux/math64.h>
#include <linux/seq_file.h>
#include <linux/time64.h>
#include <linux/u64_stats_sync.h>

/**
 * cgroup_account_guest - charge guest time to the user time and the guest time of a cgroup
 * @cgrp:  a cgroup below the root
 * @index: CPUTIME_USER or CPUTIME_NICE
 * @guest: CPUTIME_GUEST or CPUTIME_GUEST_NICE
 * @ns:    the guest time, in nanoseconds
 *
 * This is no inline function: each tick of a guest would save registers for it, in the root
 * cgroup too.
 *
 * Context: interrupts disabled.
 * Return: @cgrp, so that the caller need not save it
 */
struct cgroup *cgroup_account_guest(struct cgroup *cgrp, int index, int guest, u64 ns)
{
	__cgroup_account_cputime_field(cgrp, index, ns);
	__cgroup_account_cputime_field(cgrp, guest, ns);
	return cgrp;
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

/* Add the growth of @times since @passed to @dst. */
static void pass_on(struct guest_cputime_cgroup *dst, const struct guest_cputime_cgroup *times,
		    struct guest_cputime_cgroup *passed)
{
	dst->guest_time += times->guest_time - passed->guest_time;
#ifdef CONFIG_GUEST_CPUTIME
	dst->split.guest_user += times->split.guest_user - passed->split.guest_user;
	dst->split.guest_system += times->split.guest_system - passed->split.guest_system;
#endif
	*passed = *times;
}

void __guest_cputime_cgroup_flush(struct guest_cputime_cgroup_stat *cpu,
				  struct guest_cputime_cgroup_stat *own,
				  struct guest_cputime_cgroup_stat *parent,
				  const struct u64_stats_sync *sync)
{
	struct guest_cputime_cgroup times;
	unsigned int seq;

	do {
		seq = __u64_stats_fetch_begin(sync);
		guest_cputime_cgroup_read(&times, &cpu->times);
	} while (__u64_stats_fetch_retry(sync, seq));

	pass_on(&own->times, &times, &cpu->passed);
	pass_on(&parent->times, &own->times, &own->passed);
}

static u64 cpu_guest_time(int cpu)
{
	const u64 *cpustat = kcpustat_cpu(cpu).cpustat;
	struct kernel_cpustat fetched;

	/* Without a tick the counters lack the time of a guest that does not exit. */
	if (context_tracking_enabled_cpu(cpu)) {
		kcpustat_cpu_fetch(&fetched, cpu);
		cpustat = fetched.cpustat;
	}
	return READ_ONCE(cpustat[CPUTIME_GUEST]) + READ_ONCE(cpustat[CPUTIME_GUEST_NICE]);
}

/* The root cgroup has the times of all CPUs, which this adds to @times. */
static void add_root(struct guest_cputime_cgroup *times)
{
	int cpu;

	for_each_possible_cpu(cpu) {
#ifdef CONFIG_GUEST_CPUTIME
		struct guest_cputime_cpu parts = { };

		guest_cputime_add_cpu(&parts, cpu);
		times->split.guest_user += parts.guest_user + parts.guest_user_nice;
		times->split.guest_system += parts.guest_system + parts.guest_system_nice;
#endif
		times->guest_time += cpu_guest_time(cpu);
	}
}

static void show_usec(struct seq_file *seq, const char *name, u64 ns)
{
	seq_put_decimal_ull(seq, name, div_u64(ns, NSEC_PER_USEC));
}

#ifdef CONFIG_GUEST_CPUTIME
#define NO_GUEST_TIME	"guest_usec 0\nguest_user_usec 0\nguest_system_usec 0\n"
#else
#define NO_GUEST_TIME	"guest_usec 0\n"
#endif

/**
 * guest_cputime_cgroup_show - the lines of cpu.stat
 * @seq:   the file
 * @times: a copy of the times of the cgroup, made under rstat's lock; NULL for the root
 *
 * Most cgroups have run no guest.  Their zeros are printed as one string, so that a read
 * costs little more than without the lines.
 *
 * Context: process context.
 */
void guest_cputime_cgroup_show(struct seq_file *seq, const struct guest_cputime_cgroup *times)
{
	struct guest_cputime_cgroup root = { };

	if (!times) {
		add_root(&root);
		times = &root;
	}
	if (!times->guest_time) {
		seq_puts(seq, NO_GUEST_TIME);
		return;
	}
	show_usec(seq, "guest_usec ", times->guest_time);
#ifdef CONFIG_GUEST_CPUTIME
	show_usec(seq, "\nguest_user_usec ", times->split.guest_user);
	show_usec(seq, "\nguest_system_usec ", times->split.guest_system);
#endif
	seq_putc(seq, '\n');
}
