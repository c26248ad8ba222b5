/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cgroups (version 2) with VMs in them.  A name is a path below the root, which is "".  A
 * failure ends the test program.
 */
#ifndef TESTS_CGROUP_READ_H
#define TESTS_CGROUP_READ_H

#include <stddef.h>

#include "vm.h"

/**
 * struct cgroup_times - guest time in cpu.stat, in microseconds
 * @guest:        guest_usec
 * @guest_user:   guest_user_usec
 * @guest_system: guest_system_usec
 */
struct cgroup_times {
	long long guest;
	long long guest_user;
	long long guest_system;
};

void cgroup_mount(void);
void cgroup_unmount(void);

/* Make a cgroup and its parents. Empty ones are made anew: a failed test may have left them. */
void cgroup_make(const char *name);
void cgroup_remove(const char *name);

int cgroup_open(const char *name, const char *file, int flags);

/* Write @text to a file of the cgroup. */
void cgroup_write(const char *name, const char *file, const char *text);

/* Move process @pid (0: the caller) to the cgroup, or thread @tid to a threaded cgroup. */
void cgroup_move(pid_t pid, const char *name);
void cgroup_move_thread(pid_t tid, const char *name);

/* The thread in the cgroup whose name begins with @comm; 0 if there is none. */
pid_t cgroup_find_thread(const char *name, const char *comm);

/* The text of cpu.stat. */
void cgroup_read_file(const char *name, char *buf, size_t size);

struct cgroup_times cgroup_read(const char *name);

/*
 * Read the times @reads times.  Returns how many of these had nothing unclassified; -1 if the
 * parts exceeded guest time, a number went backwards, or all reads were the same.
 */
int cgroup_tight_reads(const char *name, int reads);

/* Start a VMM in the cgroup, by vm_start(). */
pid_t cgroup_start_vm(const char *name, const struct vmm_load *loads, int count);

#endif /* TESTS_CGROUP_READ_H */
