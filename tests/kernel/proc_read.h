/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads the files of /proc that the feature changes. */
#ifndef TESTS_PROC_READ_H
#define TESTS_PROC_READ_H

#include <stdbool.h>
#include <sys/types.h>

/* Fields of /proc/<pid>/stat, numbered as in proc(5). */
#define STAT_FIELDS		56

/* Columns of a cpu line of /proc/stat, after the name. */
#define CPU_COLUMNS		12

#define MAX_CPU_LINES		9

/**
 * struct stat_times - the times of a line of /proc/<pid>/stat, in clock ticks
 * @fields:  how many fields the line has
 * @ppid:    field 4, the parent
 * @start:   field 22, when it started
 * @utime:   field 14, which includes guest time
 * @stime:   field 15
 * @gtime:   field 43
 * @cgtime:  field 44
 * @gutime:  field 53
 * @gstime:  field 54
 * @cgutime: field 55
 * @cgstime: field 56
 */
struct stat_times {
	int fields;
	pid_t ppid;
	long long start;
	long long utime;
	long long stime;
	long long gtime;
	long long cgtime;
	long long gutime;
	long long gstime;
	long long cgutime;
	long long cgstime;
};

/**
 * struct status_times - GuestUser and GuestSystem of status, in microseconds
 * @guest_user:   guest user time
 * @guest_system: guest system time
 */
struct status_times {
	long long guest_user;
	long long guest_system;
};

static inline long long classified(struct status_times times)
{
	return times.guest_user + times.guest_system;
}

static inline struct status_times status_since(struct status_times now, struct status_times then)
{
	return (struct status_times){
		.guest_user = now.guest_user - then.guest_user,
		.guest_system = now.guest_system - then.guest_system,
	};
}

/* The share of guest user in classified time, in percent. */
static inline double user_share(struct status_times times)
{
	return 100.0 * times.guest_user / classified(times);
}

/**
 * struct cpu_times - a cpu line of /proc/stat, in clock ticks
 * @cpu:          its number, -1 for the line of all
 * @columns:      how many numbers the line has
 * @guest:        guest time
 * @guest_nice:   guest time of niced tasks
 * @guest_user:   guest user time
 * @guest_system: guest system time
 */
struct cpu_times {
	int cpu;
	int columns;
	long long guest;
	long long guest_nice;
	long long guest_user;
	long long guest_system;
};

/*
 * These functions read a file once, and parse no more than it has.  A failure ends the test
 * program.  With a @tid of 0 the file is that of the process, else that of the thread.
 */
struct stat_times read_stat(pid_t pid, pid_t tid);
struct status_times read_status(pid_t pid, pid_t tid);

/* The same for tasks that may end: false if the task has gone. */
bool try_read_stat(pid_t pid, pid_t tid, struct stat_times *stat);
bool try_read_status(pid_t pid, pid_t tid, struct status_times *times);

/* Read the lines "cpu", "cpu0" and so on.  Returns their number. */
int read_cpus(struct cpu_times *lines);

/* Whether the name of the thread begins with @comm; false if the thread has gone. */
bool has_comm(pid_t pid, pid_t tid, const char *comm);

/*
 * Find the threads of a process whose names begin with @comm, oldest first.  Returns their
 * number, 0 if the process has gone.
 */
int read_threads(pid_t pid, const char *comm, pid_t *tids, int max);

#endif /* TESTS_PROC_READ_H */
