// SPDX-License-Identifier: GPL-2.0-only
/* Directories that look like /proc. Any failure here ends the test program. */
#include <stddef.h>

#include "proc_tree.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void proc_tree_create(struct proc_tree *tree)
{
	snprintf(tree->path, sizeof(tree->path), "/tmp/guesttime-test-XXXXXX");
	if (!mkdtemp(tree->path))
		err(99, "mkdtemp");
	tree->fd = open(tree->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (tree->fd < 0)
		err(99, "%s", tree->path);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void remove_tree(const char *path)
{
	nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void proc_tree_destroy(struct proc_tree *tree)
{
	close(tree->fd);
	remove_tree(tree->path);
}

void proc_tree_remove(struct proc_tree *tree, uint32_t pid)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%u", tree->path, pid);
	remove_tree(path);
}

void proc_tree_write(struct proc_tree *tree, const char *path, const void *data, size_t len)
{
	char full[256], *slash;
	int fd;

	snprintf(full, sizeof(full), "%s/%s", tree->path, path);
	for (slash = full + strlen(tree->path) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		if (mkdir(full, 0755) && errno != EEXIST)
			err(99, "%s", full);
		*slash = '/';
	}
	fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, data, len) != (ssize_t)len)
		err(99, "%s", full);
	close(fd);
}

size_t proc_tree_stat_line(const struct proc_tree_task *task, char *buf, size_t size)
{
	unsigned int fields = task->fields ? task->fields : 56, field;
	size_t len;

	len = (size_t)snprintf(buf, size, "%u (%s) S", task->tid ? task->tid : task->pid,
			       task->comm);
	for (field = 4; field <= fields; field++) {
		unsigned long long v = field;	/* each field different */

		if (field == 14 || field == 15)
			v = task->times[field - 14];
		else if (field == 9)
			v = task->flags;
		else if (field == 20 && task->num_threads)
			v = task->num_threads;
		else if (field == 22)
			v = task->starttime;
		else if (field == 43)
			v = task->times[2];
		else if (field == 53 || field == 54)
			v = task->times[field - 50];
		if (field == 8)			/* tty group: may be negative */
			len += (size_t)snprintf(buf + len, size - len, " -1");
		else
			len += (size_t)snprintf(buf + len, size - len, " %llu", v);
	}
	return len + (size_t)snprintf(buf + len, size - len, "\n");
}

void proc_tree_task(struct proc_tree *tree, const struct proc_tree_task *task)
{
	char path[64], line[4096];
	size_t len = proc_tree_stat_line(task, line, sizeof(line));

	if (task->tid)
		snprintf(path, sizeof(path), "%u/task/%u/stat", task->pid, task->tid);
	else
		snprintf(path, sizeof(path), "%u/stat", task->pid);
	proc_tree_write(tree, path, line, len);
}

void proc_tree_cmdline(struct proc_tree *tree, uint32_t pid, const char *const *args)
{
	char path[64], buf[4096];
	size_t len = 0;

	for (; *args; args++) {
		size_t n = strlen(*args) + 1;

		memcpy(buf + len, *args, n);
		len += n;
	}
	snprintf(path, sizeof(path), "%u/cmdline", pid);
	proc_tree_write(tree, path, buf, len);
}
