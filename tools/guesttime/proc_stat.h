/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_PROC_STAT_H
#define GUESTTIME_PROC_STAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longer than any name the kernel prints in a stat line (64 for kworkers). */
#define PROC_STAT_COMM_MAX	64

/* A stat line is shorter than this: 55 numbers of 20 digits and the name. */
#define PROC_STAT_LINE_MAX	2048

/**
 * struct proc_stat - what we use of one /proc/<pid>/stat line
 * @pid:	first field; the thread id in a task/<tid>/stat file
 * @comm:	command name as the kernel has it: any byte but NUL
 * @flags:	PF_* of the kernel
 * @num_threads: threads alive in the process
 * @utime:	user time, guest time included [ticks]
 * @stime:	system time [ticks]
 * @starttime:	start of the task since boot [ticks]
 * @gtime:	guest time [ticks]; valid if @has_gtime
 * @gutime:	field 53, guest user time on a kernel that has the feature [ticks]
 * @gstime:	field 54, guest system time on such a kernel [ticks]
 * @has_gtime:	the line reaches field 43
 * @has_split:	the line reaches field 56; whether @gutime and @gstime are what
 *		they are called is for the caller to know (feature.h)
 */
struct proc_stat {
	uint32_t pid;
	char comm[PROC_STAT_COMM_MAX + 1];
	uint64_t flags;
	uint64_t num_threads;
	uint64_t utime;
	uint64_t stime;
	uint64_t starttime;
	uint64_t gtime;
	uint64_t gutime;
	uint64_t gstime;
	bool has_gtime;
	bool has_split;
};

/**
 * proc_stat_decode - decode one stat line
 * @buf:	bytes as read; need not be terminated
 * @len:	how many
 * @st:		result; unspecified on error
 *
 * Fields beyond the 56th are ignored.
 *
 * Return: 0; -EMSGSIZE if the line is cut (its last byte is not a newline);
 * -EBADMSG if it is not a stat line or a number does not fit 64 bits.
 */
int proc_stat_decode(const char *buf, size_t len, struct proc_stat *st);

/**
 * proc_stat_owner - the process that a kernel thread works for
 * @owner:	its pid
 *
 * Before Linux 6.4 the vhost threads of a VM are kernel threads, named after it; so are
 * the emulated timers' still. Return: false if this is no such thread.
 */
bool proc_stat_owner(const struct proc_stat *st, uint32_t *owner);

/**
 * proc_schedstat_wait - decode /proc/<pid>/schedstat
 * @ns:		how long the task waited for a CPU
 *
 * Return: false if it is not such a line, or cut.
 */
bool proc_schedstat_wait(const char *buf, size_t len, uint64_t *ns);

#endif
