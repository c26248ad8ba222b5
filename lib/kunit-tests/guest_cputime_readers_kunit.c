// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of guest CPU time split by ring: what readers may rely on when the worst
 * comes between two of their reads, and samplers when a hypervisor comes and goes.
 *
 * On a running machine that moment is some nanoseconds; here it is each time.
 * Mutations that turn them red stand beside the tests.
 */

#include <kunit/test.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/guest_cputime.h>
#include <linux/irqflags.h>
#include <linux/kernel_stat.h>
#include <linux/kstrtox.h>
#include <linux/mount.h>
#include <linux/preempt.h>
#include <linux/rculist.h>
#include <linux/sched/cputime.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <linux/guest_cputime_compat.h>

#include "../../fs/proc/guest_cputime.h"
#include "../../kernel/guest_cputime.h"

/* The guest time of a tick: more than all that other tests have left unclassified. */
#define TICK_NS		(10ULL * NSEC_PER_SEC)
#define TICK_CLOCK_T	(10 * USER_HZ)

/* What the line of a CPU in /proc/stat has behind its name. */
enum { STAT_GUEST = 8, STAT_GUEST_NICE, STAT_USER, STAT_SYSTEM, STAT_FIELDS };

static bool was_enabled;

static int readers_init(struct kunit *test)
{
	was_enabled = static_key_enabled(&guest_cputime_key);
	static_branch_enable(&guest_cputime_key);
	return 0;
}

static void readers_exit(struct kunit *test)
{
	set_user_nice(current, 0);
	if (!was_enabled)
		static_branch_disable(&guest_cputime_key);
}

static void charge_tick(void)
{
	unsigned long flags;

	local_irq_save(flags);
	account_guest_time(current, TICK_NS);
	local_irq_restore(flags);
}

/* The totals, at the moment when the sample for the parts is taken. */
struct totals {
	u64 gtime, guest, guest_nice;
};

static enum guest_cputime_ring stub_sees_totals(bool irq)
{
	struct totals *totals = kunit_get_current_test()->priv;

	totals->gtime = current->gtime;
	totals->guest = kcpustat_this_cpu->cpustat[CPUTIME_GUEST];
	totals->guest_nice = kcpustat_this_cpu->cpustat[CPUTIME_GUEST_NICE];
	return GUEST_CPUTIME_USER;
}

/*
 * Parts are written when the totals have been.  Red: one of the hooks before the guest
 * time of the CPU, or of the task.
 */
static void totals_first(struct kunit *test)
{
	int nice;

	for (nice = 0; nice <= 5; nice += 5) {
		struct totals before, seen;
		unsigned long flags;

		set_user_nice(current, nice);
		test->priv = &seen;
		kunit_activate_static_stub(test, guest_cputime_sample, stub_sees_totals);
		local_irq_save(flags);
		stub_sees_totals(true);
		before = seen;
		account_guest_time(current, TICK_NS);
		local_irq_restore(flags);
		kunit_deactivate_static_stub(test, guest_cputime_sample);

		KUNIT_EXPECT_EQ(test, seen.gtime - before.gtime, TICK_NS);
		KUNIT_EXPECT_EQ(test, seen.guest - before.guest, nice ? 0 : TICK_NS);
		KUNIT_EXPECT_EQ(test, seen.guest_nice - before.guest_nice, nice ? TICK_NS : 0);
	}
}

static enum guest_cputime_ring stub_user(bool irq)
{
	return GUEST_CPUTIME_USER;
}

static void stub_tick_before_read(const struct guest_cputime *gct, u64 *gutime, u64 *gstime)
{
	charge_tick();
	*gutime += READ_ONCE(gct->gutime);
	*gstime += READ_ONCE(gct->gstime);
}

/* The beginning of /proc/stat, in an instance of procfs that nobody sees. */
static ssize_t read_proc_stat(char *buf, size_t size)
{
	struct file_system_type *type = get_fs_type("proc");
	struct vfsmount *mnt;
	struct file *file;
	loff_t pos = 0;
	ssize_t len;

	if (!type)
		return -ENODEV;
	mnt = kern_mount(type);
	put_filesystem(type);
	if (IS_ERR(mnt))
		return PTR_ERR(mnt);

	file = file_open_root_mnt(mnt, "stat", O_RDONLY, 0);
	if (IS_ERR(file)) {
		len = PTR_ERR(file);
	} else {
		len = kernel_read(file, buf, size, &pos);
		fput(file);
	}
	kern_unmount(mnt);
	return len;
}

/*
 * A tick comes before each read of parts, so totals that had been read before would
 * be too small.  Red: the parts fetched after the totals, in the line cpu or in those
 * of the CPUs.
 */
static void stat_parts_first(struct kunit *test)
{
	const size_t size = 1024 + 256 * nr_cpu_ids;
	char *buf = kunit_kzalloc(test, size, GFP_KERNEL), *line, *word;
	int lines = 0;
	ssize_t len;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	kunit_activate_static_stub(test, guest_cputime_sample, stub_user);
	kunit_activate_static_stub(test, guest_cputime_read, stub_tick_before_read);
	/* All ticks are of one CPU. */
	migrate_disable();
	len = read_proc_stat(buf, size - 1);
	migrate_enable();
	kunit_deactivate_static_stub(test, guest_cputime_read);
	kunit_deactivate_static_stub(test, guest_cputime_sample);
	KUNIT_ASSERT_GT(test, len, 0);

	while ((line = strsep(&buf, "\n")) && !strncmp(line, "cpu", 3)) {
		u64 value[STAT_FIELDS];
		int fields = 0;

		strsep(&line, " ");
		while ((word = strsep(&line, " ")) && fields < STAT_FIELDS) {
			if (*word)
				KUNIT_ASSERT_EQ(test, kstrtoull(word, 10, &value[fields++]), 0);
		}
		KUNIT_ASSERT_EQ(test, fields, STAT_FIELDS);
		KUNIT_EXPECT_LE(test, value[STAT_USER] + value[STAT_SYSTEM],
				value[STAT_GUEST] + value[STAT_GUEST_NICE]);
		/* This CPU's tick is in the sum, and in one of the others. */
		lines += value[STAT_USER] >= TICK_CLOCK_T;
	}
	KUNIT_EXPECT_GE(test, lines, 2);
}

