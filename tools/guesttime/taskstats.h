/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_TASKSTATS_H
#define GUESTTIME_TASKSTATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpu_split.h"

#define TASKSTATS_COMM_MAX	31

/**
 * struct taskstats_record - what we use of one struct taskstats
 * @id:		pid or tgid the kernel put beside the struct
 * @version:	version the struct claims
 * @self_pid:	pid inside the struct; 0 in a group's record
 * @comm:	command name; empty in a group's record
 * @tgid:	process the task belongs to, 0 if not known
 * @group_dead:	this was the last thread of its process
 * @exit_code:	as wait(2) has it; of a process in the record of its first thread
 * @process_us:	how long the process lived, 0 if not known [us]
 * @times:	microseconds
 */
struct taskstats_record {
	uint32_t id;
	uint16_t version;
	uint32_t self_pid;
	char comm[TASKSTATS_COMM_MAX + 1];
	uint32_t tgid;
	bool group_dead;
	uint32_t exit_code;
	uint64_t process_us;
	struct cpu_times times;
};

enum taskstats_kind {
	TASKSTATS_STATS,	/* records */
	TASKSTATS_ACK,		/* answer to a request: @error */
	TASKSTATS_NONE,		/* a message that is not for us */
};

/**
 * struct taskstats_message - one netlink message
 * @kind:	what it is
 * @seq:	sequence number, as in the request for TASKSTATS_ACK
 * @error:	for TASKSTATS_ACK: 0 or a negative errno
 * @task:	a task's record, if @has_task
 * @group:	its process' record, if @has_group
 */
struct taskstats_message {
	enum taskstats_kind kind;
	uint32_t seq;
	int error;
	bool has_task;
	bool has_group;
	struct taskstats_record task;
	struct taskstats_record group;
};

/**
 * taskstats_decode - decode the first netlink message in a buffer
 * @buf:	bytes received; any alignment
 * @len:	how many
 * @family:	netlink message type of the TASKSTATS family
 * @split:	the kernel splits guest time (feature.h): the version alone does not
 *		tell, since another kernel may take it for another layout
 * @msg:	result; unspecified on error
 * @used:	bytes to skip to reach the next message
 *
 * A struct of a version or length we do not know is no error: its times are
 * marked unknown.
 *
 * Return: 0, or -EBADMSG if a length inside contradicts the one around it.
 */
int taskstats_decode(const void *buf, size_t len, uint16_t family, bool split,
		     struct taskstats_message *msg, size_t *used);

#endif
