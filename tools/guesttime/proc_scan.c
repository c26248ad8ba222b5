// SPDX-License-Identifier: GPL-2.0-only
/*
 * One pass over /proc.
 *
 * The pass is made to cost little: one open and one read for a task, directory
 * entries straight from getdents64(), no path longer than needed, and the
 * threads of a process are visited only if the process ran a guest, which its
 * own stat line tells.
 */
#include "proc_scan.h"

#include "proc_status.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* qemu's -name stands early; a name beyond this is not found. */
#define CMDLINE_MAX	(64 * 1024)

#define DIRENTS_SIZE	(32 * 1024)

static double clock_seconds(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static bool is_gone(int error)
{
	return error == -ENOENT || error == -ESRCH;
}

/* Reads a whole small file with one read. Returns its length or -errno. */
static ssize_t read_file(int dirfd, const char *path, char *buf, size_t size)
{
	ssize_t n;
	int fd;

	fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, buf, size);
	if (n < 0)
		n = -errno;
	close(fd);
	return n;
}

static int read_stat(int dirfd, const char *path, struct proc_stat *st)
{
	char line[PROC_STAT_LINE_MAX];
	ssize_t n = read_file(dirfd, path, line, sizeof(line));

	if (n < 0)
		return (int)n;
	return proc_stat_decode(line, (size_t)n, st);
}

struct cpu_times proc_times(const struct proc_stat *st)
{
	return (struct cpu_times){
		.utime = st->utime,
		.stime = st->stime,
		.gtime = st->gtime,
		.gutime = st->gutime,
		.gstime = st->gstime,
		.has_cpu = true,
		.has_gtime = st->has_gtime,
		.has_split = st->has_split,
	};
}

static int grow(void **mem, size_t *room, size_t need, size_t size)
{
	size_t want = *room ? *room : 64;
	void *p;

	if (need <= *room)
		return 0;
	while (want < need)
		want *= 2;
	p = reallocarray(*mem, want, size);
	if (!p)
		return -ENOMEM;
	*mem = p;
	*room = want;
	return 0;
}

static struct proc_task *add_task(struct proc_tasks *tasks)
{
	if (grow((void **)&tasks->v, &tasks->room, tasks->n + 1, sizeof(*tasks->v)))
		return NULL;
	return memset(&tasks->v[tasks->n++], 0, sizeof(*tasks->v));
}

static int add_name(struct proc_snapshot *snap, const char *name, size_t *where)
{
	size_t len = strlen(name) + 1;

	if (grow((void **)&snap->names, &snap->names_room, snap->names_len + len, 1))
		return -ENOMEM;
	memcpy(snap->names + snap->names_len, name, len);
	*where = snap->names_len;
	snap->names_len += len;
	return 0;
}

static int add_vm_name(int procfd, const struct proc_stat *st, struct proc_snapshot *snap,
		       struct proc_task *task)
{
	static char cmdline[CMDLINE_MAX];
	char name[VM_NAME_MAX + 1], path[32];
	ssize_t n;
	int rc;

	rc = add_name(snap, st->comm, &task->comm);
	if (rc)
		return rc;
	task->vm = task->comm;
	snprintf(path, sizeof(path), "%u/cmdline", task->pid);
	n = read_file(procfd, path, cmdline, sizeof(cmdline));
	if (n > 0 && !vm_name_decode(cmdline, (size_t)n, name))
		return add_name(snap, name, &task->vm);
	return 0;
}

