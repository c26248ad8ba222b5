// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of guest CPU time split by ring: reads that a tick interrupts, threads that
 * leave during a read, and hypervisors that come and go.
 *
 * A timer interrupts each read at another moment.  A running machine meets most of these
 * moments too rarely for a test.  The tests charge real counters, and put a made-up
 * hypervisor in the place of KVM.
 *
 * The mutations that turn them red stand beside the tests.
 */

#include <kunit/test.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/guest_cputime.h>
#include <linux/guest_taskstats.h>
#include <linux/hrtimer.h>
#include <linux/irqflags.h>
#include <linux/kernel_stat.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mount.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/preempt.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/seqlock.h>
#include <linux/string.h>
#include <linux/taskstats.h>
#include <linux/time64.h>
#include <linux/vtime.h>

#include "../../fs/proc/internal.h"
#include "../../kernel/sched/guest_cputime.h"
#include "guest_cputime_tasks.h"

#define INTERRUPTS	1000

/* Guest time of the running thread, and the two guest times of its CPU. */
struct totals {
	u64 thread, guest, guest_nice;
};

static struct totals at_sample;
static unsigned int samples;

static void read_totals(struct totals *totals)
{
	totals->thread = current->gtime;
	totals->guest = kcpustat_this_cpu->cpustat[CPUTIME_GUEST];
	totals->guest_nice = kcpustat_this_cpu->cpustat[CPUTIME_GUEST_NICE];
}

static enum guest_cputime_ring sample_system(u64 ns)
{
	read_totals(&at_sample);
	samples++;
	return GUEST_CPUTIME_SYSTEM;
}

static bool none_loaded(void)
{
	return false;
}

static const struct guest_cputime_hypervisor made_up = {
	.sample	= sample_system,
	.loaded	= none_loaded,
};

static const struct guest_cputime_hypervisor *kvm;
static struct vfsmount *proc;

static int readers_suite_init(struct kunit_suite *suite)
{
	struct file_system_type *type = get_fs_type("proc");

	if (!type)
		return -ENODEV;
	proc = kern_mount(type);
	put_filesystem(type);
	if (IS_ERR(proc))
		return PTR_ERR(proc);

	kvm = guest_cputime_registered;
	if (kvm)
		guest_cputime_unregister();
	guest_cputime_register(&made_up);
	static_branch_enable(&guest_cputime_key);
	return 0;
}

/* KUnit may call this after readers_suite_init() has failed. */
static void readers_suite_exit(struct kunit_suite *suite)
{
	if (IS_ERR_OR_NULL(proc))
		return;
	static_branch_disable(&guest_cputime_key);
	guest_cputime_unregister();
	if (kvm)
		guest_cputime_register(kvm);
	kern_unmount(proc);
}

static int readers_init(struct kunit *test)
{
	bool vtime;

	preempt_disable();
	vtime = vtime_accounting_enabled_this_cpu();
	preempt_enable();
	if (vtime)
		kunit_skip(test, "ticks of this CPU sample no guest");
	return 0;
}

/* Charge @ns as a tick does that interrupts a guest.  Returns whether it was classified. */
static bool charge(u64 ns)
{
	const unsigned int before = samples;
	unsigned long flags;

	local_irq_save(flags);
	account_guest_time(current, ns);
	local_irq_restore(flags);
	return samples != before;
}

/* Red: a hook before the guest time of the CPU or of the task, on either nice side. */
static void totals_are_charged_before_parts(struct kunit *test)
{
	int nice;

	for (nice = 0; nice <= 5; nice += 5) {
		struct totals before;
		unsigned long flags;

		set_user_nice(current, nice);
		local_irq_save(flags);
		read_totals(&before);
		charge(CLOCK_TICK_NS);
		local_irq_restore(flags);

		KUNIT_EXPECT_EQ(test, at_sample.thread - before.thread, CLOCK_TICK_NS);
		KUNIT_EXPECT_EQ(test, at_sample.guest - before.guest, nice ? 0 : CLOCK_TICK_NS);
		KUNIT_EXPECT_EQ(test, at_sample.guest_nice - before.guest_nice,
				nice ? CLOCK_TICK_NS : 0);
	}
	set_user_nice(current, 0);
}

