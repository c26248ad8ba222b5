// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instructions that a read of /proc, of a taskstats request and of cpu.stat takes, on a test
 * machine whose clock counts instructions.  Prints for each:
 *
 *	read what=FILE state=STATE size=N guest=0|1 insns=LEAST median=N
 *
 * @size is the number of threads of the process that is read, of online CPUs, or the depth
 * of the cgroup.  With guest=1 what is read has run a guest, so that the numbers are not zero.
 *
 * Environment, from the kernel's command line: what=threads, cpus or cgroups.
 * States: unpatched; off, on (the sysctl at 0, 1).
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <linux/taskstats.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#include "cgroup_read.h"
#include "clock.h"
#include "collect.h"
#include "file.h"
#include "proc_read.h"
#include "vmm.h"

#define READS		40
#define STACK_SIZE	16384

static double insn_ticks;

/* The number of rows printed.  bench/record compares it with those that it reads. */
static int rows;

static int compare(const void *a, const void *b)
{
	unsigned long long x = *(const unsigned long long *)a, y = *(const unsigned long long *)b;

	return (x > y) - (x < y);
}

/**
 * struct target - what is read
 * @what:  its name
 * @size:  see above
 * @guest: whether what is read has run a guest
 * @fd:    an open file, or a netlink socket that takes @request
 * @request: or NULL
 * @prepare: called before each read, or NULL
 */
struct target {
	const char *what;
	int size;
	bool guest;
	int fd;
	const struct nlmsghdr *request;
	void (*prepare)(void);
};

static void read_once(const struct target *target)
{
	static char buf[65536];
	ssize_t len;

	if (target->request) {
		send(target->fd, target->request, target->request->nlmsg_len, 0);
		len = recv(target->fd, buf, sizeof(buf), 0);
		if (len > 0 && ((struct nlmsghdr *)buf)->nlmsg_type == NLMSG_ERROR)
			errx(1, "%s: refused", target->what);
	} else {
		len = pread(target->fd, buf, sizeof(buf), 0);
	}
	if (len <= 0)
		err(1, "%s", target->what);
}

static void measure(const struct target *target, const char *state)
{
	static unsigned long long ticks[READS];
	int i;

	/* The first read grows seq_file's buffer. */
	read_once(target);
	for (i = 0; i < READS; i++) {
		unsigned long long start;

		if (target->prepare)
			target->prepare();
		start = __rdtsc();
		read_once(target);
		ticks[i] = __rdtsc() - start;
	}
	qsort(ticks, READS, sizeof(ticks[0]), compare);
	printf("read what=%s state=%s size=%d guest=%d insns=%.0f median=%.0f\n", target->what,
	       state, target->size, target->guest, ticks[0] / insn_ticks,
	       ticks[READS / 2] / insn_ticks);
	fflush(stdout);
	rows++;
}

static void measure_states(const struct target *target)
{
	if (access(COLLECT_PATH, F_OK)) {
		measure(target, "unpatched");
		return;
	}
	collect_set(0);
	measure(target, "off");
	collect_set(1);
	measure(target, "on");
}

static int open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

static void *pause_thread(void *arg)
{
	pause();
	return arg;
}

/* The process that is read: it runs a guest or not, then has that many threads. */
static pid_t start_process(int threads, bool guest)
{
	const struct vmm_load load = { .user_insns = 30000, .system_insns = 10000 };
	pthread_attr_t attr;
	pthread_t thread;
	int ready[2], i;
	pid_t pid;
	char c;

	if (pipe(ready))
		err(1, "pipe");
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (guest) {
			if (!access(COLLECT_PATH, F_OK))
				collect_set(1);
			vmm_run_here(&load, 1000);
		}
		pthread_attr_init(&attr);
		pthread_attr_setstacksize(&attr, STACK_SIZE);
		for (i = 1; i < threads; i++) {
			if (pthread_create(&thread, &attr, pause_thread, NULL))
				errx(1, "%d threads", i);
		}
		if (write(ready[1], "", 1) != 1)
			err(1, "pipe");
		pause();
	}
	close(ready[1]);
	if (read(ready[0], &c, 1) != 1)
		errx(1, "the process with %d threads failed", threads);
	close(ready[0]);
	/* Its last thread has gone to sleep. */
	usleep(50000);
	return pid;
}

/* The request for the taskstats of a thread group.  It is sent by a plain socket, not by libnl. */
static struct nl_msg *make_request(pid_t pid)
{
	struct nl_sock *sock = nl_socket_alloc();
	struct nl_msg *msg = nlmsg_alloc();
	int family;

