// SPDX-License-Identifier: GPL-2.0-only
/* VMs that end: exit records joined with what /proc knew. */
#include "exits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "grow.h"

#define FROM_RECORD	"record"	/* an exit record: final values */
#define AGE_SLACK	0.02	/* start times are rounded down to a tick [s] */
#define FROM_PROC	"proc"		/* last seen in /proc: lower bounds */

/**
 * struct exits_vm - a VM we know
 * @id:		who it is
 * @times:	last seen [ticks]
 * @seen_at:	when last seen, since boot [s]
 * @exit_code:	of its first thread, if that has ended
 * @seen:	in the last scan
 * @reported:	its end was reported; it waits to be reaped
 */
struct exits_vm {
	uint32_t pid;
	uint64_t starttime;
	const struct vm_identity *id;
	struct cpu_times times;
	struct value vcpus;
	struct value exit_code;
	double seen_at;
	bool seen;
	bool reported;
};

static struct exits_vm *find_vm(struct exits *exits, uint32_t pid, const uint64_t *starttime)
{
	size_t i;

	for (i = exits->n; i-- > 0;) {
		struct exits_vm *vm = &exits->vms[i];

		if (vm->pid == pid && (!starttime || vm->starttime == *starttime))
			return vm;
	}
	return NULL;
}

static struct exits_vm *add_vm(struct exits *exits, uint32_t pid, uint64_t starttime)
{
	struct exits_vm *vm;

	if (grow(&exits->vms, &exits->room, exits->n + 1, sizeof(*vm)))
		return NULL;
	vm = memset(&exits->vms[exits->n++], 0, sizeof(*vm));
	vm->pid = pid;
	vm->starttime = starttime;
	return vm;
}

static bool selected(const struct exits *exits, uint32_t pid)
{
	size_t i;

	for (i = 0; i < exits->select->n_pids; i++) {
		if (exits->select->pids[i] == pid)
			return true;
	}
	return !exits->select->n_pids;
}

int exits_scan(struct exits *exits)
{
	/* Numbers that do not exist are no error here: look at all. */
	const struct proc_select select = {
		.vm = exits->select->vm, .cgroup = exits->select->cgroup,
	};
	const struct proc_scan_options opts = {
		.select = &select, .table = exits->table, .split = exits->split,
	};
	size_t i;
	int rc;

	rc = proc_scan(exits->procfd, &opts, &exits->scan);
	if (rc)
		return rc;
	for (i = 0; i < exits->n; i++)
		exits->vms[i].seen = false;
	for (i = 0; i < exits->scan.processes.n; i++) {
		const struct proc_task *task = &exits->scan.processes.v[i];
		struct exits_vm *vm;

		if (!selected(exits, task->pid) || !cpu_ran_guest(&task->times))
			continue;
		vm = find_vm(exits, task->pid, &task->starttime);
		if (!vm) {
			vm = add_vm(exits, task->pid, task->starttime);
			if (!vm)
				return -ENOMEM;
		}
		vm->id = task->vm;
		vm->seen = true;
		vm->seen_at = exits->scan.boottime;
		vm->times = task->times;
		/* A process that is ending has lost its threads. */
		if (!task->has_vcpus || (!task->vcpus && vm->vcpus.known))
			continue;
		vm->vcpus = (struct value){ .v = task->vcpus, .known = true };
	}
	return 0;
}

/* Start, end and how long it took; @began in ticks, ended at @ended, both since boot. */
static void set_times(const struct exits *exits, struct row *row,
		      const struct proc_snapshot *snap, uint64_t began, double ended)
{
	double epoch = snap->realtime - snap->boottime;
	double start = (double)began / exits->hz;

	row->start_time = (struct value){ .v = epoch + start, .known = true };
	row->end_time = (struct value){ .v = epoch + ended, .known = true };
	row->lifetime = (struct value){ .v = ended > start ? ended - start : 0, .known = true };
}

