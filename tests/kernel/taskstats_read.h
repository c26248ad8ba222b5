/* SPDX-License-Identifier: GPL-2.0-only */
/* taskstats over netlink, with libnl. */
#ifndef TESTS_TASKSTATS_READ_H
#define TESTS_TASKSTATS_READ_H

#include <linux/taskstats.h>
#include <stdbool.h>
#include <sys/types.h>

struct nl_sock;

/**
 * struct taskstats_record - a taskstats record
 * @id:    the TID, or for a thread group the TGID
 * @group: it is the record of a thread group
 * @len:   length of the kernel's struct, in bytes
 * @stats: the struct
 */
struct taskstats_record {
	pid_t id;
	int group;
	int len;
	struct taskstats stats;
};

/*
 * Ask for a thread (TASKSTATS_CMD_ATTR_PID) or a thread group
 * (TASKSTATS_CMD_ATTR_TGID).  A failure ends the test program.
 */
struct taskstats_record taskstats_get(int attr, pid_t id);

/* The same for tasks that may end, by one socket: false if the task has gone. */
struct nl_sock *taskstats_open(void);
bool taskstats_query(struct nl_sock *sock, int attr, pid_t id, struct taskstats_record *record);

/* Ask, and leave the answer in the socket. */
struct nl_sock *taskstats_ask(int attr, pid_t id);

/* Whether a command is allowed, or EPERM; another failure ends the test program. */
bool taskstats_allowed(int attr, const void *data, int len);

/* Listen for exit records of all CPUs; close with taskstats_close(). */
struct nl_sock *taskstats_listen(void);
void taskstats_close(struct nl_sock *sock);

/* Wait for the next exit records.  Returns the number that came at once, at most @max. */
int taskstats_next(struct nl_sock *sock, struct taskstats_record *records, int max);

#endif /* TESTS_TASKSTATS_READ_H */
