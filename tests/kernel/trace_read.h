/* SPDX-License-Identifier: GPL-2.0-only */
/* The tracepoint guest_cputime:guest_cputime_charge, by tracefs. */
#ifndef TESTS_TRACE_READ_H
#define TESTS_TRACE_READ_H

#include <sys/types.h>

#define TRACEFS		"/sys/kernel/tracing/"
#define TRACE_EVENT	TRACEFS "events/guest_cputime/guest_cputime_charge/"

/**
 * struct charges - the events of a thread
 * @count:  their number
 * @user:   sum of the nanoseconds charged to user
 * @system: sum of the nanoseconds charged to system
 */
struct charges {
	long count;
	long long user;
	long long system;
};

/* Start with an empty trace, and stop; a failure ends the test program. */
void trace_start(void);
void trace_stop(void);

/* End the test program if a line of the trace says that events were lost. */
void trace_check(const char *line);

/*
 * Sum up the events of @tid in the trace, or of all threads if it is 0.  Lost events end the test
 * program.
 */
struct charges read_trace(pid_t tid);

#endif /* TESTS_TRACE_READ_H */
