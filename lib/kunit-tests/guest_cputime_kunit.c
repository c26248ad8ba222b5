// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of guest CPU time split by ring: charging, reading and showing.
 *
 * The tests charge tasks made by hand, so that a run on a live machine changes no
 * counter and no switch.  The mutations that turn them red stand beside the tests.
 */

#include <kunit/test.h>
#include <linux/cgroup.h>
#include <linux/guest_cputime.h>
#include <linux/guest_cputime_cgroup.h>
#include <linux/guest_taskstats.h>
#include <linux/irqflags.h>
#include <linux/kernel_stat.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/taskstats.h>
#include <linux/time64.h>
#include <linux/u64_stats_sync.h>

#include "../../fs/proc/guest_cputime.h"
#include "../../kernel/sched/guest_cputime.h"
#include "guest_cputime_tasks.h"

/* Red: rings swapped, "=" for "+=", the process or the thread left out. */
static void charge_adds_to_thread_and_process(struct kunit *test)
{
	struct signal_struct *sig = make_signal(test);
	struct task_struct *p = make_task(test, sig);

	guest_cputime_charge_task(p, GUEST_CPUTIME_USER, 3, false);
	guest_cputime_charge_task(p, GUEST_CPUTIME_SYSTEM, 5, false);
	guest_cputime_charge_task(p, GUEST_CPUTIME_USER, 7, true);
	KUNIT_EXPECT_EQ(test, p->guest_cputime.guest_user, 10);
	KUNIT_EXPECT_EQ(test, p->guest_cputime.guest_system, 5);
	KUNIT_EXPECT_EQ(test, atomic64_read(&sig->guest_cputime.guest_user), 10);
	KUNIT_EXPECT_EQ(test, atomic64_read(&sig->guest_cputime.guest_system), 5);
	KUNIT_EXPECT_EQ(test, sig->guest_cputime.cguest_user, 0);
	KUNIT_EXPECT_EQ(test, sig->guest_cputime.cguest_system, 0);
}

/* 200 years in ns exceed 2^62.  Red: a 32-bit counter, or ns narrowed. */
static void charge_holds_200_years(struct kunit *test)
{
	const u64 years = 200ULL * 365 * 24 * 3600 * NSEC_PER_SEC;
	struct task_struct *p = make_task(test, make_signal(test));

	guest_cputime_charge_task(p, GUEST_CPUTIME_USER, years, false);
	guest_cputime_charge_task(p, GUEST_CPUTIME_USER, 1ULL + U32_MAX, false);
	KUNIT_EXPECT_EQ(test, p->guest_cputime.guest_user, years + 1ULL + U32_MAX);
	KUNIT_EXPECT_EQ(test, atomic64_read(&p->signal->guest_cputime.guest_user),
			years + 1ULL + U32_MAX);
}

/* Each charge has one of four places in the CPU's times.  Red: any two swapped. */
static void charge_keeps_nice_sides_apart(struct kunit *test)
{
	struct task_struct *p = make_task(test, make_signal(test));

	KUNIT_EXPECT_EQ(test, guest_cputime_charge_task(p, GUEST_CPUTIME_USER, 11, false),
			CPUTIME_GUEST_USER);
	KUNIT_EXPECT_EQ(test, guest_cputime_charge_task(p, GUEST_CPUTIME_SYSTEM, 13, false),
			CPUTIME_GUEST_SYSTEM);
	KUNIT_EXPECT_EQ(test, guest_cputime_charge_task(p, GUEST_CPUTIME_USER, 17, true),
			CPUTIME_GUEST_USER_NICE);
	KUNIT_EXPECT_EQ(test, guest_cputime_charge_task(p, GUEST_CPUTIME_SYSTEM, 19, true),
			CPUTIME_GUEST_SYSTEM_NICE);
}

