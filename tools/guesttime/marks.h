/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_MARKS_H
#define GUESTTIME_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The counters of a VM or a vCPU, in the order of output. */
enum mark_time {
	MARK_GUEST_USER,
	MARK_GUEST_SYSTEM,
	MARK_GUEST,
	MARK_CPU,
	MARK_HOST_SYSTEM,
	MARK_TIMES,
};

/**
 * struct mark - one VM or vCPU: its labels, and the highest reading of each counter
 * @pid:	process
 * @tid:	thread of a vCPU, 0 for the VM
 * @start:	start of the task, seconds since 1970, as first computed
 * @labels:	inside of the braces, escaped; NULL until the caller names it
 * @seconds:	highest readings, with @base
 * @base:	time of helpers that have ended, which readings no longer have
 * @known:	this reading had the counter
 *
 * A reading of /proc may fall by a tick. Prometheus takes a falling counter for
 * a restart and adds its whole value once more. It falls by more when a kernel
 * thread ends that worked for the VM.
 */
struct mark {
	uint32_t pid;
	uint32_t tid;
	double start;
	char *labels;
	double seconds[MARK_TIMES];
	double base[MARK_TIMES];
	bool known[MARK_TIMES];
	bool seen;
};

/* Zero-initialise before first use; marks_free() when done. */
struct marks {
	struct mark **v;
	size_t n;
	size_t sorted;
	size_t room;
};

/**
 * marks_get - the mark of a task, a new one if there is none
 * @start:	start of the task; a mark of another start is another task's
 *
 * The mark counts as seen in this round. Return: NULL if memory is short.
 */
struct mark *marks_get(struct marks *marks, uint32_t pid, uint32_t tid, double start);

/** mark_raise - note a reading; the mark never falls, and rises by what readings do */
void mark_raise(struct mark *mark, enum mark_time time, double seconds);

/** marks_end_round - forget tasks that a @complete round has not seen */
void marks_end_round(struct marks *marks, bool complete);

/**
 * marks_read - take the marks of VMs from a file in the text format
 *
 * Lines that guesttime did not write are ignored. The file has no bases: where a helper
 * has ended, its counters stand still until the readings have caught up. Return: 0, -ENOMEM, or
 * another negative errno if reading fails.
 */
int marks_read(struct marks *marks, FILE *in);

void marks_free(struct marks *marks);

#endif