static void report_last_seen(struct exits *exits, struct exits_vm *vm)
{
	struct row row = {
		.pid = vm->pid,
		.tid = vm->pid,
		.vm = vm->id->name,
		.id = vm->id,
		.from = FROM_PROC,
		.vcpus = vm->vcpus,
		.times = vm->times,
		.exit_code = vm->exit_code,
	};

	set_times(exits, &row, &exits->scan, vm->starttime, exits->scan.boottime);
	row.split = cpu_split_of(&row.times, 1 / exits->hz, CPU_SPLIT_TOTALS);
	exits->emit(exits->arg, &row);
}

void exits_report_vanished(struct exits *exits)
{
	size_t i, kept = 0;

	for (i = 0; i < exits->n; i++) {
		struct exits_vm *vm = &exits->vms[i];

		if (!vm->seen && !vm->reported)
			report_last_seen(exits, vm);
		if (vm->seen)
			exits->vms[kept++] = *vm;
	}
	exits->n = kept;
}

/*
 * Fills in what a record lacks from the process itself. Ticks are rounded down,
 * so guest time may fall short of its parts by less than one.
 */
static void complete_times(struct cpu_times *us, const struct cpu_times *ticks, double hz)
{
	double us_per_tick = 1e6 / hz;
	uint64_t sum;

	if (!us->has_cpu) {
		us->utime = (uint64_t)((double)ticks->utime * us_per_tick);
		us->stime = (uint64_t)((double)ticks->stime * us_per_tick);
		us->has_cpu = ticks->has_cpu;
	}
	if (!us->has_split) {
		us->gutime = (uint64_t)((double)ticks->gutime * us_per_tick);
		us->gstime = (uint64_t)((double)ticks->gstime * us_per_tick);
		us->has_split = ticks->has_split;
	}
	if (!ticks->has_gtime || us->has_gtime)
		return;
	us->gtime = (uint64_t)((double)ticks->gtime * us_per_tick);
	us->has_gtime = true;
	sum = us->gutime + us->gstime;
	if (us->has_split && sum > us->gtime && (double)(sum - us->gtime) < us_per_tick)
		us->gtime = sum;
}

/* The last record of a process: the group's, or that of its only thread. */
static bool final_record(const struct taskstats_message *msg, struct taskstats_record *rec)
{
	if (msg->has_group) {
		*rec = msg->group;
		if (msg->has_task) {
			memcpy(rec->comm, msg->task.comm, sizeof(rec->comm));
			rec->process_us = msg->task.process_us;
		}
		return true;
	}
	if (!msg->has_task || !msg->task.group_dead)
		return false;
	*rec = msg->task;
	/* Short of memory the kernel sends no group record: the rest is lost. */
	if (rec->tgid != rec->id) {
		rec->times = (struct cpu_times){ .has_cpu = false };
		rec->id = rec->tgid;
	}
	return true;
}

/* The process with the record's number now, if it can be the one that ended. */
static const struct proc_task *look_at(struct exits *exits, const struct taskstats_record *rec)
{
	uint32_t pid = rec->id;
	const struct proc_select select = { .pids = &pid, .n_pids = 1 };
	const struct proc_scan_options opts = {
		.select = &select, .table = exits->table, .split = exits->split, .peek = true,
	};
	const struct proc_task *task;
	double age;

	if (proc_scan(exits->procfd, &opts, &exits->fresh))
		return NULL;
	task = proc_snapshot_find(&exits->fresh, pid);
	if (!task)
		return NULL;
	/* The process is younger than the record's was at its end: the pid was reused. */
	age = exits->fresh.boottime - (double)task->starttime / exits->hz;
	return age + AGE_SLACK < (double)rec->process_us / 1e6 ? NULL : task;
}

/* The VM that ended; @fresh is dropped if it is another process. */
static struct exits_vm *who_ended(struct exits *exits, const struct taskstats_record *rec,
				  const struct proc_task **fresh)
{
	struct exits_vm *vm = NULL;
	double end;

	if (*fresh)
		vm = find_vm(exits, rec->id, &(*fresh)->starttime);
	if (vm)
		return vm;
	/* A VM and another process have both had the pid: find out which of them ended. */
	vm = find_vm(exits, rec->id, NULL);
	if (!vm || (*fresh && vm->reported))
		return NULL;
	end = (double)vm->starttime / exits->hz + (double)rec->process_us / 1e6;
	if (rec->process_us && end + AGE_SLACK < vm->seen_at)
		return NULL;
	*fresh = NULL;
	return vm;
}