/* A KUnit thread runs no vCPU.  Red: a default ring that is not UNKNOWN. */
static void sample_without_vcpu_charges_nothing(struct kunit *test)
{
	unsigned long flags;
	bool charged;

	local_irq_save(flags);
	charged = guest_cputime_charge_sample(current, NULL, 1, false);
	local_irq_restore(flags);
	KUNIT_EXPECT_FALSE(test, charged);
}

/* Red: a thread shown the times of its process, or the reverse; a dead thread lost. */
static void process_includes_dead_threads(struct kunit *test)
{
	struct signal_struct *sig = make_signal(test);
	struct task_struct *leader = make_task(test, sig);
	struct task_struct *dies = make_task(test, sig);
	struct guest_cputime_times times;

	guest_cputime_charge_task(leader, GUEST_CPUTIME_USER, 2, false);
	guest_cputime_charge_task(leader, GUEST_CPUTIME_SYSTEM, 3, false);
	guest_cputime_charge_task(dies, GUEST_CPUTIME_USER, 101, false);
	guest_cputime_charge_task(dies, GUEST_CPUTIME_SYSTEM, 211, false);
	guest_cputime_task(dies, &times);
	KUNIT_EXPECT_EQ(test, times.guest_user, 101);
	KUNIT_EXPECT_EQ(test, times.guest_system, 211);
	list_del(&dies->thread_node);

	guest_cputime_process(leader, &times);
	KUNIT_EXPECT_EQ(test, times.guest_user, 103);
	KUNIT_EXPECT_EQ(test, times.guest_system, 214);
	KUNIT_EXPECT_EQ(test, times.cguest_user + times.cguest_system, 0);
	guest_cputime_task(leader, &times);
	KUNIT_EXPECT_EQ(test, times.guest_user, 2);
	KUNIT_EXPECT_EQ(test, times.guest_system, 3);
}

/*
 * Red: the child's own time or that of its children left out, rings swapped, a reader that leaves
 * the children out.
 */
static void wait_adds_child_and_grandchildren(struct kunit *test)
{
	static void (*const readers[])(struct task_struct *p, struct guest_cputime_times *times) = {
		guest_cputime_process, guest_cputime_task,
	};
	struct signal_struct *psig = make_signal(test), *sig = make_signal(test);
	struct task_struct *parent = make_task(test, psig);
	struct task_struct *child = make_task(test, sig);
	struct guest_cputime_times times;
	size_t i;

	guest_cputime_charge_task(parent, GUEST_CPUTIME_USER, 17, false);
	guest_cputime_charge_task(parent, GUEST_CPUTIME_SYSTEM, 19, false);
	guest_cputime_charge_task(child, GUEST_CPUTIME_USER, 1009, false);
	guest_cputime_charge_task(child, GUEST_CPUTIME_SYSTEM, 2003, false);
	psig->guest_cputime.cguest_user = 10007;
	psig->guest_cputime.cguest_system = 20011;
	sig->guest_cputime.cguest_user = 100003;
	sig->guest_cputime.cguest_system = 200003;

	write_seqlock_irq(&psig->stats_lock);
	guest_cputime_wait(psig, sig);
	write_sequnlock_irq(&psig->stats_lock);

	/* Each thread shows the times of the children of its process. */
	for (i = 0; i < ARRAY_SIZE(readers); i++) {
		memset(&times, 0xff, sizeof(times));
		readers[i](parent, &times);
		KUNIT_EXPECT_EQ_MSG(test, times.cguest_user, 10007 + 1009 + 100003,
				    "reader %zu", i);
		KUNIT_EXPECT_EQ_MSG(test, times.cguest_system, 20011 + 2003 + 200003,
				    "reader %zu", i);
		KUNIT_EXPECT_EQ_MSG(test, times.guest_user, 17, "reader %zu", i);
		KUNIT_EXPECT_EQ_MSG(test, times.guest_system, 19, "reader %zu", i);
	}
}

