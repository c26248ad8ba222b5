// SPDX-License-Identifier: GPL-2.0-only
/*
 * One pass over /proc.
 *
 * A pass costs one open and one read for a task. Directory entries come straight from
 * getdents64(), and no path is longer than needed. Threads are visited only if their process
 * ran a guest, which its own stat line tells.
 */
#include "proc_scan.h"

#include "clock_seconds.h"
#include "grow.h"
#include "proc_status.h"
#include "read_file.h"
#include "vcpu_name.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DIRENTS_SIZE	(32 * 1024)

static bool is_gone(int error)
{
	return error == -ENOENT || error == -ESRCH;
}

static int read_stat(int dirfd, const char *path, struct proc_stat *st)
{
	char line[PROC_STAT_LINE_MAX];
	ssize_t n = read_file(dirfd, path, line, sizeof(line));

	if (n < 0)
		return (int)n;
	return proc_stat_decode(line, (size_t)n, st);
}

static struct cpu_times times_of(const struct proc_stat *st, bool split)
{
	return (struct cpu_times){
		.utime = st->utime,
		.stime = st->stime,
		.gtime = st->gtime,
		.gutime = st->gutime,
		.gstime = st->gstime,
		.has_cpu = true,
		.has_gtime = st->has_gtime,
		.has_split = split && st->has_split,
	};
}

static struct proc_task *add_task(struct proc_tasks *tasks)
{
	if (grow(&tasks->v, &tasks->room, tasks->n + 1, sizeof(*tasks->v)))
		return NULL;
	return memset(&tasks->v[tasks->n++], 0, sizeof(*tasks->v));
}

static int add_name(struct proc_snapshot *snap, const char *name, size_t *where)
{
	size_t len = strlen(name) + 1;

	if (grow(&snap->names, &snap->names_room, snap->names_len + len, 1))
		return -ENOMEM;
	memcpy(snap->names + snap->names_len, name, len);
	*where = snap->names_len;
	snap->names_len += len;
	return 0;
}

#define NUMBER_LEN	10	/* of a pid, at most */

/* A directory entry that is a number, 0 for others. */
static uint32_t entry_number(const char *name)
{
	const char *start = name;
	uint64_t v = 0;

	for (; *name; name++) {
		if (*name < '0' || *name > '9' || name - start == NUMBER_LEN)
			return 0;
		v = v * 10 + (uint64_t)(*name - '0');
		if (v > UINT32_MAX)
			return 0;
	}
	return (uint32_t)v;
}

/* The path of a @file in the directory of a number. */
static const char *task_path(const char *number, const char *file, char path[32])
{
	stpcpy(stpcpy(path, number), file);
	return path;
}

/* Visits one entry; anything but 0 ends the pass. */
typedef int (*visit_fn)(void *arg, const char *name, uint32_t number);

/* Calls @visit for each numeric entry of a directory, until it fails. */
static int visit_numbers(int dirfd, char *dirents, visit_fn visit, void *arg)
{
	for (;;) {
		ssize_t n = getdents64(dirfd, dirents, DIRENTS_SIZE);
		ssize_t off = 0;

		if (n <= 0)
			return n < 0 ? -errno : 0;
		while (off < n) {
			struct dirent64 *d = (struct dirent64 *)(dirents + off);
			uint32_t number = entry_number(d->d_name);
			int rc;

			off += d->d_reclen;
			if (!number)
				continue;
			rc = visit(arg, d->d_name, number);
			if (rc)
				return rc;
		}
	}
}

#define VCPU_BY_ORDER	(-2)	/* a vCPU whose thread's name has no number */

struct scan {
	int procfd;
	int taskfd;
	const struct proc_scan_options *opts;
	struct proc_snapshot *snap;
	size_t process;		/* whose threads are being visited */
	bool closely;		/* they are wanted, not their count alone */
};

/*
 * A VM's threads are counted again when their number has changed. vCPUs of VMMs that give
 * no names count from their first guest time, so that all are counted again now and then.
 */
#define COUNT_AGAIN	16	/* passes */

static bool read_wait(int taskfd, const char *tid, uint64_t *ns)
{
	char path[32], buf[96];
	ssize_t n = read_file(taskfd, task_path(tid, "/schedstat", path), buf, sizeof(buf));

	return n > 0 && proc_schedstat_wait(buf, (size_t)n, ns);
}