/* When it began and ended: it ended as old as the record says, else just now. */
static void set_end(const struct exits *exits, struct row *row,
		    const struct taskstats_record *rec, const uint64_t *starttime)
{
	double life = (double)rec->process_us / 1e6, now = exits->fresh.boottime, end = now;

	if (!starttime) {
		if (!rec->process_us)
			return;
		set_times(exits, row, &exits->fresh, (uint64_t)((now - life) * exits->hz), now);
	} else {
		if (rec->process_us)
			end = (double)*starttime / exits->hz + life;
		set_times(exits, row, &exits->fresh, *starttime, end < now ? end : now);
	}
	if (rec->process_us)
		row->lifetime = (struct value){ .v = life, .known = true };
}

/* Patterns were matched by the scan, unless it never saw the VM. */
static bool matches(const struct exits *exits, const struct vm_identity *id)
{
	const struct proc_select *select = exits->select;

	return (!select->vm && !select->cgroup) || (id && proc_selected(select, id));
}

/* The first thread of a process ends with the process' exit code. */
static void note_exit_code(struct exits *exits, const struct taskstats_message *msg)
{
	const struct taskstats_record *task = &msg->task;
	struct exits_vm *vm;

	if (!msg->has_task || !task->id || task->id != task->tgid)
		return;
	vm = find_vm(exits, task->id, NULL);
	if (vm && !vm->reported)
		vm->exit_code = (struct value){ .v = task->exit_code, .known = true };
}

void exits_message(void *arg, const struct taskstats_message *msg)
{
	struct exits *exits = arg;
	const struct proc_task *fresh;
	struct taskstats_record rec;
	struct exits_vm *vm;
	struct row row = { .from = FROM_RECORD };

	note_exit_code(exits, msg);
	if (!final_record(msg, &rec) || !rec.id || !selected(exits, rec.id))
		return;

	fresh = look_at(exits, &rec);
	vm = who_ended(exits, &rec, &fresh);
	if (vm && vm->reported)
		return;

	row.pid = rec.id;
	row.tid = rec.id;
	row.times = rec.times;
	if (fresh) {
		complete_times(&row.times, &fresh->times, exits->hz);
	} else if (vm && !row.times.has_cpu) {
		complete_times(&row.times, &vm->times, exits->hz);
		row.from = FROM_PROC;
	}
	if (!vm && !cpu_ran_guest(&row.times))
		return;
	row.split = cpu_split_of(&row.times, 1e-6, CPU_SPLIT_TOTALS);
	row.id = vm ? vm->id : fresh ? fresh->vm : NULL;
	row.vm = row.id ? row.id->name : rec.comm;
	if (vm) {
		row.vcpus = vm->vcpus;
		row.exit_code = vm->exit_code;
	}
	if (!row.exit_code.known && msg->has_task && msg->task.id == rec.id)
		row.exit_code = (struct value){ .v = msg->task.exit_code, .known = true };
	set_end(exits, &row, &rec, vm ? &vm->starttime : fresh ? &fresh->starttime : NULL);
	if (!matches(exits, row.id))
		return;
	exits->emit(exits->arg, &row);

	/* Until it is reaped, /proc shows it still. */
	if (!vm && fresh) {
		vm = add_vm(exits, rec.id, fresh->starttime);
		if (vm)
			vm->id = fresh->vm;
	}
	if (vm) {
		vm->reported = true;
		vm->seen = true;
	}
}

void exits_free(struct exits *exits)
{
	proc_snapshot_free(&exits->scan);
	proc_snapshot_free(&exits->fresh);
	free(exits->vms);
	exits->vms = NULL;
	exits->n = 0;
	exits->room = 0;
}
