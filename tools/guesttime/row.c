// SPDX-License-Identifier: GPL-2.0-only
/* Snapshots to rows: totals of one, or rates between two. */
#include "row.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct row *rows_add(struct rows *rows)
{
	if (rows->n == rows->room) {
		size_t room = rows->room ? rows->room * 2 : 64;
		struct row *v = reallocarray(rows->v, room, sizeof(*v));

		if (!v)
			return NULL;
		rows->v = v;
		rows->room = room;
	}
	return memset(&rows->v[rows->n++], 0, sizeof(*rows->v));
}

void rows_free(struct rows *rows)
{
	free(rows->v);
	memset(rows, 0, sizeof(*rows));
}

static const struct proc_tasks *tasks_of(const struct proc_snapshot *snap, bool threads)
{
	return threads ? &snap->threads : &snap->processes;
}

static struct row *add_task_row(struct rows *rows, const struct proc_snapshot *snap,
				const struct proc_task *task)
{
	struct row *row = rows_add(rows);

	if (!row)
		return NULL;
	row->pid = task->pid;
	row->tid = task->tid;
	row->vm = snap->names + task->vm;
	row->thread = snap->names + task->comm;
	row->vcpus.known = task->has_vcpus;
	row->vcpus.v = task->vcpus;
	row->times = task->times;
	return row;
}

static bool wanted(const struct proc_task *task, const struct row_options *opts)
{
	return opts->all || cpu_ran_guest(&task->times);
}

int rows_from_totals(struct rows *rows, const struct proc_snapshot *snap,
		     const struct row_options *opts)
{
	const struct proc_tasks *tasks = tasks_of(snap, opts->threads);
	size_t i;

	rows->n = 0;
	for (i = 0; i < tasks->n; i++) {
		const struct proc_task *task = &tasks->v[i];
		struct row *row;

		if (!wanted(task, opts))
			continue;
		row = add_task_row(rows, snap, task);
		if (!row)
			return -ENOMEM;
		row->scale = 1 / opts->hz;
		row->split = cpu_split_of(&row->times, row->scale, CPU_SPLIT_TOTALS);
	}
	return 0;
}

/* What the task had used when the interval began, if that is known. */
static bool times_before(const struct proc_snapshot *before, const struct proc_task *task,
			 const struct row_options *opts, struct cpu_times *times)
{
	const struct proc_task *old;

	if (opts->threads)
		old = proc_snapshot_find_thread(before, task->pid, task->tid);
	else
		old = proc_snapshot_find(before, task->pid);
	if (old && old->starttime == task->starttime) {
		*times = old->times;
		return true;
	}
	if ((double)(task->starttime + 1) / opts->hz < before->boottime)
		return false;
	*times = (struct cpu_times){ .has_cpu = true, .has_gtime = true, .has_split = true };
	return true;
}

int rows_from_rates(struct rows *rows, const struct proc_snapshot *before,
		    const struct proc_snapshot *now, const struct row_options *opts)
{
	const struct proc_tasks *tasks = tasks_of(now, opts->threads);
	double seconds = now->monotonic - before->monotonic;
	double percent = seconds > 0 ? 100 / opts->hz / seconds : 0;
	size_t i;

	rows->n = 0;
	for (i = 0; i < tasks->n; i++) {
		const struct proc_task *task = &tasks->v[i];
		struct cpu_times old;
		struct row *row;

		if (!wanted(task, opts) || !times_before(before, task, opts, &old))
			continue;
		row = add_task_row(rows, now, task);
		if (!row)
			return -ENOMEM;
		row->times = cpu_times_sub(&task->times, &old);
		row->split = cpu_split_of(&row->times, percent, CPU_SPLIT_DELTA);
	}
	return 0;
}