/* Times of which the sum would round to another number.  Red: rounded once. */
static void stat_rounds_each(struct kunit *test)
{
	static const struct guest_cputime_cpu cpu = {
		.guest = { .gutime = 19 * NSEC_PER_MSEC, .gstime = 29 * NSEC_PER_MSEC },
		.guest_nice = { .gutime = 109 * NSEC_PER_MSEC, .gstime = 9 * NSEC_PER_MSEC },
	};
	struct seq_file m = { .size = 64 };

	BUILD_BUG_ON(USER_HZ != 100);
	m.buf = kunit_kzalloc(test, m.size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, m.buf);
	proc_guest_cputime_show_cpu(&m, &cpu);
	KUNIT_EXPECT_STREQ(test, m.buf, " 11 2");
}

/**
 * struct group - a process, of which a thread dies while it is read
 * @sig:   its signal struct
 * @first: the thread that has just been read then
 * @dying: the one that is next
 * @dead:  has died
 */
struct group {
	struct signal_struct sig;
	struct task_struct *first, *dying;
	bool dead;
};

static void stub_thread_dies(const struct guest_cputime *gct, u64 *gutime, u64 *gstime)
{
	struct group *group = kunit_get_current_test()->priv;

	*gutime += gct->gutime;
	*gstime += gct->gstime;
	if (gct != &group->first->guest_cputime || group->dead)
		return;

	group->dead = true;
	write_seqlock_irq(&group->sig.stats_lock);
	guest_cputime_exit(&group->sig, group->dying);
	list_del_rcu(&group->dying->thread_node);
	write_sequnlock_irq(&group->sig.stats_lock);
}

static struct task_struct *add_thread(struct kunit *test, struct group *group, u64 gutime,
				      u64 gstime)
{
	struct task_struct *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	p->signal = &group->sig;
	p->guest_cputime.gutime = gutime;
	p->guest_cputime.gstime = gstime;
	list_add_tail(&p->thread_node, &group->sig.thread_head);
	return p;
}

/*
 * When the dead have been read, but not yet all of the living, one of them dies: it
 * is neither.  Red: a reader that does not begin anew.
 */
static void fetched_anew(struct kunit *test)
{
	struct group *group = kunit_kzalloc(test, sizeof(*group), GFP_KERNEL);
	struct guest_cputime_group sum;

	KUNIT_ASSERT_NOT_NULL(test, group);
	seqlock_init(&group->sig.stats_lock);
	INIT_LIST_HEAD(&group->sig.thread_head);
	group->first = add_thread(test, group, 2, 3);
	group->dying = add_thread(test, group, 101, 211);
	add_thread(test, group, 1009, 2003);

	test->priv = group;
	kunit_activate_static_stub(test, guest_cputime_read, stub_thread_dies);
	guest_cputime_fetch(group->first, true, &sum);
	KUNIT_EXPECT_TRUE(test, group->dead);
	KUNIT_EXPECT_EQ(test, sum.gutime, 2 + 101 + 1009);
	KUNIT_EXPECT_EQ(test, sum.gstime, 3 + 211 + 2003);
}

static unsigned int asked;

static enum guest_cputime_ring ring_of_nobody(bool irq)
{
	asked++;
	return GUEST_CPUTIME_SYSTEM;
}

static bool nobody_loaded(void)
{
	return false;
}

static const struct guest_cputime_hypervisor nobody = {
	.ring	= ring_of_nobody,
	.loaded	= nobody_loaded,
};

/*
 * A hypervisor that has gone is not asked any more, and may come again.  Red: its
 * function left in the static call, or still taken for the one there is.
 */
static void comes_and_goes(struct kunit *test)
{
	const struct guest_cputime_hypervisor *kvm = guest_cputime_hypervisor;
	int i;

	if (kvm)
		guest_cputime_unregister();
	for (i = 0; i < 2; i++) {
		asked = 0;
		KUNIT_EXPECT_EQ(test, guest_cputime_sample(true), GUEST_CPUTIME_UNKNOWN);
		guest_cputime_register(&nobody);
		KUNIT_EXPECT_EQ(test, guest_cputime_sample(true), GUEST_CPUTIME_SYSTEM);
		guest_cputime_unregister();
		KUNIT_EXPECT_EQ(test, guest_cputime_sample(true), GUEST_CPUTIME_UNKNOWN);
		KUNIT_EXPECT_EQ(test, asked, 1);
	}
	if (kvm)
		guest_cputime_register(kvm);
}

static struct kunit_case readers_test_cases[] = {
	KUNIT_CASE(totals_first),
	KUNIT_CASE(stat_parts_first),
	KUNIT_CASE(stat_rounds_each),
	KUNIT_CASE(fetched_anew),
	KUNIT_CASE(comes_and_goes),
	{}
};

static struct kunit_suite readers_suite = {
	.name = "guest_cputime_readers",
	.init = readers_init,
	.exit = readers_exit,
	.test_cases = readers_test_cases,
};

kunit_test_suite(readers_suite);

MODULE_DESCRIPTION("KUnit tests of who reads guest CPU time split by ring");
MODULE_LICENSE("GPL");
