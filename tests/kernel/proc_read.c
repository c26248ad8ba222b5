// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proc_read.h"

/*
 * Read a whole file by one read(2), so that its numbers belong together.  Returns false
 * if there is no such file, or its task has gone.
 */
static bool slurp(char *buf, size_t size, const char *path)
{
	ssize_t len;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && (errno == ENOENT || errno == ESRCH))
		return false;
	if (fd < 0)
		err(1, "%s", path);
	len = read(fd, buf, size - 1);
	if (len < 0 && errno == ESRCH) {
		close(fd);
		return false;
	}
	if (len <= 0 || len == (ssize_t)size - 1)
		errx(1, "%s: read %zd bytes", path, len);
	buf[len] = 0;
	close(fd);
	return true;
}

static bool slurp_task(char *buf, size_t size, pid_t pid, pid_t tid, const char *file)
{
	char path[64];

	if (tid)
		snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", pid, tid, file);
	else
		snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	return slurp(buf, size, path);
}

/* Put the numbers of @line into @numbers.  Returns their count, which may exceed @max. */
static int parse_numbers(char *line, long long *numbers, int max)
{
	char *word, *save;
	int n = 0;

	for (word = strtok_r(line, "\n ", &save); word; word = strtok_r(NULL, "\n ", &save)) {
		if (n < max)
			numbers[n] = strtoll(word, NULL, 10);
		n++;
	}
	return n;
}

bool try_read_stat(pid_t pid, pid_t tid, struct stat_times *stat)
{
	/* Field 3, the state, is numbers[0]. */
	long long numbers[STAT_FIELDS] = { };
	struct stat_times times;
	char buf[2048], *paren;

	if (!slurp_task(buf, sizeof(buf), pid, tid, "stat"))
		return false;
	paren = strrchr(buf, ')');
	if (!paren)
		errx(1, "no command in: %s", buf);
	times.fields = 2 + parse_numbers(paren + 1, numbers, STAT_FIELDS);
	times.ppid = numbers[4 - 3];
	times.start = numbers[22 - 3];
	times.utime = numbers[14 - 3];
	times.stime = numbers[15 - 3];
	times.gtime = numbers[43 - 3];
	times.cgtime = numbers[44 - 3];
	times.gutime = numbers[53 - 3];
	times.gstime = numbers[54 - 3];
	times.cgutime = numbers[55 - 3];
	times.cgstime = numbers[56 - 3];
	*stat = times;
	return true;
}

struct stat_times read_stat(pid_t pid, pid_t tid)
{
	struct stat_times times;

	if (!try_read_stat(pid, tid, &times))
		errx(1, "no stat of task %d of %d", tid, pid);
	return times;
}

/* The value of the line "<name>:\t<number> us\n", which must be there once, in this form. */
static long long status_line(const char *buf, const char *name)
{
	const char *line = strstr(buf, name);
	long long value;
	int end = 0;

	if (!line || line[-1] != '\n' || strstr(line + 1, name))
		errx(1, "no line %s, or more than one, in: %s", name, buf);
	line += strlen(name);
	if (sscanf(line, ":\t%lld us%n", &value, &end) != 1 || !end || line[end] != '\n')
		errx(1, "%s%.30s: not in the format", name, line);
	return value;
}

bool try_read_status(pid_t pid, pid_t tid, struct status_times *times)
{
	char buf[8192];

	if (!slurp_task(buf, sizeof(buf), pid, tid, "status"))
		return false;
	times->guest_user = status_line(buf, "GuestUser");
	times->guest_system = status_line(buf, "GuestSystem");
	return true;
}

struct status_times read_status(pid_t pid, pid_t tid)
{
	struct status_times times;

	if (!try_read_status(pid, tid, &times))
		errx(1, "no status of task %d of %d", tid, pid);
	return times;
}

int read_cpus(struct cpu_times *lines)
{
	static char buf[65536];
	char *line, *save;
	int count = 0;

	if (!slurp(buf, sizeof(buf), "/proc/stat"))
		errx(1, "no /proc/stat");
	for (line = strtok_r(buf, "\n", &save); line && !strncmp(line, "cpu", 3);
	     line = strtok_r(NULL, "\n", &save)) {
		long long numbers[CPU_COLUMNS] = { };
		struct cpu_times *cpu = &lines[count++];

		if (count > MAX_CPU_LINES)
			errx(1, "more CPUs than expected");
		cpu->cpu = line[3] == ' ' ? -1 : atoi(line + 3);
		cpu->columns = parse_numbers(strchr(line, ' '), numbers, CPU_COLUMNS);
		cpu->guest = numbers[8];
		cpu->guest_nice = numbers[9];
		cpu->guest_user = numbers[10];
		cpu->guest_system = numbers[11];
	}
	return count;
}

bool has_comm(pid_t pid, pid_t tid, const char *comm)
{
	char name[32];

	return slurp_task(name, sizeof(name), pid, tid, "comm") &&
	       !strncmp(name, comm, strlen(comm));
}

int read_threads(pid_t pid, const char *comm, pid_t *tids, int max)
{
	char path[64];
	struct dirent *entry;
	int count = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	if (!dir && errno == ENOENT)
		return 0;
	if (!dir)
		err(1, "%s", path);
	while ((entry = readdir(dir))) {
		const pid_t tid = atoi(entry->d_name);

		if (tid && count < max && has_comm(pid, tid, comm))
			tids[count++] = tid;
	}
	closedir(dir);
	return count;
}
