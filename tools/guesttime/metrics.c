// SPDX-License-Identifier: GPL-2.0-only
/* A snapshot of /proc to labelled counters that never fall. */
#include "metrics.h"

#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "escape.h"
#include "grow.h"
#include "vm_cmdline.h"

/* vm="...",uuid="..." */
#define LABELS_ROOM	(2 * ESCAPE_ROOM(VM_NAME_MAX) + 64)

double metrics_boot_time(void)
{
	struct timespec now, since;

	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &since);
	return (double)(now.tv_sec - since.tv_sec) + (double)(now.tv_nsec - since.tv_nsec) / 1e9;
}

static double start_of(const struct proc_task *task, const struct metrics_options *opts)
{
	return opts->boot + (double)task->starttime / opts->hz;
}

static void take_reading(struct mark *mark, const struct cpu_times *t, double hz)
{
	if (t->has_split) {
		mark_raise(mark, MARK_GUEST_USER, (double)t->gutime / hz);
		mark_raise(mark, MARK_GUEST_SYSTEM, (double)t->gstime / hz);
	}
	if (t->has_gtime)
		mark_raise(mark, MARK_GUEST, (double)t->gtime / hz);
	if (t->has_cpu) {
		mark_raise(mark, MARK_CPU, ((double)t->utime + (double)t->stime) / hz);
		mark_raise(mark, MARK_HOST_SYSTEM, (double)t->stime / hz);
	}
}

static int compare_age(const void *a, const void *b)
{
	const struct metrics_vm *s = a, *t = b;

	if (s->task->starttime != t->task->starttime)
		return s->task->starttime < t->task->starttime ? -1 : 1;
	return (s->task->pid > t->task->pid) - (s->task->pid < t->task->pid);
}

/* Oldest first, so that the limit never cuts a VM that was shown before. */
static int list_vms(struct metrics *metrics, const struct proc_snapshot *snap,
		    const struct metrics_options *opts)
{
	size_t i, most = opts->max_series / METRICS_VM_SERIES;

	metrics->vms_n = 0;
	for (i = 0; i < snap->processes.n; i++) {
		const struct proc_task *task = &snap->processes.v[i];
		struct metrics_vm vm = {
			.task = task,
			.vcpus = task->has_vcpus ? (double)task->vcpus : -1,
		};

		if (!cpu_ran_guest(&task->times) || !task->vm)
			continue;
		vm.id = task->vm;
		if (grow(&metrics->vms, &metrics->vms_room, metrics->vms_n + 1, sizeof(vm)))
			return -ENOMEM;
		metrics->vms[metrics->vms_n++] = vm;
	}
	if (metrics->vms_n)
		qsort(metrics->vms, metrics->vms_n, sizeof(*metrics->vms), compare_age);
	metrics->series_cut = 0;
	if (opts->max_series && metrics->vms_n > most) {
		metrics->series_cut = (metrics->vms_n - most) * METRICS_VM_SERIES;
		metrics->vms_n = most;
	}
	return 0;
}

/* A second "web" is shown as "web#4711". A VM whose own name looks like that gets a number, too. */
static bool looks_numbered(const char *name)
{
	const char *number = strrchr(name, '#');

	return number && number[1] && !number[1 + strspn(number + 1, "0123456789")];
}

static void vm_labels(const struct metrics_vm *vm, bool alone, char labels[LABELS_ROOM])
{
	char name[ESCAPE_ROOM(VM_NAME_MAX)], uuid[ESCAPE_ROOM(VM_UUID_LEN)], number[16] = "";

	escape_prometheus(vm->id->name, name, sizeof(name));
	escape_prometheus(vm->id->uuid, uuid, sizeof(uuid));
	if (!alone || looks_numbered(vm->id->name))
		snprintf(number, sizeof(number), "#%u", vm->task->pid);
	snprintf(labels, LABELS_ROOM, "vm=\"%s%s\",uuid=\"%s\"", name, number, uuid);
}