/* A directory entry that is a number, 0 for others. */
static uint32_t entry_number(const char *name)
{
	uint64_t v = 0;

	for (; *name; name++) {
		if (*name < '0' || *name > '9')
			return 0;
		v = v * 10 + (uint64_t)(*name - '0');
		if (v > UINT32_MAX)
			return 0;
	}
	return (uint32_t)v;
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

struct scan {
	int procfd;
	int taskfd;
	const struct proc_scan_options *opts;
	struct proc_snapshot *snap;
	size_t process;		/* whose threads are being visited */
};

static int visit_thread(void *arg, const char *name, uint32_t tid)
{
	struct scan *scan = arg;
	struct proc_snapshot *snap = scan->snap;
	struct proc_task *process = &snap->processes.v[scan->process], *thread;
	struct proc_stat st;
	char path[32];
	int rc;

	snprintf(path, sizeof(path), "%.10s/stat", name);
	rc = read_stat(scan->taskfd, path, &st);
	if (rc)
		return is_gone(rc) ? 0 : rc;
	if (st.has_gtime && st.gtime)
		process->vcpus++;
	else if (!scan->opts->all)
		return 0;
	if (!scan->opts->threads)
		return 0;

	thread = add_task(&snap->threads);
	if (!thread)
		return -ENOMEM;
	thread->pid = process->pid;
	thread->tid = tid;
	thread->starttime = st.starttime;
	thread->times = proc_times(&st);
	thread->vm = process->vm;
	return add_name(snap, st.comm, &thread->comm);
}

static int scan_threads(struct scan *scan)
{
	static char dirents[DIRENTS_SIZE] __attribute__((aligned(8)));
	struct proc_task *process = &scan->snap->processes.v[scan->process];
	char path[32];
	int rc;

	snprintf(path, sizeof(path), "%u/task", process->pid);
	scan->taskfd = openat(scan->procfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (scan->taskfd < 0)
		return -errno;
	rc = visit_numbers(scan->taskfd, dirents, visit_thread, scan);
	close(scan->taskfd);
	process->has_vcpus = !rc;
	return rc;
}

static int visit_process(void *arg, const char *name, uint32_t pid)
{
	struct scan *scan = arg;
	const struct proc_scan_options *opts = scan->opts;
	struct proc_snapshot *snap = scan->snap;
	struct proc_task *process;
	struct proc_stat st;
	bool interesting;
	char path[32];
	int rc;

	snprintf(path, sizeof(path), "%.10s/stat", name);
	rc = read_stat(scan->procfd, path, &st);
	if (rc == -EACCES || rc == -EPERM)
		snap->denied++;
	if (rc)
		return rc;

	process = add_task(&snap->processes);
	if (!process)
		return -ENOMEM;
	process->pid = pid;
	process->tid = pid;
	process->starttime = st.starttime;
	process->times = proc_times(&st);
	snap->split_seen |= st.has_split;
	scan->process = snap->processes.n - 1;

	interesting = opts->all || opts->pid || cpu_ran_guest(&process->times);
	if (!interesting) {
		process->has_vcpus = st.has_gtime;
		return 0;
	}
	rc = add_vm_name(scan->procfd, &st, snap, process);
	if (rc)
		return rc;
	if (!cpu_ran_guest(&process->times) && !(opts->all && opts->threads)) {
		process->has_vcpus = st.has_gtime;
		return 0;
	}
	return scan_threads(scan);
}

/* In a pass over all processes only lack of resources ends the pass. */
static int visit_process_leniently(void *arg, const char *name, uint32_t pid)
{
	int rc = visit_process(arg, name, pid);

	return rc == -ENOMEM || rc == -EMFILE || rc == -ENFILE ? rc : 0;
}

static int compare_tasks(const void *a, const void *b)
{
	const struct proc_task *s = a, *t = b;

	if (s->pid != t->pid)
		return s->pid < t->pid ? -1 : 1;
	return (s->tid > t->tid) - (s->tid < t->tid);
}

/* The kernel lists processes in order already, and threads mostly. */
static void sort_tasks(struct proc_tasks *tasks)
{
	size_t i;

	for (i = 1; i < tasks->n; i++) {
		if (compare_tasks(&tasks->v[i - 1], &tasks->v[i]) > 0) {
			qsort(tasks->v, tasks->n, sizeof(*tasks->v), compare_tasks);
			return;
		}
	}
}

int proc_scan(int procfd, const struct proc_scan_options *opts, struct proc_snapshot *snap)
{
	static char dirents[DIRENTS_SIZE] __attribute__((aligned(8)));
	struct scan scan = { .procfd = procfd, .opts = opts, .snap = snap };
	char name[16];
	int rc, dirfd;

	snap->processes.n = 0;
	snap->threads.n = 0;
	snap->names_len = 0;
	snap->denied = 0;
	snap->split_seen = false;
	snap->monotonic = clock_seconds(CLOCK_MONOTONIC);
	snap->boottime = clock_seconds(CLOCK_BOOTTIME);
	rc = add_name(snap, "", &(size_t){ 0 });	/* offset 0: no name */
	if (rc)
		return rc;

	if (opts->pid) {
		snprintf(name, sizeof(name), "%u", opts->pid);
		rc = visit_process(&scan, name, opts->pid);
		sort_tasks(&snap->threads);
		return is_gone(rc) ? -ENOENT : rc;
	}
	/* A descriptor of its own: the position in @procfd is not ours. */
	dirfd = openat(procfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dirfd < 0)
		return -errno;
	rc = visit_numbers(dirfd, dirents, visit_process_leniently, &scan);
	close(dirfd);
	sort_tasks(&snap->processes);
	sort_tasks(&snap->threads);
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
