// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroup_read.h"
#include "proc_read.h"

#define ROOT	"/cgroup"

void cgroup_mount(void)
{
	mkdir(ROOT, 0755);
	if (mount("cgroup2", ROOT, "cgroup2", 0, NULL) && errno != EBUSY)
		err(1, ROOT);
}

void cgroup_unmount(void)
{
	umount(ROOT);
}

void cgroup_make(const char *name)
{
	char path[64], *slash;

	snprintf(path, sizeof(path), ROOT "/%s/", name);
	for (slash = path + sizeof(ROOT); (slash = strchr(slash, '/')); *slash++ = '/') {
		*slash = '\0';
		rmdir(path);
		/* A parent stays if it has other children. */
		if (mkdir(path, 0755) && (errno != EEXIST || !slash[1]))
			err(1, "%s", path);
	}
}

void cgroup_remove(const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), ROOT "/%s", name);
	rmdir(path);
}

int cgroup_open(const char *name, const char *file, int flags)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), ROOT "/%s/%s", name, file);
	fd = open(path, flags | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

void cgroup_write(const char *name, const char *file, const char *text)
{
	int fd = cgroup_open(name, file, O_WRONLY);

	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		err(1, "%s to %s of cgroup %s", text, file, name);
	close(fd);
}

static void move(pid_t id, const char *name, const char *file)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", id);
	cgroup_write(name, file, text);
}

void cgroup_move(pid_t pid, const char *name)
{
	move(pid, name, "cgroup.procs");
}

void cgroup_move_thread(pid_t tid, const char *name)
{
	move(tid, name, "cgroup.threads");
}

pid_t cgroup_find_thread(const char *name, const char *comm)
{
	FILE *threads = fdopen(cgroup_open(name, "cgroup.threads", O_RDONLY), "r");
	pid_t tid, found = 0;

	if (!threads)
		err(1, "cgroup.threads of cgroup %s", name);
	while (!found && fscanf(threads, "%d", &tid) == 1) {
		if (has_comm(tid, tid, comm))
			found = tid;
	}
	fclose(threads);
	return found;
}

void cgroup_read_file(const char *name, char *buf, size_t size)
{
	int fd = cgroup_open(name, "cpu.stat", O_RDONLY);
	ssize_t len = read(fd, buf, size - 1);

	if (len <= 0)
		err(1, "cpu.stat of cgroup %s", name);
	buf[len] = '\0';
	close(fd);
}

/* The value of the line that begins with @key, which is not the first line of the file. */
static long long line_of(const char *buf, const char *key)
{
	char start[32];
	const char *line;

	snprintf(start, sizeof(start), "\n%s", key);
	line = strstr(buf, start);
	if (!line)
		errx(1, "no line %s in: %s", key, buf);
	return strtoll(line + strlen(start), NULL, 10);
}

struct cgroup_times cgroup_read(const char *name)
{
	char buf[1024];

	cgroup_read_file(name, buf, sizeof(buf));
	return (struct cgroup_times) {
		line_of(buf, "guest_usec "),
		line_of(buf, "guest_user_usec "),
		line_of(buf, "guest_system_usec "),
	};
}

int cgroup_tight_reads(const char *name, int reads)
{
	const struct cgroup_times first = cgroup_read(name);
	struct cgroup_times old = first, now;
	int tight = 0;

	for (; reads; reads--) {
		now = cgroup_read(name);
		if (now.guest_user + now.guest_system > now.guest || now.guest < old.guest ||
		    now.guest_user < old.guest_user || now.guest_system < old.guest_system) {
			fprintf(stderr, "%s: %lld + %lld of %lld, then %lld + %lld of %lld\n", name,
				old.guest_user, old.guest_system, old.guest,
				now.guest_user, now.guest_system, now.guest);
			return -1;
		}
		tight += now.guest_user + now.guest_system == now.guest;
		old = now;
	}
	return old.guest > first.guest ? tight : -1;
}

pid_t cgroup_start_vm(const char *name, const struct vmm_load *loads, int count)
{
	pid_t pid;

	cgroup_move(0, name);
	pid = vm_start(loads, count);
	cgroup_move(0, "");
	return pid;
}