	if (!sock || !msg || genl_connect(sock) < 0)
		errx(1, "netlink");
	family = genl_ctrl_resolve(sock, TASKSTATS_GENL_NAME);
	nl_socket_free(sock);
	if (family < 0)
		errx(1, "no taskstats: %s", nl_geterror(family));
	if (!genlmsg_put(msg, 0, 0, family, 0, NLM_F_REQUEST, TASKSTATS_CMD_GET,
			 TASKSTATS_GENL_VERSION) ||
	    nla_put_u32(msg, TASKSTATS_CMD_ATTR_TGID, pid))
		errx(1, "nlmsg_alloc");
	return msg;
}

static void measure_process(int threads, bool guest)
{
	struct target target = { .size = threads, .guest = guest };
	pid_t pid = start_process(threads, guest);
	struct nl_msg *request;
	char path[64];

	target.what = "stat";
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	target.fd = open_file(path);
	measure_states(&target);
	close(target.fd);

	target.what = "status";
	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	target.fd = open_file(path);
	measure_states(&target);
	close(target.fd);

	target.what = "taskstats";
	target.fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (target.fd < 0)
		err(1, "netlink");
	request = make_request(pid);
	target.request = nlmsg_hdr(request);
	measure_states(&target);
	nlmsg_free(request);
	close(target.fd);

	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void measure_threads(void)
{
	static const int threads[] = { 1, 256, 4096 };
	size_t i;

	/* The default of a machine with so little memory is lower. */
	put_file("/proc/sys/kernel/threads-max", "10000");
	for (i = 0; i < sizeof(threads) / sizeof(threads[0]); i++) {
		measure_process(threads[i], false);
		measure_process(threads[i], true);
	}
}

static void measure_cpus(void)
{
	struct target target = { .what = "cpus", .fd = open_file("/proc/stat") };

	target.size = sysconf(_SC_NPROCESSORS_ONLN);
	measure_states(&target);
	/* Each CPU that runs a guest has numbers that are not zero. */
	target.guest = true;
	kill(start_process(1, true), SIGKILL);
	wait(NULL);
	measure_states(&target);
	close(target.fd);
}

/*
 * Use @us of user time and of system time.  Else cpu.stat's numbers get more digits while
 * they are read, and a later read looks dearer.
 */
static void use_time(long us)
{
	static char buf[65536];
	struct rusage usage;
	int fd, i;

	fd = open_file("/dev/zero");
	do {
		for (i = 0; i < 10000; i++)
			asm volatile("");
		getrusage(RUSAGE_SELF, &usage);
	} while (usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec < us);
	do {
		if (read(fd, buf, sizeof(buf)) != sizeof(buf))
			err(1, "/dev/zero");
		getrusage(RUSAGE_SELF, &usage);
	} while (usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec < us);
	close(fd);
}

/* Run over a tick, which charges the cgroup: else the read would find nothing to flush. */
static void wait_for_tick(void)
{
	struct timespec start, now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &start);
	do {
		clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	} while (now.tv_sec == start.tv_sec && now.tv_nsec == start.tv_nsec);
}

/*
 * There are 200 cgroups; those that are read are the root and one each at depth 1 and 4.  The
 * reader is in the deepest.
 */
static void measure_cgroups(void)
{
	struct target target = { .what = "cpu.stat", .prepare = wait_for_tick };
	static const struct {
		int depth;
		const char *name;
	} cgroups[] = { { 0, "" }, { 1, "1" }, { 4, "1/2/3/4" } };
	char name[16];
	int i;

	cgroup_mount();
	for (i = 0; i < 196; i++) {
		snprintf(name, sizeof(name), "other%d", i);
		cgroup_make(name);
	}
	cgroup_make("1/2/3/4");
	cgroup_move(0, "1/2/3/4");
	use_time(1500000);
	for (i = 0; i < 6; i++) {
		if (i == 3) {
			/* All three have guest time from here on. */
			target.guest = true;
			kill(start_process(1, true), SIGKILL);
			wait(NULL);
		}
		target.size = cgroups[i % 3].depth;
		target.fd = cgroup_open(cgroups[i % 3].name, "cpu.stat", O_RDONLY);
		measure_states(&target);
		close(target.fd);
	}
}

int main(void)
{
	const char *what = getenv("what") ?: "";

	insn_ticks = clock_insn_ticks();
	if (!strcmp(what, "threads"))
		measure_threads();
	else if (!strcmp(what, "cpus"))
		measure_cpus();
	else if (!strcmp(what, "cgroups"))
		measure_cgroups();
	else
		errx(1, "what=%s: not threads, cpus or cgroups", what);
	printf("1..1\nok 1 rows %d\n", rows);
	return 0;
}
