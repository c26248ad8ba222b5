// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest time split by samples.
 *
 * A sample of perf's clock event says which ring of the guest it interrupted. Samples
 * of an interval give shares, and /proc gives the guest time that they are shares of:
 * guest user and guest system never exceed guest time, as with the kernel's counters.
 *
 * Threads and processes are kept in the order of snapshots, by pid and tid, so that a
 * new snapshot is merged with them in one pass.
 */
#include "sampler.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "grow.h"
#include "perf_clock.h"
#include "read_file.h"
#include "share.h"

#define NOFILE_SPARE	32	/* descriptors that others need */
#define NOFILE_WANTED	65536	/* descriptors, if the limit can be raised that far */

/* See perf_ring_is_stale(). */
#ifdef __x86_64__
#define STALE_MODES	true
#else
#define STALE_MODES	false
#endif

/**
 * struct task - a vCPU thread with its event, or a process without one
 * @gtime:	guest time at the last snapshot [ticks]
 * @share:	the split so far
 * @clock:	a thread's event
 * @counts:	a thread's samples since the last snapshot
 * @grown:	guest time of a process' threads since the last snapshot
 * @sampled:	that of threads that have samples of it
 * @user:	guest user time among it
 */
struct task {
	uint32_t pid;
	uint32_t tid;
	uint64_t starttime;
	uint64_t gtime;
	struct share share;
	struct perf_clock clock;
	struct perf_counts counts;
	double grown;
	double sampled;
	double user;
};

struct tasks {
	struct task *v;
	size_t n;
	size_t room;
};

enum trouble {
	TROUBLE_RIGHTS,
	TROUBLE_MEMLOCK,
	TROUBLE_NOFILE,
	TROUBLE_OTHER,
	TROUBLE_ADDRESSES,
	TROUBLES,
};

struct sampler {
	uint32_t rate;
	enum perf_ring_rule rule;
	struct perf_places places;
	int timerfd;		/* time to take samples out */
	int max_fd;		/* descriptors from here on are not for events */
	struct tasks threads;
	struct tasks processes;
	struct tasks next;	/* the list that is being made */
	uint64_t lost;
	unsigned int failed[TROUBLES];
	bool told[TROUBLES];
	int other_error;
	char text[512];
};

static long read_number(const char *path)
{
	char buf[32] = "";
	ssize_t n = read_file(AT_FDCWD, path, buf, sizeof(buf) - 1);

	return n > 0 ? strtol(buf, NULL, 10) : -1;
}

/* With Debian's value 3 CAP_PERFMON is not enough. Only the value itself shows this. */
const char *sampler_rights(long paranoid)
{
	static char text[512];

	if (paranoid > 2)
		snprintf(text, sizeof(text),
			 "sampling is not allowed: kernel.perf_event_paranoid is %ld, with which "
			 "Debian's kernels need CAP_SYS_ADMIN for perf events; run as root, or with "
			 "CAP_PERFMON after: sysctl kernel.perf_event_paranoid=2; without sampling: "
			 "--source kernel", paranoid);
	else
		snprintf(text, sizeof(text),
			 "sampling is not allowed: perf events of VMs need CAP_PERFMON "
			 "(kernel.perf_event_paranoid is %ld); run as root, or give the program the "
			 "right with: setcap cap_perfmon,cap_ipc_lock=ep; without sampling: "
			 "--source kernel", paranoid);
	return text;
}

/* A descriptor for each vCPU: more than the usual 1 024. */
static int raise_nofile(void)
{
	struct rlimit limit, wanted;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return INT_MAX;
	wanted = limit;
	if (wanted.rlim_max < NOFILE_WANTED)
		wanted.rlim_max = NOFILE_WANTED;
	wanted.rlim_cur = wanted.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &wanted)) {
		wanted = limit;
		wanted.rlim_cur = wanted.rlim_max;
		setrlimit(RLIMIT_NOFILE, &wanted);
	}
	if (wanted.rlim_cur > INT_MAX)
		return INT_MAX;
	return (int)wanted.rlim_cur - NOFILE_SPARE;
}

