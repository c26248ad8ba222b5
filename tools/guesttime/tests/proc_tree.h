/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_TESTS_PROC_TREE_H
#define GUESTTIME_TESTS_PROC_TREE_H

#include <stdint.h>

/* A directory that looks like /proc. */
struct proc_tree {
	char path[64];
	int fd;
};

/**
 * struct proc_tree_task - one stat file
 * @tid:	0 for the process' own file
 * @fields:	44, 52 or 56; 0 means 56
 * @times:	utime, stime, gtime, gutime, gstime in ticks
 * @flags:	PF_*
 * @num_threads: 0 means 20
 */
struct proc_tree_task {
	uint32_t pid;
	uint32_t tid;
	const char *comm;
	unsigned int fields;
	uint64_t starttime;
	uint64_t times[5];
	uint64_t flags;
	uint64_t num_threads;
};

void proc_tree_create(struct proc_tree *tree);
void proc_tree_destroy(struct proc_tree *tree);

/** proc_tree_write - make a file, and the directories above it */
void proc_tree_write(struct proc_tree *tree, const char *path, const void *data, size_t len);

/** proc_tree_remove - remove a process */
void proc_tree_remove(struct proc_tree *tree, uint32_t pid);

void proc_tree_task(struct proc_tree *tree, const struct proc_tree_task *task);

/** proc_tree_cmdline - arguments end with NULL */
void proc_tree_cmdline(struct proc_tree *tree, uint32_t pid, const char *const *args);

/** proc_tree_stat_line - a stat line into @buf, returns its length */
size_t proc_tree_stat_line(const struct proc_tree_task *task, char *buf, size_t size);

#endif
