// SPDX-License-Identifier: GPL-2.0-only
/* Snapshots to rows: totals of one, or rates between two. */
#include "row.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "grow.h"

struct row *rows_add(struct rows *rows)
{
	if (grow(&rows->v, &rows->room, rows->n + 1, sizeof(*rows->v)))
		return NULL;
	return memset(&rows->v[rows->n++], 0, sizeof(*rows->v));
}

void rows_select(struct rows *rows, const struct proc_select *select)
{
	size_t i, kept = 0;

	for (i = 0; i < rows->n; i++) {
		if (proc_selected(select, rows->v[i].id))
			rows->v[kept++] = rows->v[i];
	}
	rows->n = kept;
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
				const struct proc_task *task, const struct row_options *opts)
{
	struct row *row = rows_add(rows);

	if (!row)
		return NULL;
	row->pid = task->pid;
	row->tid = task->tid;
	row->id = task->vm;
	row->vm = task->vm ? task->vm->name : "";
	row->thread = snap->names + task->comm;
	row->vcpus.known = task->has_vcpus;
	row->vcpus.v = task->vcpus;
	row->vcpu.known = task->vcpu >= 0;
	row->vcpu.v = task->vcpu;
	row->times = task->times;
	if (task->vm)
		row->start_time = (struct value){
			.v = snap->realtime - snap->boottime + (double)task->vm->starttime / opts->hz,
			.known = true,
		};
	return row;
}

/* Threads are listed for VMs alone, unless all were asked for. */
static bool wanted(const struct proc_task *task, const struct row_options *opts)
{
	return opts->all || opts->threads || cpu_ran_guest(&task->times);
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
		row = add_task_row(rows, snap, task, opts);
		if (!row)
			return -ENOMEM;
		row->scale = 1 / opts->hz;
		row->split = cpu_split_of(&row->times, row->scale, CPU_SPLIT_TOTALS);
	}
	return 0;
}

/* The times of the task when the interval began, if they are known. */
static bool task_before(const struct proc_snapshot *before, const struct proc_task *task,
			const struct row_options *opts, struct proc_task *old)
{
	const struct proc_task *found;

	if (opts->threads)
		found = proc_snapshot_find_thread(before, task->pid, task->tid);
	else
		found = proc_snapshot_find(before, task->pid);
	if (found && found->starttime == task->starttime) {
		*old = *found;
		return true;
	}
	if ((double)(task->starttime + 1) / opts->hz < before->boottime)
		return false;
	*old = (struct proc_task){
		.times = { .has_cpu = true, .has_gtime = true, .has_split = true },
		.has_wait = true,
	};
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
		struct proc_task old;
		struct row *row;

		if (!wanted(task, opts) || !task_before(before, task, opts, &old))
			continue;
		row = add_task_row(rows, now, task, opts);
		if (!row)
			return -ENOMEM;
		row->times = cpu_times_sub(&task->times, &old.times);
		row->split = cpu_split_of(&row->times, percent, CPU_SPLIT_DELTA);
		row->wait.known = task->has_wait && old.has_wait && task->wait_ns >= old.wait_ns;
		if (row->wait.known)
			row->wait.v = (double)(task->wait_ns - old.wait_ns) * 1e-9 * opts->hz * percent;
	}
	return 0;
}
