/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_PROC_SCAN_H
#define GUESTTIME_PROC_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpu_split.h"
#include "proc_stat.h"
#include "vm_name.h"

/**
 * struct proc_task - one process, or one thread of a process
 * @pid:	process id
 * @tid:	thread id; equals @pid in a process' entry
 * @starttime:	start since boot [ticks]
 * @times:	CPU time; of all threads, dead ones too, in a process' entry [ticks]
 * @vcpus:	threads alive that ran a guest; known if @has_vcpus
 * @vm:		where the VM's name, else the command, begins in the names
 * @comm:	where the command or thread name begins in the names
 */
struct proc_task {
	uint32_t pid;
	uint32_t tid;
	uint64_t starttime;
	struct cpu_times times;
	uint32_t vcpus;
	bool has_vcpus;
	size_t vm;
	size_t comm;
};

struct proc_tasks {
	struct proc_task *v;
	size_t n;
	size_t room;
};

/**
 * struct proc_snapshot - result of one pass over /proc
 * @processes:	all of them, by pid; the names of those that ran no guest are
 *		only there if asked for
 * @threads:	threads of processes that ran a guest, by pid and tid; only if
 *		asked for
 * @names:	all names, each NUL-terminated
 * @denied:	processes whose stat we may not read
 * @monotonic:	when the pass began, CLOCK_MONOTONIC [s]
 * @boottime:	when the pass began, CLOCK_BOOTTIME [s]
 * @split_seen:	some stat line had the split fields
 *
 * Zero-initialise before first use; buffers are kept from one scan to the next.
 */
struct proc_snapshot {
	struct proc_tasks processes;
	struct proc_tasks threads;
	char *names;
	size_t names_len;
	size_t names_room;
	uint32_t denied;
	double monotonic;
	double boottime;
	bool split_seen;
};

/**
 * struct proc_scan_options - what to look at
 * @pid:	only this process, 0 for all
 * @threads:	list threads
 * @all:	treat processes that ran no guest as if they had
 */
struct proc_scan_options {
	uint32_t pid;
	bool threads;
	bool all;
};

/**
 * proc_scan - read /proc once
 * @procfd:	directory file descriptor of /proc
 *
 * Tasks that vanish during the pass are left out.
 *
 * Return: 0; -ENOMEM; -ENOENT if @opts->pid does not exist; another negative
 * errno if the directory or that process cannot be read.
 */
int proc_scan(int procfd, const struct proc_scan_options *opts, struct proc_snapshot *snap);

/** proc_snapshot_find - the process' entry, NULL if there is none */
const struct proc_task *proc_snapshot_find(const struct proc_snapshot *snap, uint32_t pid);

/** proc_snapshot_find_thread - the thread's entry, NULL if there is none */
const struct proc_task *proc_snapshot_find_thread(const struct proc_snapshot *snap, uint32_t pid,
						  uint32_t tid);

void proc_snapshot_free(struct proc_snapshot *snap);

/**
 * proc_tgid_of - which process does this task belong to?
 *
 * Return: 0 and @tgid; or a negative errno, -ENOENT if there is no such task.
 */
int proc_tgid_of(int procfd, uint32_t tid, uint32_t *tgid);

/** proc_times - the CPU times of a decoded stat line [ticks] */
struct cpu_times proc_times(const struct proc_stat *st);

#endif
