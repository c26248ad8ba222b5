/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_EXITS_H
#define GUESTTIME_EXITS_H

#include "proc_scan.h"
#include "row.h"
#include "taskstats.h"

/** exits_emit - called for each VM that ended; @row lives until it returns */
typedef void (*exits_emit)(void *arg, const struct row *row);

struct exits_vm;

/**
 * struct exits - who runs, who ended
 *
 * Exit records say what a process used, but neither its guest time nor what
 * the VM was called. /proc says both as long as the process is there: it still
 * is when a record arrives, unless we are slow. A VM that goes without a record
 * (none are to be had, or some were lost) is reported with the times last seen.
 *
 * By the time a record is read, another process may have the pid of the record's process.
 * Start times tell the two apart.
 *
 * Set the members before the list of VMs, zero the rest; exits_free() when done.
 *
 * @procfd:	directory file descriptor of /proc
 * @hz:		ticks per second
 * @split:	the kernel splits guest time
 * @select:	which processes
 * @table:	where identities of VMs are kept
 */
struct exits {
	int procfd;
	double hz;
	bool split;
	const struct proc_select *select;
	struct vm_table *table;
	exits_emit emit;
	void *arg;

	struct exits_vm *vms;
	size_t n;
	size_t room;
	struct proc_snapshot scan;
	struct proc_snapshot fresh;
};

/**
 * exits_scan - note the VMs in /proc and their times
 *
 * Return: 0 or a negative errno.
 */
int exits_scan(struct exits *exits);

/** exits_message - handle records; has the signature of netlink_handler */
void exits_message(void *exits, const struct taskstats_message *msg);

/**
 * exits_report_vanished - report VMs the last scan missed, no record came for
 *
 * To be called after exits_scan() and after all records that had arrived by
 * then were handled: a record is queued before its process leaves /proc.
 */
void exits_report_vanished(struct exits *exits);

void exits_free(struct exits *exits);

#endif
