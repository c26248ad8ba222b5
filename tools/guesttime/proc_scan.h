/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_PROC_SCAN_H
#define GUESTTIME_PROC_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpu_split.h"
#include "proc_stat.h"
#include "vm_table.h"

/**
 * struct proc_task - one process, or one thread of a process
 * @pid:	process id
 * @tid:	thread id; equals @pid in a process' entry
 * @starttime:	start since boot [ticks]
 * @times:	CPU time; of all threads, dead ones and helpers too, in a process' entry
 *		[ticks]
 * @wait_ns:	time the thread, or all vCPU threads of the process, waited for a
 *		CPU [ns]; known if @has_wait
 * @vcpus:	vCPUs of a process; known if @has_vcpus
 * @vcpu:	a thread's index among the vCPUs, -1 if it is another thread
 * @vm:		who it is; NULL for a process that ran no guest, unless asked for
 * @comm:	where the command or thread name begins in the names
 */
struct proc_task {
	uint32_t pid;
	uint32_t tid;
	uint64_t starttime;
	struct cpu_times times;
	uint64_t wait_ns;
	uint32_t vcpus;
	int32_t vcpu;
	bool has_vcpus;
	bool has_wait;
	const struct vm_identity *vm;
	size_t comm;
};

struct proc_tasks {
	struct proc_task *v;
	size_t n;
	size_t room;
};

/**
 * struct proc_snapshot - result of one pass over /proc
 * @processes:	all of them, by pid; without those that ran a guest but were not
 *		selected
 * @threads:	threads of processes that ran a guest, by pid and tid; only if
 *		asked for
 * @helpers:	kernel threads that work for a process: @pid is that one's
 * @names:	all commands, each NUL-terminated
 * @denied:	processes whose stat we may not read
 * @monotonic:	when the pass began, CLOCK_MONOTONIC [s]
 * @boottime:	when the pass began, CLOCK_BOOTTIME [s]
 * @realtime:	when the pass began, CLOCK_REALTIME [s]
 *
 * Zero-initialise before first use; buffers are kept from one scan to the next.
 */
struct proc_snapshot {
	struct proc_tasks processes;
	struct proc_tasks threads;
	struct proc_tasks helpers;
	char *names;
	size_t names_len;
	size_t names_room;
	uint32_t denied;
	double monotonic;
	double boottime;
	double realtime;
};

/**
 * struct proc_select - which processes; all of them if zeroed
 * @pids:	these
 * @n_pids:	how many; 0 for any
 * @vm:		VMs whose name or uuid matches this pattern, NULL for any
 * @cgroup:	VMs in this cgroup or below it, NULL for any
 */
struct proc_select {
	uint32_t *pids;
	size_t n_pids;
	const char *vm;
	const char *cgroup;
};

/**
 * struct proc_closely - VMs whose threads are looked at
 * @all:	every VM
 * @pids:	else these, ascending
 * @n:		how many
 * @room:	for the owner of @pids
 */
struct proc_closely {
	bool all;
	uint32_t *pids;
	size_t n;
	size_t room;
};

/**
 * struct proc_scan_options - what to look at
 * @select:	which processes
 * @table:	where identities of VMs are kept
 * @split:	the kernel splits guest time: fields 53 and 54 count
 * @threads:	list threads
 * @all:	treat processes that ran no guest as if they had
 * @wait:	read how long threads waited for a CPU
 * @closely:	@threads and @wait are for these VMs; NULL for all
 * @peek:	no pass of its own: identities not seen in it are kept
 */
struct proc_scan_options {
	const struct proc_select *select;
	struct vm_table *table;
	bool split;
	bool threads;
	bool all;
	bool wait;
	const struct proc_closely *closely;
	bool peek;
};

/**
 * proc_scan - read /proc once
 * @procfd:	directory file descriptor of /proc
 *
 * Tasks that vanish during the pass are left out.
 *
 * Return: 0; -ENOMEM; -ENOENT if processes were asked for by number and none of them
 * exists; another negative errno if the directory, or the only process asked for,
 * cannot be read.
 */
int proc_scan(int procfd, const struct proc_scan_options *opts, struct proc_snapshot *snap);

/** proc_selected - do the patterns of @select match? */
bool proc_selected(const struct proc_select *select, const struct vm_identity *vm);

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

#endif