/* Red: the static call keeps the function of a hypervisor that has gone. */
static void unregistered_hypervisor_is_not_asked(struct kunit *test)
{
	int round;

	for (round = 0; round < 2; round++) {
		KUNIT_EXPECT_TRUE(test, charge(0));
		guest_cputime_unregister();
		KUNIT_EXPECT_FALSE(test, charge(0));
		guest_cputime_register(&made_up);
	}
}

/**
 * struct seen - what a read has found
 * @parts: guest user time and guest system time
 * @total: guest time
 */
struct seen {
	u64 parts, total;
};

/**
 * struct reading - a read that a timer interrupts
 * @timer:       expires once in a read
 * @mode:        whether it expires in hardirq even if PREEMPT_RT has threads for timers
 * @interrupted: it has expired
 * @interrupt:   what it does
 * @read:        the read
 * @data:        for @read
 */
struct reading {
	struct hrtimer timer;
	enum hrtimer_mode mode;
	bool interrupted;
	void (*interrupt)(void);
	void (*read)(void *data, struct seen *seen);
	void *data;
};

static enum hrtimer_restart reading_interrupt(struct hrtimer *timer)
{
	struct reading *reading = container_of(timer, struct reading, timer);

	reading->interrupt();
	WRITE_ONCE(reading->interrupted, true);
	return HRTIMER_NORESTART;
}

static void start_timer(struct reading *reading, u64 ns)
{
	reading->interrupted = false;
	hrtimer_start(&reading->timer, ns_to_ktime(ns), reading->mode);
}

/* /proc shows each such tick at once. */
static void charge_tick(void)
{
	charge(CLOCK_TICK_NS);
}

/* The time, in nanoseconds, of a read whose timer does not expire. */
static u64 length_of_read(struct reading *reading)
{
	u64 length = U64_MAX, start;
	struct seen seen;
	int i;

	for (i = 0; i < 5; i++) {
		start = ktime_get_ns();
		start_timer(reading, NSEC_PER_SEC);
		reading->read(reading->data, &seen);
		hrtimer_cancel(&reading->timer);
		length = min(length, ktime_get_ns() - start);
	}
	return length;
}

/*
 * Read until the timer expires, @ns from now.  Returns the number of reads with parts above the
 * total.
 */
static unsigned int read_until_interrupted(struct kunit *test, struct reading *reading, u64 ns,
					   struct seen *seen)
{
	const u64 end = ktime_get_ns() + 10ULL * NSEC_PER_SEC;
	unsigned int broken = 0;

	start_timer(reading, ns);
	do {
		reading->read(reading->data, seen);
		broken += seen->parts > seen->total;
	} while (!READ_ONCE(reading->interrupted) && ktime_get_ns() < end);
	hrtimer_cancel(&reading->timer);
	KUNIT_EXPECT_TRUE_MSG(test, reading->interrupted, "the timer does not expire");
	return broken;
}

/*
 * Interrupt @read INTERRUPTS times.  The even interrupts are spread evenly over the read: multiples
 * of the golden ratio have such fractions.  The odd ones approach the moment at which the read
 * takes the total.  If the total had the last odd one, the next one comes later, else earlier.
 * Threads that leave change no total: there, all interrupts are spread.
 */
static void expect_to_hold(struct kunit *test, void (*interrupt)(void),
			   void (*read)(void *data, struct seen *seen), void *data)
{
	struct reading *reading = kunit_kzalloc(test, sizeof(*reading), GFP_KERNEL);
	const bool ticks = interrupt == charge_tick;
	u64 length, step, spread, near = 0, before;
	unsigned int broken = 0;
	struct seen seen;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, reading);
	/* A thread that leaves takes a lock, which sleeps with PREEMPT_RT. */
	reading->mode = ticks ? HRTIMER_MODE_REL_PINNED_HARD : HRTIMER_MODE_REL_PINNED;
	reading->interrupt = interrupt;
	reading->read = read;
	reading->data = data;
	hrtimer_setup(&reading->timer, reading_interrupt, CLOCK_MONOTONIC, reading->mode);

	/* The timer shall interrupt this thread. */
	migrate_disable();
	length = length_of_read(reading);
	for (i = 0; i < INTERRUPTS && (!i || reading->interrupted); i++) {
		const bool approach = ticks && i & 1;

		read(data, &seen);
		before = seen.total;
		spread = length + div_u64(length * (i * 618034U % 1000000), 1000000);
		broken += read_until_interrupted(test, reading, approach ? near : spread, &seen);
		if (approach) {
			step = div_u64(2 * length, i + 1);
			near = seen.total > before ? near + step : near - min(near, step);
		}
		cond_resched();
	}
	read(data, &seen);
	migrate_enable();

	KUNIT_EXPECT_EQ(test, broken, 0);
	/* Each tick was classified, and the read has seen it. */
	KUNIT_EXPECT_EQ(test, seen.parts, seen.total);
	KUNIT_EXPECT_GT(test, seen.total, 0);
}