static int start_timer(double seconds)
{
	struct timespec ts = { .tv_sec = (time_t)seconds };
	struct itimerspec timer;
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	ts.tv_nsec = (long)((seconds - (double)ts.tv_sec) * 1e9);
	timer = (struct itimerspec){ .it_interval = ts, .it_value = ts };
	if (fd >= 0)
		timerfd_settime(fd, 0, &timer, NULL);
	return fd;
}

static enum perf_ring_rule first_rule(void)
{
	struct utsname kernel;

	if (STALE_MODES && !uname(&kernel) && perf_ring_is_stale(kernel.release))
		return PERF_RING_ADDRESS;
	return PERF_RING_MODE;
}

int sampler_open(uint32_t rate, struct sampler **samplerp, const char **why)
{
	struct perf_clock clock;
	struct sampler *sampler;
	int rc;

	*samplerp = NULL;
	/* Try it on this thread. */
	rc = perf_clock_open(0, rate, &clock);
	if (rc == -EACCES || rc == -EPERM) {
		*why = sampler_rights(read_number("/proc/sys/kernel/perf_event_paranoid"));
		return -EPERM;
	}
	if (rc) {
		*why = "cannot sample: this kernel has no perf events (CONFIG_PERF_EVENTS); "
		       "without sampling: --source kernel";
		return -EOPNOTSUPP;
	}
	perf_clock_close(&clock);
	sampler = calloc(1, sizeof(*sampler));
	if (!sampler)
		return -ENOMEM;
	sampler->rate = rate;
	sampler->rule = first_rule();
	sampler->max_fd = raise_nofile();
	sampler->timerfd = start_timer(perf_clock_room(rate) / 2);
	if (sampler->timerfd < 0) {
		free(sampler);
		return -ENOMEM;
	}
	*samplerp = sampler;
	return 0;
}

static void note_failure(struct sampler *sampler, int rc)
{
	switch (rc) {
	case -ESRCH:		/* it has just ended */
		return;
	case -EACCES:
	case -EPERM:
		sampler->failed[TROUBLE_RIGHTS]++;
		return;
	case -EDQUOT:
		sampler->failed[TROUBLE_MEMLOCK]++;
		return;
	case -EMFILE:
	case -ENFILE:
		sampler->failed[TROUBLE_NOFILE]++;
		return;
	}
	sampler->failed[TROUBLE_OTHER]++;
	sampler->other_error = -rc;
}

/* Not being able to is no error: guest time of this thread stays unclassified. */
static void start_thread(struct sampler *sampler, struct task *thread)
{
	int rc = perf_clock_open((pid_t)thread->tid, sampler->rate, &thread->clock);

	/* The lowest number that is free: some are left for /proc. */
	if (!rc && thread->clock.fd >= sampler->max_fd) {
		perf_clock_close(&thread->clock);
		rc = -EMFILE;
	}
	if (rc)
		note_failure(sampler, rc);
}

static void drop(struct sampler *sampler, struct task *task)
{
	sampler->lost += task->counts.lost;
	perf_clock_close(&task->clock);
}

static int compare(const struct proc_task *now, const struct task *old)
{
	if (now->pid != old->pid)
		return now->pid < old->pid ? -1 : 1;
	if (now->tid != old->tid)
		return now->tid < old->tid ? -1 : 1;
	/* The number was reused: the old task comes first, and is dropped. */
	return now->starttime == old->starttime ? 0 : 1;
}

/* Threads of the snapshot that are vCPUs, whose guest can be seen. */
static bool is_sampled(const struct proc_task *task)
{
	return task->vcpu >= 0 && task->vm && !task->vm->hidden;
}

static bool is_vm(const struct proc_task *task)
{
	return cpu_ran_guest(&task->times);
}

/*
 * Makes @list that of the snapshot: tasks of both are kept, new ones begin now, others are
 * dropped. The list is as it was if memory is short.
 */