/* Red: guest_cputime_fork() empty, or one counter forgotten. */
static void fork_clears_thread(struct kunit *test)
{
	struct task_struct *p = make_task(test, make_signal(test));
	struct guest_cputime_times times;

	guest_cputime_charge_task(p, GUEST_CPUTIME_USER, 11, false);
	guest_cputime_charge_task(p, GUEST_CPUTIME_SYSTEM, 13, false);
	guest_cputime_fork(p);
	guest_cputime_task(p, &times);
	KUNIT_EXPECT_EQ(test, times.guest_user, 0);
	KUNIT_EXPECT_EQ(test, times.guest_system, 0);
}

/* A file in memory. */
static struct seq_file *make_file(struct kunit *test)
{
	struct seq_file *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, m);
	m->size = 256;
	m->buf = kunit_kzalloc(test, m->size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, m->buf);
	return m;
}

static const char *text(struct seq_file *m)
{
	m->buf[m->count] = '\0';
	m->count = 0;
	return m->buf;
}

/*
 * Red: two fields swapped, a wrong unit, rounding up, the string of zeros wrong, or printed for a
 * field that is not zero.
 */
static void stat_has_four_fields(struct kunit *test)
{
	static const struct {
		struct guest_cputime_times times;
		const char *text;
	} lines[] = {
		{ { .guest_user = 7 * CLOCK_TICK_NS - 1, .guest_system = 5 * CLOCK_TICK_NS,
		    .cguest_user = 11 * CLOCK_TICK_NS, .cguest_system = 13 * CLOCK_TICK_NS },
		  " 6 5 11 13\n" },
		{ { .guest_user = CLOCK_TICK_NS }, " 1 0 0 0\n" },
		{ { .guest_system = 2 * CLOCK_TICK_NS }, " 0 2 0 0\n" },
		{ { .cguest_user = 3 * CLOCK_TICK_NS }, " 0 0 3 0\n" },
		{ { .cguest_system = 4 * CLOCK_TICK_NS }, " 0 0 0 4\n" },
		{ { }, " 0 0 0 0\n" },
	};
	struct seq_file *m = make_file(test);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		proc_guest_cputime_show_stat(m, &lines[i].times);
		KUNIT_EXPECT_STREQ(test, text(m), lines[i].text);
	}
}

/*
 * Red: rounding down the sum instead of each side, a side left out, the string of zeros printed for
 * a side that is not zero.
 */
static void cpu_line_rounds_each_side_down(struct kunit *test)
{
	static const struct {
		struct guest_cputime_cpu times;
		const char *text;
	} lines[] = {
		{ { .guest_user = 3 * CLOCK_TICK_NS - 1, .guest_user_nice = 4 * CLOCK_TICK_NS - 1,
		    .guest_system = 5 * CLOCK_TICK_NS, .guest_system_nice = CLOCK_TICK_NS - 1 },
		  " 5 5" },
		{ { .guest_user = CLOCK_TICK_NS }, " 1 0" },
		{ { .guest_system = 2 * CLOCK_TICK_NS }, " 0 2" },
		{ { .guest_user_nice = 3 * CLOCK_TICK_NS }, " 3 0" },
		{ { .guest_system_nice = 4 * CLOCK_TICK_NS }, " 0 4" },
		{ { }, " 0 0" },
	};
	struct seq_file *m = make_file(test);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		proc_guest_cputime_show_cpu(m, &lines[i].times);
		KUNIT_EXPECT_STREQ(test, text(m), lines[i].text);
	}
}

#ifdef CONFIG_CGROUPS
/* Red: an index in the wrong counter, user time counted as guest time. */
static void cgroup_has_each_index_in_its_counter(struct kunit *test)
{
	struct guest_cputime_cgroup times = { };

	guest_cputime_cgroup_account(&times, CPUTIME_USER, 1000003);
	guest_cputime_cgroup_account(&times, CPUTIME_GUEST, 101);
	guest_cputime_cgroup_account(&times, CPUTIME_GUEST_NICE, 1009);
	guest_cputime_cgroup_account(&times, CPUTIME_GUEST_USER, 2);
	guest_cputime_cgroup_account(&times, CPUTIME_GUEST_USER_NICE, 3);
	guest_cputime_cgroup_account(&times, CPUTIME_GUEST_SYSTEM, 5);
	guest_cputime_cgroup_account(&times, CPUTIME_GUEST_SYSTEM_NICE, 7);
	KUNIT_EXPECT_EQ(test, times.guest_time, 1110);
	KUNIT_EXPECT_EQ(test, times.split.guest_user, 5);
	KUNIT_EXPECT_EQ(test, times.split.guest_system, 12);
}