static int visit_thread(void *arg, const char *name, uint32_t tid)
{
	struct scan *scan = arg;
	const struct proc_scan_options *opts = scan->opts;
	struct proc_snapshot *snap = scan->snap;
	struct proc_task *process = &snap->processes.v[scan->process], *thread;
	bool named, vcpu, has_wait = false;
	uint64_t wait_ns = 0;
	struct proc_stat st;
	uint32_t index = 0;
	char path[32];
	int rc;

	rc = read_stat(scan->taskfd, task_path(name, "/stat", path), &st);
	if (rc)
		return is_gone(rc) ? 0 : rc;
	named = vcpu_name_decode(st.comm, &index);
	vcpu = named || (st.has_gtime && st.gtime);
	if (vcpu) {
		process->vcpus++;
		if (opts->wait && scan->closely)
			has_wait = read_wait(scan->taskfd, name, &wait_ns);
		process->wait_ns += wait_ns;
		process->has_wait |= has_wait;
	}
	if (!opts->threads || !scan->closely)
		return 0;

	thread = add_task(&snap->threads);
	if (!thread)
		return -ENOMEM;
	thread->pid = process->pid;
	thread->tid = tid;
	thread->starttime = st.starttime;
	thread->times = times_of(&st, opts->split);
	thread->vm = process->vm;
	thread->wait_ns = wait_ns;
	thread->has_wait = has_wait;
	thread->vcpu = named ? (int32_t)index : vcpu ? VCPU_BY_ORDER : -1;
	return add_name(snap, st.comm, &thread->comm);
}

static int compare_tasks(const void *a, const void *b)
{
	const struct proc_task *s = a, *t = b;

	if (s->pid != t->pid)
		return s->pid < t->pid ? -1 : 1;
	return (s->tid > t->tid) - (s->tid < t->tid);
}

/* The kernel lists processes in order already, and threads mostly. */
static void sort_tasks(struct proc_task *v, size_t n)
{
	size_t i;

	for (i = 1; i < n; i++) {
		if (compare_tasks(&v[i - 1], &v[i]) > 0) {
			qsort(v, n, sizeof(*v), compare_tasks);
			return;
		}
	}
}

/* VMMs make the threads of vCPUs in order, and most give them names. */
static void number_vcpus(struct proc_task *v, size_t n)
{
	int32_t next = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (v[i].vcpu >= next)
			next = v[i].vcpu + 1;
	}
	for (i = 0; i < n; i++) {
		if (v[i].vcpu == VCPU_BY_ORDER)
			v[i].vcpu = next++;
	}
}