static int compare_labels(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Give the mark these labels if no VM has them: 1 if so, 0 if not, or -ENOMEM. */
static int claim(void **used, struct mark *mark, const char *labels)
{
	char *copy = strdup(labels), **node;

	node = copy ? tsearch(copy, used, compare_labels) : NULL;
	if (!node || *node != copy) {
		free(copy);
		return node ? 0 : -ENOMEM;
	}
	free(mark->labels);
	mark->labels = copy;
	return 1;
}

/* A VM keeps its labels of the round before, if they still name it. */
static int claim_again(void **used, const struct metrics_vm *vm)
{
	struct mark *mark = vm->mark;
	char labels[LABELS_ROOM];
	int alone;

	for (alone = 1; mark->labels && alone >= 0; alone--) {
		vm_labels(vm, alone, labels);
		if (!strcmp(mark->labels, labels))
			return claim(used, mark, labels);
	}
	return 0;
}

static int claim_new(void **used, const struct metrics_vm *vm)
{
	char labels[LABELS_ROOM];
	int rc;

	vm_labels(vm, true, labels);
	rc = claim(used, vm->mark, labels);
	if (rc)
		return rc;
	vm_labels(vm, false, labels);
	return claim(used, vm->mark, labels);
}

static void keep(void *labels)
{
	(void)labels;
}

static int name_vms(struct metrics *metrics)
{
	void *used = NULL;
	int rc = 0;
	size_t i;

	for (i = 0; rc >= 0 && i < metrics->vms_n; i++) {
		rc = claim_again(&used, &metrics->vms[i]);
		metrics->vms[i].named = rc > 0;
	}
	for (i = 0; rc >= 0 && i < metrics->vms_n; i++) {
		if (!metrics->vms[i].named)
			rc = claim_new(&used, &metrics->vms[i]);
	}
	tdestroy(used, keep);
	return rc < 0 ? rc : 0;
}

static int add_vcpu(struct metrics *metrics, const struct metrics_vm *vm,
		    const struct proc_task *thread, unsigned int index,
		    const struct metrics_options *opts)
{
	struct mark *mark = marks_get(&metrics->marks, thread->pid, thread->tid,
				      start_of(thread, opts));

	if (!mark || grow(&metrics->vcpus, &metrics->vcpus_room, metrics->vcpus_n + 1, sizeof(mark)))
		return -ENOMEM;
	free(mark->labels);
	if (asprintf(&mark->labels, "%s,vcpu=\"%u\"", vm->mark->labels, index) < 0) {
		mark->labels = NULL;
		return -ENOMEM;
	}
	take_reading(mark, &thread->times, opts->hz);
	metrics->vcpus[metrics->vcpus_n++] = mark;
	return 0;
}

static size_t first_thread(const struct proc_snapshot *snap, uint32_t pid)
{
	size_t low = 0, high = snap->threads.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (snap->threads.v[middle].pid < pid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Threads whose number is taken by an earlier one (threads name themselves) are left out. */
static int list_vcpus(struct metrics *metrics, const struct proc_snapshot *snap,
		      const struct metrics_vm *vm, const struct metrics_options *opts)
{
	static unsigned char taken[65536 / 8];
	size_t i = first_thread(snap, vm->task->pid);

	memset(taken, 0, sizeof(taken));
	for (; i < snap->threads.n && snap->threads.v[i].pid == vm->task->pid; i++) {
		const struct proc_task *thread = &snap->threads.v[i];
		unsigned int index = (unsigned int)thread->vcpu;
		int rc;

		/* Other threads have -1. */
		if (index >= 65536 || taken[index / 8] & 1u << index % 8)
			continue;
		taken[index / 8] |= (unsigned char)(1u << index % 8);
		if (opts->max_series && metrics->vms_n * METRICS_VM_SERIES +
		    (metrics->vcpus_n + 1) * METRICS_VCPU_SERIES > opts->max_series) {
			metrics->series_cut += METRICS_VCPU_SERIES;
			continue;
		}
		rc = add_vcpu(metrics, vm, thread, index, opts);
		if (rc)
			return rc;
	}
	return 0;
}

int metrics_update(struct metrics *metrics, const struct proc_snapshot *snap,
		   const struct metrics_options *opts)
{
	size_t i;
	int rc;

	metrics->vcpus_n = 0;
	metrics->per_vcpu = opts->per_vcpu;
	metrics->max_series = opts->max_series;
	rc = list_vms(metrics, snap, opts);
	for (i = 0; !rc && i < metrics->vms_n; i++) {
		struct metrics_vm *vm = &metrics->vms[i];

		vm->mark = marks_get(&metrics->marks, vm->task->pid, 0, start_of(vm->task, opts));
		if (!vm->mark)
			rc = -ENOMEM;
		else
			take_reading(vm->mark, &vm->task->times, opts->hz);
	}
	if (!rc)
		rc = name_vms(metrics);
	for (i = 0; !rc && opts->per_vcpu && i < metrics->vms_n; i++)
		rc = list_vcpus(metrics, snap, &metrics->vms[i], opts);
	if (rc) {
		metrics->vms_n = 0;
		metrics->vcpus_n = 0;
	}
	marks_end_round(&metrics->marks, !rc);
	return rc;
}

void metrics_free(struct metrics *metrics)
{
	marks_free(&metrics->marks);
	free(metrics->vms);
	free(metrics->vcpus);
	memset(metrics, 0, sizeof(*metrics));
}