/**
 * struct proc_text - a file of procfs, as read last
 * @m:    receives the text of the files of a task
 * @file: /proc/stat
 * @text: the text, which ends with a null byte
 * @size: how many bytes @text has room for, without the null byte
 */
struct proc_text {
	struct seq_file m;
	struct file *file;
	char *text;
	size_t size;
};

/* The sum of two numbers of @text that follow each other; @n words stand before them. */
static u64 sum_of_two(const char *text, int n)
{
	u64 a, b;

	while (n--)
		text = skip_spaces(strchrnul(text, ' '));
	return sscanf(text, "%llu %llu", &a, &b) == 2 ? a + b : 0;
}

/* The last four numbers of a CPU's line are guest time, niced guest time, and their parts. */
static void read_cpu_line(struct proc_text *stat, const char *name, struct seen *seen)
{
	const char *line;
	loff_t pos = 0;
	ssize_t len;

	*seen = (struct seen) { };
	len = kernel_read(stat->file, stat->text, stat->size, &pos);
	stat->text[max_t(ssize_t, len, 0)] = '\0';
	line = strstr(stat->text, name);
	if (line) {
		seen->total = sum_of_two(line, 9);
		seen->parts = sum_of_two(line, 11);
	}
}

static void read_line_of_all_cpus(void *data, struct seen *seen)
{
	read_cpu_line(data, "cpu ", seen);
}

static void read_line_of_this_cpu(void *data, struct seen *seen)
{
	char name[16];

	snprintf(name, sizeof(name), "cpu%d ", raw_smp_processor_id());
	read_cpu_line(data, name, seen);
}

/*
 * Fields 53 and 54 are the parts of field 43.  Field 44 is the children's: there are none.  The
 * second field ends at the last parenthesis.
 */
static void read_fields(struct proc_text *stat, struct seen *seen)
{
	const char *name_end;

	stat->text[stat->m.count] = '\0';
	stat->m.count = 0;
	name_end = strrchr(stat->text, ')');
	*seen = (struct seen) { };
	if (name_end) {
		seen->total = sum_of_two(name_end, 43 - 2);
		seen->parts = sum_of_two(name_end, 53 - 2);
	}
}

static void read_stat_of_process(void *data, struct seen *seen)
{
	struct proc_text *stat = data;

	proc_tgid_stat(&stat->m, &init_pid_ns, task_pid(current), current);
	read_fields(stat, seen);
}

static void read_stat_of_thread(void *data, struct seen *seen)
{
	struct proc_text *stat = data;

	proc_tid_stat(&stat->m, &init_pid_ns, task_pid(current), current);
	read_fields(stat, seen);
}

static void expect_text_to_hold(struct kunit *test, void (*read)(void *, struct seen *))
{
	struct proc_text *stat = kunit_kzalloc(test, sizeof(*stat), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, stat);
	/* All CPUs' lines of /proc/stat, which are its first ones. */
	stat->size = 1024 + 128 * nr_cpu_ids;
	stat->text = kunit_kzalloc(test, stat->size + 1, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, stat->text);
	stat->m.buf = stat->text;
	stat->m.size = stat->size;
	stat->file = file_open_root_mnt(proc, "stat", O_RDONLY, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(stat->file));
	expect_to_hold(test, charge_tick, read, stat);
	fput(stat->file);
}

/* Red: show_stat() reads the parts of the sum after the totals. */
static void line_of_all_cpus_holds_while_ticks_come(struct kunit *test)
{
	expect_text_to_hold(test, read_line_of_all_cpus);
}

/* Red: show_stat() reads the parts of a CPU after the totals. */
static void line_of_a_cpu_holds_while_ticks_come(struct kunit *test)
{
	expect_text_to_hold(test, read_line_of_this_cpu);
}

/* Red: do_task_stat() reads the parts after the totals. */
static void stat_of_process_holds_while_ticks_come(struct kunit *test)
{
	expect_text_to_hold(test, read_stat_of_process);
}

