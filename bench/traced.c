// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "traced.h"

#define TRACEFS	"/sys/kernel/tracing/"
#define EVENT	TRACEFS "events/kvm/kvm_exit/enable"
#define PIPES	TRACEFS "per_cpu/cpu%d/trace_pipe_raw"

#define MAX_CPUS	8

static pid_t consumer;
static long long *consumed;

static struct pollfd pipes[MAX_CPUS];

static int count;

static void open_pipes(void)
{
	char path[64];

	for (count = 0; count < MAX_CPUS; count++) {
		snprintf(path, sizeof(path), PIPES, count);
		pipes[count].fd = open(path, O_RDONLY | O_NONBLOCK);
		pipes[count].events = POLLIN;
		if (pipes[count].fd < 0)
			break;
	}
	if (!count)
		err(1, "%s", path);
}

/* Returns the number of bytes. */
static long long read_pipes(void)
{
	static char buf[1 << 16];
	long long sum = 0;
	int i;

	for (i = 0; i < count; i++) {
		ssize_t len = read(pipes[i].fd, buf, sizeof(buf));

		sum += len > 0 ? len : 0;
	}
	return sum;
}

void traced_start(void)
{
	if (mount("tracefs", TRACEFS, "tracefs", 0, NULL) && errno != EBUSY)
		err(1, "mount " TRACEFS);
	consumed = mmap(NULL, sizeof(*consumed), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (consumed == MAP_FAILED)
		err(1, "mmap");
	open_pipes();
	consumer = fork();
	if (consumer < 0)
		err(1, "fork");
	while (!consumer) {
		poll(pipes, count, -1);
		*consumed += read_pipes();
	}
	put_file(EVENT, "1");
}

long long traced_stop(void)
{
	long long rest;

	put_file(EVENT, "0");
	kill(consumer, SIGKILL);
	waitpid(consumer, NULL, 0);
	/* The consumer is woken when a buffer is half full; what it was reading is not counted. */
	for (rest = read_pipes(); rest; rest = read_pipes())
		*consumed += rest;
	if (!*consumed)
		errx(1, "no event of kvm_exit was consumed");
	return *consumed;
}
