/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_ROW_H
#define GUESTTIME_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpu_split.h"
#include "proc_scan.h"

/**
 * struct row - one line of output, whatever its format
 * @pid:	process id
 * @tid:	thread id, or @pid in a process' line
 * @vm:		VM name, else command; raw bytes
 * @thread:	thread name; raw bytes
 * @from:	for an exit: where the numbers come from
 * @id:		all that is known of the VM, or NULL
 * @vcpus:	a process' vCPUs
 * @vcpu:	a thread's index; unknown for a helper thread
 * @split:	seconds, or percent of one CPU
 * @wait:	waiting for a CPU, like @split
 * @times:	the counters @split comes from
 * @scale:	seconds per unit of @times; 0 if @split is no total
 * @start_time:	of the process [s since the epoch]
 * @end_time:	for an exit, as the next two [s since the epoch]
 * @lifetime:	[s]
 * @exit_code:	as wait(2) has it
 */
struct row {
	uint32_t pid;
	uint32_t tid;
	const char *vm;
	const char *thread;
	const char *from;
	const struct vm_identity *id;
	struct value vcpus;
	struct value vcpu;
	struct cpu_split split;
	struct value wait;
	struct cpu_times times;
	double scale;
	struct value start_time;
	struct value end_time;
	struct value lifetime;
	struct value exit_code;
};

/* Zero-initialise before first use; rows_free() when done. */
struct rows {
	struct row *v;
	size_t n;
	size_t room;
};

/**
 * struct row_options - which rows to make
 * @threads:	one for each thread instead of one for each process
 * @all:	also for what ran no guest
 * @hz:		ticks per second of the snapshots
 */
struct row_options {
	bool threads;
	bool all;
	double hz;
};

/** rows_add - append a zeroed row; NULL if memory is short */
struct row *rows_add(struct rows *rows);

/**
 * rows_from_totals - rows of a snapshot, in seconds
 *
 * Rows point into @snap. Return: 0 or -ENOMEM.
 */
int rows_from_totals(struct rows *rows, const struct proc_snapshot *snap,
		     const struct row_options *opts);

/**
 * rows_from_rates - rows of the time between two snapshots, in percent of a CPU
 *
 * A task that was there before but not in @before (a thread of a process that
 * had run no guest) gets no row: its use in the interval is not known. One that
 * began since counts from zero. Rows point into @now. Return: 0 or -ENOMEM.
 */
int rows_from_rates(struct rows *rows, const struct proc_snapshot *before,
		    const struct proc_snapshot *now, const struct row_options *opts);

/** rows_select - keep those, each with an identity, that the patterns of @select match */
void rows_select(struct rows *rows, const struct proc_select *select);

void rows_free(struct rows *rows);

#endif