/* Red: the same for a thread. */
static void stat_of_thread_holds_while_ticks_come(struct kunit *test)
{
	expect_text_to_hold(test, read_stat_of_thread);
}

#ifdef CONFIG_TASKSTATS
static void read_record(const struct taskstats *stats, struct seen *seen)
{
	seen->parts = stats->ac_guest_utime + stats->ac_guest_stime;
	seen->total = stats->ac_guest_time;
}

static void read_record_of_thread(void *data, struct seen *seen)
{
	guest_taskstats_add_tsk(data, current);
	read_record(data, seen);
}

static void read_record_of_process(void *data, struct seen *seen)
{
	guest_taskstats_set_tgid(data, current);
	read_record(data, seen);
}

static void expect_record_to_hold(struct kunit *test, void (*interrupt)(void),
				  void (*read)(void *, struct seen *))
{
	struct taskstats *stats = kunit_kzalloc(test, sizeof(*stats), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, stats);
	expect_to_hold(test, interrupt, read, stats);
}

/* Red: a record of a thread takes the total before the parts. */
static void record_of_thread_holds_while_ticks_come(struct kunit *test)
{
	expect_record_to_hold(test, charge_tick, read_record_of_thread);
}

/* Red: the same for a process. */
static void record_of_process_holds_while_ticks_come(struct kunit *test)
{
	expect_record_to_hold(test, charge_tick, read_record_of_process);
}

#define THREADS		10

/* The first and the last thread of a made-up process.  The last one may have left the list. */
static struct task_struct *first, *last;

/* As release_task() does, and the reverse. */
static void last_thread_leaves_or_returns(void)
{
	struct signal_struct *sig = first->signal;

	write_seqlock(&sig->stats_lock);
	if (sig->gtime) {
		sig->gtime = 0;
		list_add_tail_rcu(&last->thread_node, &sig->thread_head);
	} else {
		sig->gtime = last->gtime;
		list_del_rcu(&last->thread_node);
	}
	write_sequnlock(&sig->stats_lock);
}

/* Each thread has run a guest for a millisecond. */
static void read_all_threads(void *data, struct seen *seen)
{
	const u64 us = THREADS * USEC_PER_MSEC;

	guest_taskstats_set_tgid(data, first);
	read_record(data, seen);
	/* Make a sum that is too large look like parts above the total, too. */
	seen->parts = seen->total > us ? seen->total + 1 : us;
}

/* Red: guest_taskstats_set_tgid() does not start anew when a thread has left. */
static void process_has_threads_that_leave_during_read(struct kunit *test)
{
	struct signal_struct *sig = make_signal(test);
	int i;

	for (i = 0; i < THREADS; i++) {
		last = make_task(test, sig);
		last->gtime = NSEC_PER_MSEC;
	}
	first = list_first_entry(&sig->thread_head, struct task_struct, thread_node);
	expect_record_to_hold(test, last_thread_leaves_or_returns, read_all_threads);
}
#endif /* CONFIG_TASKSTATS */

static struct kunit_case readers_test_cases[] = {
	KUNIT_CASE(totals_are_charged_before_parts),
	KUNIT_CASE(unregistered_hypervisor_is_not_asked),
	KUNIT_CASE(line_of_all_cpus_holds_while_ticks_come),
	KUNIT_CASE(line_of_a_cpu_holds_while_ticks_come),
	KUNIT_CASE(stat_of_process_holds_while_ticks_come),
	KUNIT_CASE(stat_of_thread_holds_while_ticks_come),
#ifdef CONFIG_TASKSTATS
	KUNIT_CASE(record_of_thread_holds_while_ticks_come),
	KUNIT_CASE(record_of_process_holds_while_ticks_come),
	KUNIT_CASE(process_has_threads_that_leave_during_read),
#endif
	{}
};

static struct kunit_suite readers_suite = {
	.name = "guest_cputime_readers",
	.suite_init = readers_suite_init,
	.suite_exit = readers_suite_exit,
	.init = readers_init,
	.test_cases = readers_test_cases,
};

/*
 * An init suite has no "run" file in debugfs.  These tests must not run on a live machine, whose
 * counters they charge.
 */
kunit_test_init_section_suites(&readers_suite);

MODULE_DESCRIPTION("KUnit tests of who reads guest CPU time split by ring");
MODULE_LICENSE("GPL");