static int scan_threads(struct scan *scan)
{
	static char dirents[DIRENTS_SIZE] __attribute__((aligned(8)));
	struct proc_task *process = &scan->snap->processes.v[scan->process];
	struct proc_tasks *threads = &scan->snap->threads;
	size_t first = threads->n;
	char path[32];
	int rc;

	snprintf(path, sizeof(path), "%u/task", process->pid);
	scan->taskfd = openat(scan->procfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (scan->taskfd < 0)
		return -errno;
	rc = visit_numbers(scan->taskfd, dirents, visit_thread, scan);
	close(scan->taskfd);
	process->has_vcpus = !rc;
	if (threads->n > first) {
		sort_tasks(threads->v + first, threads->n - first);
		number_vcpus(threads->v + first, threads->n - first);
	}
	return rc;
}

bool proc_selected(const struct proc_select *select, const struct vm_identity *vm)
{
	size_t len;

	if (select->vm && fnmatch(select->vm, vm->name, 0) && fnmatch(select->vm, vm->uuid, 0))
		return false;
	if (!select->cgroup)
		return true;
	len = strlen(select->cgroup);
	while (len && select->cgroup[len - 1] == '/')
		len--;
	return !strncmp(vm->cgroup, select->cgroup, len) &&
	       (!vm->cgroup[len] || vm->cgroup[len] == '/');
}

static int compare_numbers(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool is_close(const struct proc_scan_options *opts, uint32_t pid)
{
	const struct proc_closely *closely = opts->closely;

	if (!opts->threads && !opts->wait)
		return false;
	return !closely || closely->all ||
	       (closely->n && bsearch(&pid, closely->pids, closely->n, sizeof(pid),
				      compare_numbers));
}

/* The threads of a VM, or what is remembered of them. */
static int look_at_threads(struct scan *scan, uint64_t num_threads)
{
	struct proc_task *process = &scan->snap->processes.v[scan->process];
	struct vm_vcpus *vcpus = vm_table_vcpus(process->vm);
	int rc;

	scan->closely = is_close(scan->opts, process->pid);
	if (!scan->closely && vcpus->threads && vcpus->threads == num_threads &&
	    ++vcpus->age % COUNT_AGAIN) {
		process->vcpus = vcpus->n;
		process->has_vcpus = true;
		return 0;
	}
	process->has_vcpus = false;
	rc = scan_threads(scan);
	/* The age starts at the pid, so that VMs are not all counted again in one pass. */
	if (!vcpus->threads)
		vcpus->age = process->pid;
	process = &scan->snap->processes.v[scan->process];
	vcpus->n = process->vcpus;
	vcpus->threads = rc ? 0 : num_threads;
	return rc;
}

static int add_helper(struct proc_snapshot *snap, const struct proc_stat *st, uint32_t owner)
{
	struct proc_task *helper = add_task(&snap->helpers);

	if (!helper)
		return -ENOMEM;
	helper->pid = owner;
	helper->tid = st->pid;
	helper->vcpu = -1;
	helper->starttime = st->starttime;
	helper->times = times_of(st, true);
	return add_name(snap, st->comm, &helper->comm);
}

/* For processes that are visited by number: who else works for them? */
static int visit_helper(void *arg, const char *name, uint32_t pid)
{
	struct scan *scan = arg;
	struct proc_stat st;
	uint32_t owner;
	char path[32];

	(void)pid;
	if (read_stat(scan->procfd, task_path(name, "/stat", path), &st) ||
	    !proc_stat_owner(&st, &owner))
		return 0;
	return add_helper(scan->snap, &st, owner);
}

/* Helpers of VMs become threads of theirs; the processes are in order. */
static int add_helpers(struct proc_snapshot *snap, const struct proc_scan_options *opts)
{
	size_t i;

	for (i = 0; i < snap->helpers.n; i++) {
		struct proc_task *helper = &snap->helpers.v[i], *thread;
		struct proc_task *owner = (struct proc_task *)proc_snapshot_find(snap, helper->pid);

		if (!owner || !cpu_ran_guest(&owner->times))
			continue;
		owner->times.utime += helper->times.utime;
		owner->times.stime += helper->times.stime;
		if (!opts->threads || !is_close(opts, owner->pid))
			continue;
		thread = add_task(&snap->threads);
		if (!thread)
			return -ENOMEM;
		*thread = *helper;
		thread->vm = owner->vm;
		thread->times.has_split = owner->times.has_split;
	}
	return 0;
}

static int visit_process(void *arg, const char *name, uint32_t pid)
{
	struct scan *scan = arg;
	const struct proc_scan_options *opts = scan->opts;
	struct proc_snapshot *snap = scan->snap;
	struct proc_task *process;
	struct proc_stat st;
	uint32_t owner;
	char path[32];
	int rc;

	rc = read_stat(scan->procfd, task_path(name, "/stat", path), &st);
	if (rc == -EACCES || rc == -EPERM)
		snap->denied++;
	if (rc)
		return rc;
	if (!opts->select->n_pids && proc_stat_owner(&st, &owner))
		return add_helper(snap, &st, owner);

	process = add_task(&snap->processes);
	if (!process)
		return -ENOMEM;
	process->pid = pid;
	process->tid = pid;
	process->vcpu = -1;
	process->starttime = st.starttime;
	process->times = times_of(&st, opts->split);
	process->has_vcpus = st.has_gtime;
	scan->process = snap->processes.n - 1;

	if (!opts->all && !opts->select->n_pids && !cpu_ran_guest(&process->times))
		return 0;
	rc = add_name(snap, st.comm, &process->comm);
	if (rc)
		return rc;
	process->vm = vm_table_get(opts->table, scan->procfd, pid, st.starttime, st.comm);
	if (!process->vm)
		return -ENOMEM;
	if (!proc_selected(opts->select, process->vm)) {
		snap->processes.n--;
		return 0;
	}
	if (!cpu_ran_guest(&process->times) && !(opts->all && opts->threads))
		return 0;
	return look_at_threads(scan, st.num_threads);
}

/* In a pass over all processes only lack of resources ends the pass. */
static int visit_process_leniently(void *arg, const char *name, uint32_t pid)
{
	int rc = visit_process(arg, name, pid);

	return rc == -ENOMEM || rc == -EMFILE || rc == -ENFILE ? rc : 0;
}

static int visit_selected(struct scan *scan)
{
	const struct proc_select *select = scan->opts->select;
	int rc = -ENOENT, failed = 0;
	char name[16];
	size_t i;

	for (i = 0; i < select->n_pids; i++) {
		snprintf(name, sizeof(name), "%u", select->pids[i]);
		rc = visit_process(scan, name, select->pids[i]);
		if (rc == -ENOMEM)
			return rc;
		if (rc)
			failed = rc;
	}
	/* One process that was read is enough. Without any, the last failure is the result. */
	if (scan->snap->processes.n && select->n_pids > 1)
		return 0;
	return is_gone(failed) ? -ENOENT : failed;
}

static int visit_all(struct scan *scan, visit_fn visit)
{
	static char dirents[DIRENTS_SIZE] __attribute__((aligned(8)));
	int rc, dirfd;

	/* A descriptor of its own: the position in @procfd is not ours. */
	dirfd = openat(scan->procfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dirfd < 0)
		return -errno;
	rc = visit_numbers(dirfd, dirents, visit, scan);
	close(dirfd);
	return rc;
}

int proc_scan(int procfd, const struct proc_scan_options *opts, struct proc_snapshot *snap)
{
	struct scan scan = { .procfd = procfd, .opts = opts, .snap = snap };
	int rc;

	snap->processes.n = 0;
	snap->threads.n = 0;
	snap->helpers.n = 0;
	snap->names_len = 0;
	snap->denied = 0;
	snap->monotonic = clock_seconds(CLOCK_MONOTONIC);
	snap->boottime = clock_seconds(CLOCK_BOOTTIME);
	snap->realtime = clock_seconds(CLOCK_REALTIME);
	if (!opts->peek)
		vm_table_sweep(opts->table);
	rc = add_name(snap, "", &(size_t){ 0 });	/* offset 0: no name */
	if (rc)
		return rc;
	if (!opts->select->n_pids)
		rc = visit_all(&scan, visit_process_leniently);
	else
		rc = visit_selected(&scan);
	if (!rc && opts->select->n_pids && !opts->peek)
		rc = visit_all(&scan, visit_helper);
	sort_tasks(snap->processes.v, snap->processes.n);
	if (!rc)
		rc = add_helpers(snap, opts);
	sort_tasks(snap->threads.v, snap->threads.n);
	return rc;
}

static const struct proc_task *find(const struct proc_tasks *tasks, uint32_t pid, uint32_t tid)
{
	struct proc_task key = { .pid = pid, .tid = tid };

	if (!tasks->n)
		return NULL;
	return bsearch(&key, tasks->v, tasks->n, sizeof(key), compare_tasks);
}

const struct proc_task *proc_snapshot_find(const struct proc_snapshot *snap, uint32_t pid)
{
	return find(&snap->processes, pid, pid);
}

const struct proc_task *proc_snapshot_find_thread(const struct proc_snapshot *snap, uint32_t pid,
						  uint32_t tid)
{
	return find(&snap->threads, pid, tid);
}

void proc_snapshot_free(struct proc_snapshot *snap)
{
	free(snap->processes.v);
	free(snap->threads.v);
	free(snap->helpers.v);
	free(snap->names);
	memset(snap, 0, sizeof(*snap));
}

int proc_tgid_of(int procfd, uint32_t tid, uint32_t *tgid)
{
	char path[32], buf[1024];
	ssize_t n;

	snprintf(path, sizeof(path), "%u/status", tid);
	n = read_file(procfd, path, buf, sizeof(buf));
	if (n < 0)
		return is_gone((int)n) ? -ENOENT : (int)n;
	return proc_status_tgid(buf, (size_t)n, tgid);
}
