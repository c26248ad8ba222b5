/* SPDX-License-Identifier: GPL-2.0-only */
/* Checks the invariants of all exports while a stress test runs. */
#ifndef TESTS_WATCH_H
#define TESTS_WATCH_H

/*
 * For helper_start(): read /proc/stat, and of all tasks stat, status and taskstats, again
 * and again, until figures->stop.
 */
void watch(void);

/**
 * struct ledger - the guest time of the machine, and of the children of a process
 * @guest:    all guest time in /proc/stat, in clock ticks
 * @user:     guest user time
 * @system:   guest system time
 * @children: the same of the children that the process reaped
 */
struct ledger {
	long long guest;
	long long user;
	long long system;
	struct {
		long long guest;
		long long user;
		long long system;
	} children;
};

struct ledger ledger_read(void);

/*
 * All guest time since @start must be that of VMMs that the caller has reaped, itself or through
 * children: no time is lost, none is there twice.
 */
void ledger_check(const struct ledger *start);

#endif /* TESTS_WATCH_H */
