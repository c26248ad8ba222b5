// SPDX-License-Identifier: GPL-2.0-only
/* VMs that end: exit records joined with what /proc knew. */
#include "exits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FROM_RECORD	"record"	/* an exit record: final values */
#define FROM_PROC	"proc"		/* last seen in /proc: lower bounds */

/**
 * struct exits_vm - a VM we know
 * @times:	last seen [ticks]
 * @seen:	in the last scan
 * @reported:	its end was reported; it waits to be reaped
 */
struct exits_vm {
	uint32_t pid;
	uint64_t starttime;
	struct cpu_times times;
	struct value vcpus;
	bool seen;
	bool reported;
	char name[VM_NAME_MAX + 1];
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

	if (exits->n == exits->room) {
		size_t room = exits->room ? exits->room * 2 : 16;

		vm = reallocarray(exits->vms, room, sizeof(*vm));
		if (!vm)
			return NULL;
		exits->vms = vm;
		exits->room = room;
	}
	vm = memset(&exits->vms[exits->n++], 0, sizeof(*vm));
	vm->pid = pid;
	vm->starttime = starttime;
	return vm;
}

static void set_name(struct exits_vm *vm, const char *name)
{
	size_t len = strnlen(name, VM_NAME_MAX);

	memcpy(vm->name, name, len);
	vm->name[len] = '\0';
}

static bool selected(const struct exits *exits, uint32_t pid)
{
	return !exits->pid || exits->pid == pid;
}

int exits_scan(struct exits *exits)
{
	static const struct proc_scan_options opts;
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
			set_name(vm, exits->scan.names + task->vm);
		}
		vm->seen = true;
		vm->times = task->times;
		/* A process that is ending has lost its threads and its name. */
		if (!task->has_vcpus || (!task->vcpus && vm->vcpus.known))
			continue;
		vm->vcpus = (struct value){ .v = task->vcpus, .known = true };
		set_name(vm, exits->scan.names + task->vm);
	}
	return 0;
}

static void report_last_seen(struct exits *exits, struct exits_vm *vm)
{
	struct row row = {
		.pid = vm->pid,
		.tid = vm->pid,
		.vm = vm->name,
		.from = FROM_PROC,
		.vcpus = vm->vcpus,
		.times = vm->times,
	};

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
	if (!ticks->has_gtime)
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
		if (msg->has_task)
			memcpy(rec->comm, msg->task.comm, sizeof(rec->comm));
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

void exits_message(void *arg, const struct taskstats_message *msg)
{
	struct exits *exits = arg;
	struct proc_scan_options opts = { 0 };
	const struct proc_task *fresh = NULL;
	struct taskstats_record rec;
	struct exits_vm *vm;
	struct row row = { .from = FROM_RECORD };

	if (!final_record(msg, &rec) || !rec.id || !selected(exits, rec.id))
		return;

	opts.pid = rec.id;
	if (!proc_scan(exits->procfd, &opts, &exits->fresh))
		fresh = proc_snapshot_find(&exits->fresh, rec.id);
	vm = find_vm(exits, rec.id, fresh ? &fresh->starttime : NULL);
	if (vm && vm->reported)
		return;

	row.pid = rec.id;
	row.tid = rec.id;
	row.times = rec.times;
	if (fresh)
		complete_times(&row.times, &fresh->times, exits->hz);
	if (!vm && !cpu_ran_guest(&row.times))
		return;
	row.split = cpu_split_of(&row.times, 1e-6, CPU_SPLIT_TOTALS);
	row.vm = vm ? vm->name : fresh ? exits->fresh.names + fresh->vm : rec.comm;
	if (vm)
		row.vcpus = vm->vcpus;
	exits->emit(exits->arg, &row);

	/* Until it is reaped, /proc shows it still. */
	if (!vm && fresh)
		vm = add_vm(exits, rec.id, fresh->starttime);
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