static void expect_times(struct kunit *test, const struct guest_cputime_cgroup_stat *stat,
			 u64 guest_time, u64 guest_user, u64 guest_system)
{
	struct guest_cputime_cgroup times;

	guest_cputime_cgroup_read(&times, &stat->times);
	KUNIT_EXPECT_EQ(test, times.guest_time, guest_time);
	KUNIT_EXPECT_EQ(test, times.split.guest_user, guest_user);
	KUNIT_EXPECT_EQ(test, times.split.guest_system, guest_system);
}

/* Red: a counter left out, passed on twice, or not passed on to the parent. */
static void cgroup_flush_passes_times_on_once(struct kunit *test)
{
	struct guest_cputime_cgroup_stat cpu = { }, own = { }, parent = { };
	struct u64_stats_sync sync;

	u64_stats_init(&sync);
	guest_cputime_cgroup_flush(&cpu, &own, &parent, &sync);
	expect_times(test, &own, 0, 0, 0);

	cpu.times = (struct guest_cputime_cgroup) {
		.guest_time = 31, .split = { .guest_user = 11, .guest_system = 13 },
	};
	guest_cputime_cgroup_flush(&cpu, &own, &parent, &sync);
	guest_cputime_cgroup_flush(&cpu, &own, &parent, &sync);
	expect_times(test, &own, 31, 11, 13);
	expect_times(test, &parent, 31, 11, 13);

	/* A child has passed something on, and the CPU runs no guest of its own. */
	cpu = (struct guest_cputime_cgroup_stat) { };
	own.times.guest_time += 101;
	own.times.split.guest_user += 103;
	own.times.split.guest_system += 107;
	guest_cputime_cgroup_flush(&cpu, &own, &parent, &sync);
	expect_times(test, &own, 132, 114, 120);
	expect_times(test, &parent, 132, 114, 120);
}

/* Red: a line left out or renamed, "user_usec " before "guest_user_usec ", a wrong unit. */
static void cgroup_lines_are_in_microseconds(struct kunit *test)
{
	struct guest_cputime_cgroup times = {
		.guest_time = 31999, .split = { .guest_user = 11000, .guest_system = 13999 },
	};
	struct guest_cputime_cgroup none = { };
	struct seq_file *m = make_file(test);

	guest_cputime_cgroup_show(m, &times);
	KUNIT_EXPECT_STREQ(test, text(m),
			   "guest_usec 31\nguest_user_usec 11\nguest_system_usec 13\n");
	guest_cputime_cgroup_show(m, &none);
	KUNIT_EXPECT_STREQ(test, text(m),
			   "guest_usec 0\nguest_user_usec 0\nguest_system_usec 0\n");
}
#endif /* CONFIG_CGROUPS */

#ifdef CONFIG_TASKSTATS
/* Red: a wrong unit, user and system swapped, the total left out. */
static void taskstats_of_thread_are_microseconds(struct kunit *test)
{
	struct taskstats *stats = kunit_kzalloc(test, sizeof(*stats), GFP_KERNEL);
	struct task_struct *p = make_task(test, make_signal(test));

	KUNIT_ASSERT_NOT_NULL(test, stats);
	p->gtime = 31 * NSEC_PER_USEC + 1;
	guest_cputime_charge_task(p, GUEST_CPUTIME_USER, 11 * NSEC_PER_USEC + 999, false);
	guest_cputime_charge_task(p, GUEST_CPUTIME_SYSTEM, 13 * NSEC_PER_USEC, false);
	guest_taskstats_add_tsk(stats, p);
	KUNIT_EXPECT_EQ(test, stats->ac_guest_time, 31);
	KUNIT_EXPECT_EQ(test, stats->ac_guest_utime, 11);
	KUNIT_EXPECT_EQ(test, stats->ac_guest_stime, 13);
}