static int follow(struct sampler *sampler, struct tasks *list, const struct proc_tasks *snap,
		  bool (*wanted)(const struct proc_task *task))
{
	struct tasks *next = &sampler->next, swap;
	size_t i, j = 0;

	if (grow(&next->v, &next->room, snap->n, sizeof(*next->v)))
		return -ENOMEM;
	next->n = 0;
	for (i = 0; i < snap->n; i++) {
		const struct proc_task *task = &snap->v[i];
		int order = -1;

		if (!wanted(task))
			continue;
		while (j < list->n && (order = compare(task, &list->v[j])) > 0)
			drop(sampler, &list->v[j++]);
		if (j < list->n && !order)
			next->v[next->n++] = list->v[j++];
		else
			next->v[next->n++] = (struct task){
				.pid = task->pid, .tid = task->tid,
				.starttime = task->starttime, .gtime = task->times.gtime,
				.clock = { .fd = -1 },
			};
	}
	while (j < list->n)
		drop(sampler, &list->v[j++]);
	swap = *list;
	*list = *next;
	*next = swap;
	return 0;
}

static uint64_t growth(uint64_t now, uint64_t *before)
{
	uint64_t delta = now > *before ? now - *before : 0;

	/* gtime can fall by a tick: the next growth counts from the highest. */
	if (delta)
		*before = now;
	return delta;
}

static void split_thread(struct task *thread, struct task *process, const struct proc_task *task)
{
	uint64_t ticks = growth(task->times.gtime, &thread->gtime);
	uint64_t samples = thread->counts.user + thread->counts.system;
	double fraction;

	process->grown += (double)ticks;
	if (!samples)
		return;
	fraction = (double)thread->counts.user / (double)samples;
	share_charge(&thread->share, ticks, fraction);
	process->sampled += (double)ticks;
	process->user += (double)ticks * fraction;
}

static void store(struct proc_task *task, const struct share *share)
{
	task->times.has_split = true;
	task->times.gutime = share ? share->user : 0;
	task->times.gstime = share ? share->system : 0;
}

/* Every list is in the order of the snapshot's, so that one pass finds all. */
static void split_threads(struct sampler *sampler, struct proc_snapshot *snap)
{
	struct tasks *threads = &sampler->threads, *processes = &sampler->processes;
	size_t i, t = 0, p = 0;

	for (i = 0; i < snap->threads.n; i++) {
		struct proc_task *task = &snap->threads.v[i];
		struct task *thread;

		store(task, NULL);
		if (!is_sampled(task))
			continue;
		thread = &threads->v[t++];
		while (p < processes->n && processes->v[p].pid < task->pid)
			p++;
		if (p == processes->n || processes->v[p].pid != task->pid)
			continue;
		split_thread(thread, &processes->v[p], task);
		sampler->lost += thread->counts.lost;
		memset(&thread->counts, 0, sizeof(thread->counts));
		store(task, &thread->share);
	}
}

/* Guest time of a process includes that of threads that have ended. */
static void split_processes(struct sampler *sampler, struct proc_snapshot *snap)
{
	size_t i, p = 0;

	for (i = 0; i < snap->processes.n; i++) {
		struct proc_task *task = &snap->processes.v[i];
		struct task *process;
		uint64_t ticks;

		store(task, NULL);
		if (!is_vm(task))
			continue;
		process = &sampler->processes.v[p++];
		ticks = growth(task->times.gtime, &process->gtime);
		if (process->sampled > 0)
			share_charge(&process->share,
				     (uint64_t)((double)ticks * process->sampled / process->grown),
				     process->user / process->sampled);
		process->grown = 0;
		process->sampled = 0;
		process->user = 0;
		store(task, &process->share);
	}
}

int sampler_apply(struct sampler *sampler, struct proc_snapshot *snap)
{
	size_t i;

	/* Split fields of the kernel, if there are any, would count as guest time below. */
	for (i = 0; i < snap->processes.n; i++)
		snap->processes.v[i].times.has_split = false;
	sampler_drain(sampler);
	if (follow(sampler, &sampler->processes, &snap->processes, is_vm) ||
	    follow(sampler, &sampler->threads, &snap->threads, is_sampled))
		return -ENOMEM;
	split_threads(sampler, snap);
	split_processes(sampler, snap);
	memset(sampler->failed, 0, sizeof(sampler->failed));
	sampler->failed[TROUBLE_ADDRESSES] =
		sampler->rule == PERF_RING_ADDRESS && sampler->threads.n;
	for (i = 0; i < sampler->threads.n; i++) {
		if (sampler->threads.v[i].clock.fd < 0)
			start_thread(sampler, &sampler->threads.v[i]);
	}
	return 0;
}

