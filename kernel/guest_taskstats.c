// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest CPU time and its split by ring in taskstats.
 *
 * The guest time is recorded by every kernel, the split with CONFIG_GUEST_CPUTIME.
 * Records take the parts first, then the total, so that no record has parts that exceed
 * the total.
 *
 * taskstats' own sum over a process counts a thread twice while it exits.  The guest
 * time of a process is therefore taken as /proc takes it: signal_struct::gtime and
 * the threads that are not yet in it.
 */

#include <linux/build_bug.h>
#include <linux/context_tracking_state.h>
#include <linux/guest_cputime.h>
#include <linux/guest_taskstats.h>
#include <linux/math64.h>
#include <linux/rcupdate.h>
#include <linux/sched/cputime.h>
#include <linux/sched/signal.h>
#include <linux/taskstats.h>
#include <linux/time64.h>

/* User space finds the fields by these offsets on every kernel with version 18. */
static_assert(offsetof(struct taskstats, cpu_delay_max) == 432);
static_assert(offsetof(struct taskstats, cpu_delay_max_ts) == 560);
static_assert(offsetof(struct taskstats, ac_guest_time) == 688);
static_assert(offsetof(struct taskstats, ac_guest_utime) == 696);
static_assert(offsetof(struct taskstats, ac_guest_stime) == 704);
static_assert(sizeof(struct taskstats) == 712);

static void set_split(struct taskstats *stats, const struct guest_cputime_times *times)
{
	stats->ac_guest_utime = div_u64(times->guest_user, NSEC_PER_USEC);
	stats->ac_guest_stime = div_u64(times->guest_system, NSEC_PER_USEC);
}

/* Guest time of the process of @tsk.  The caller keeps its threads in place. */
static u64 process_gtime(struct task_struct *tsk)
{
	u64 gtime = tsk->signal->gtime;
	struct task_struct *t;

	for_each_thread(tsk, t)
		gtime += task_gtime(t);
	return gtime;
}

/**
 * guest_taskstats_add_tsk - fill in the guest time of a thread
 * @stats: the record of @tsk
 * @tsk:   the thread, with a reference held
 *
 * Context: the reference to @tsk suffices; takes no lock.
 */
void guest_taskstats_add_tsk(struct taskstats *stats, struct task_struct *tsk)
{
	struct guest_cputime_times times;

	guest_cputime_task(tsk, &times);
	set_split(stats, &times);
	stats->ac_guest_time = div_u64(task_gtime(tsk), NSEC_PER_USEC);
}

/**
 * guest_taskstats_begin_tgid - fill in the parts of a process
 * @stats: the record of the process
 * @tsk:   a thread of the process
 *
 * The caller adds task_struct::gtime of each thread in the list of threads to the result,
 * and passes the sum to guest_taskstats_end_tgid().
 *
 * Context: siglock held, so that no thread moves from the list to signal_struct::gtime.
 * Return: guest time of the threads that have left the list, in nanoseconds
 */
u64 guest_taskstats_begin_tgid(struct taskstats *stats, struct task_struct *tsk)
{
	struct guest_cputime_times times;

	guest_cputime_process(tsk, &times);
	set_split(stats, &times);
	return tsk->signal->gtime;
}

/**
 * guest_taskstats_end_tgid - fill in the guest time of a process
 * @stats:      the record of the process
 * @tsk:        a thread of the process
 * @guest_time: the sum over its threads, in nanoseconds
 *
 * With vtime accounting a thread's guest time is more than task_struct::gtime, and its
 * read costs more.  Only hosts with isolated CPUs pay for this second walk.
 *
 * Context: siglock held.
 */
void guest_taskstats_end_tgid(struct taskstats *stats, struct task_struct *tsk, u64 guest_time)
{
	if (context_tracking_enabled())
		guest_time = process_gtime(tsk);
	stats->ac_guest_time = div_u64(guest_time, NSEC_PER_USEC);
}

/**
 * guest_taskstats_set_tgid - fill in the guest time of a process that ends
 * @stats: the record of the process
 * @tsk:   its last thread: current
 *
 * Threads that have ended leave the list of threads as they are released.  Those that
 * end at the same time may still be in it: one that leaves makes the walk start anew,
 * under the lock.
 *
 * Context: process context; takes signal_struct::stats_lock if a thread leaves meanwhile.
 */
void guest_taskstats_set_tgid(struct taskstats *stats, struct task_struct *tsk)
{
	struct signal_struct *sig = tsk->signal;
	struct guest_cputime_times times;
	u64 guest_time = 0;

	guest_cputime_process(tsk, &times);
	set_split(stats, &times);

	rcu_read_lock();
	scoped_seqlock_read(&sig->stats_lock, ss_lock_irqsave)
		guest_time = process_gtime(tsk);
	rcu_read_unlock();

	stats->ac_guest_time = div_u64(guest_time, NSEC_PER_USEC);
}