/*
 * The total is rounded once: 3 * 0.6 us are 1 us.  Red: each thread rounded, a thread in
 * the list or the threads that have left it forgotten.
 */
static void taskstats_of_process_sum_before_rounding(struct kunit *test)
{
	struct taskstats *stats = kunit_kzalloc(test, sizeof(*stats), GFP_KERNEL);
	struct signal_struct *sig = make_signal(test);
	struct task_struct *a = make_task(test, sig), *b = make_task(test, sig);

	KUNIT_ASSERT_NOT_NULL(test, stats);
	sig->gtime = 600;
	a->gtime = 600;
	b->gtime = 600;
	guest_cputime_charge_task(a, GUEST_CPUTIME_USER, 600, false);
	guest_cputime_charge_task(b, GUEST_CPUTIME_USER, 600, false);
	guest_taskstats_set_tgid(stats, a);
	KUNIT_EXPECT_EQ(test, stats->ac_guest_time, 1);
	KUNIT_EXPECT_EQ(test, stats->ac_guest_utime, 1);
	KUNIT_EXPECT_EQ(test, stats->ac_guest_stime, 0);
	KUNIT_EXPECT_EQ(test, guest_taskstats_begin_tgid(stats, a), 600);
}
#endif /* CONFIG_TASKSTATS */

/* The memory that the documents name.  Red: a field more or less. */
static void sizes_are_as_documented(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sizeof_field(struct task_struct, guest_cputime), 16);
	KUNIT_EXPECT_EQ(test, sizeof_field(struct task_struct, guest_cputime_vtime),
			IS_ENABLED(CONFIG_GUEST_CPUTIME_VTIME) ? 24 : 0);
	KUNIT_EXPECT_EQ(test, sizeof_field(struct signal_struct, guest_cputime), 32);
	KUNIT_EXPECT_EQ(test, sizeof(struct guest_cputime_cgroup_stat), 48);
	KUNIT_EXPECT_EQ(test, (NR_STATS - CPUTIME_GUEST_USER) * sizeof(u64), 32);
}

static struct kunit_case guest_cputime_test_cases[] = {
	KUNIT_CASE(charge_adds_to_thread_and_process),
	KUNIT_CASE(charge_holds_200_years),
	KUNIT_CASE(charge_keeps_nice_sides_apart),
	KUNIT_CASE(sample_without_vcpu_charges_nothing),
	KUNIT_CASE(process_includes_dead_threads),
	KUNIT_CASE(wait_adds_child_and_grandchildren),
	KUNIT_CASE(fork_clears_thread),
	KUNIT_CASE(stat_has_four_fields),
	KUNIT_CASE(cpu_line_rounds_each_side_down),
#ifdef CONFIG_CGROUPS
	KUNIT_CASE(cgroup_has_each_index_in_its_counter),
	KUNIT_CASE(cgroup_flush_passes_times_on_once),
	KUNIT_CASE(cgroup_lines_are_in_microseconds),
#endif
#ifdef CONFIG_TASKSTATS
	KUNIT_CASE(taskstats_of_thread_are_microseconds),
	KUNIT_CASE(taskstats_of_process_sum_before_rounding),
#endif
	KUNIT_CASE(sizes_are_as_documented),
	{}
};

static struct kunit_suite guest_cputime_suite = {
	.name = "guest_cputime",
	.test_cases = guest_cputime_test_cases,
};

kunit_test_suites(&guest_cputime_suite);

MODULE_DESCRIPTION("KUnit tests of guest CPU time split by ring");
MODULE_LICENSE("GPL");