const char *sampler_remark(const struct sampler *sampler)
{
	if (sampler->rule == PERF_RING_MODE)
		return NULL;
	return "perf does not know the present ring of a guest on this kernel: the half of its "
	       "addresses tells; firmware and kernels of 32-bit guests count as guest user";
}

int sampler_fd(const struct sampler *sampler)
{
	return sampler->timerfd;
}

void sampler_drain(struct sampler *sampler)
{
	uint64_t expirations;
	size_t i;

	if (read(sampler->timerfd, &expirations, sizeof(expirations)) < 0)
		expirations = 0;	/* not due yet: no harm */
	for (i = 0; i < sampler->threads.n; i++) {
		struct task *thread = &sampler->threads.v[i];

		if (thread->clock.fd < 0)
			continue;
		perf_clock_read(&thread->clock, sampler->rule, &sampler->places, &thread->counts);
		/* A distribution may backport stale modes to a kernel whose version lacks them. */
		if (STALE_MODES && thread->counts.doubtful)
			sampler->rule = PERF_RING_ADDRESS;
	}
}

uint64_t sampler_lost(struct sampler *sampler)
{
	uint64_t lost = sampler->lost;

	sampler->lost = 0;
	return lost;
}

const char *sampler_trouble(struct sampler *sampler)
{
	struct rlimit limit = { 0 };
	int i;

	for (i = 0; i < TROUBLES; i++) {
		if (sampler->failed[i] && !sampler->told[i])
			break;
	}
	if (i == TROUBLES)
		return NULL;
	sampler->told[i] = true;
	switch (i) {
	case TROUBLE_ADDRESSES:
		return sampler_remark(sampler);
	case TROUBLE_RIGHTS:
		snprintf(sampler->text, sizeof(sampler->text),
			 "%u vCPUs of other users may not be sampled, so their guest time stays "
			 "unclassified; run as root or with CAP_PERFMON", sampler->failed[i]);
		break;
	case TROUBLE_MEMLOCK:
		getrlimit(RLIMIT_MEMLOCK, &limit);
		snprintf(sampler->text, sizeof(sampler->text),
			 "%u vCPUs are not sampled: no more memory may be locked for their buffers "
			 "(RLIMIT_MEMLOCK is %llu KiB, kernel.perf_event_mlock_kb %ld, each takes %ld "
			 "KiB); raise one of them, or run as root or with CAP_IPC_LOCK",
			 sampler->failed[i], (unsigned long long)limit.rlim_cur / 1024,
			 read_number("/proc/sys/kernel/perf_event_mlock_kb"),
			 2 * sysconf(_SC_PAGESIZE) / 1024);
		break;
	case TROUBLE_NOFILE:
		getrlimit(RLIMIT_NOFILE, &limit);
		snprintf(sampler->text, sizeof(sampler->text),
			 "%u vCPUs are not sampled: no more files may be open (RLIMIT_NOFILE is %llu, "
			 "each vCPU takes one); raise it with ulimit -n or LimitNOFILE=",
			 sampler->failed[i], (unsigned long long)limit.rlim_cur);
		break;
	default:
		snprintf(sampler->text, sizeof(sampler->text), "%u vCPUs are not sampled: %s",
			 sampler->failed[i], strerror(sampler->other_error));
	}
	return sampler->text;
}

void sampler_close(struct sampler *sampler)
{
	size_t i;

	if (!sampler)
		return;
	for (i = 0; i < sampler->threads.n; i++)
		drop(sampler, &sampler->threads.v[i]);
	free(sampler->threads.v);
	free(sampler->processes.v);
	free(sampler->next.v);
	close(sampler->timerfd);
	free(sampler);
}
