// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crowd.h"
#include "figures.h"
#include "proc_read.h"
#include "vm.h"

#define CGROUPS		"/tmp/cpuacct"
#define MAX_THREADS	16

static const struct vmm_load loads[] = {
	{ .mode = VMM_LONG, .user_insns = 3000, .system_insns = 1000 },
	{ .mode = VMM_LONG, .user_insns = 3000, .system_insns = 1000, .exit_ring0 = true },
	{ .mode = VMM_LONG, .user_insns = 1000, .system_insns = 3000, .exit_ring3 = true },
	{ .mode = VMM_LONG, .user_insns = 40000 },
	{ .mode = VMM_REAL, .system_insns = 4000 },
	{ .mode = VMM_HALT },
	{ .mode = VMM_VM86, .user_insns = 3000, .system_insns = 1000 },
	{ .mode = VMM_PROTECTED16, .user_insns = 4000 },
	{ .mode = VMM_RING1, .user_insns = 4000 },
	{ .mode = VMM_TRIPLE_FAULT, .user_insns = 4000 },
	{ .mode = VMM_SMM, .user_insns = 3000, .system_insns = 1000 },
	{ .mode = VMM_NESTED_RING3, .user_insns = 3000, .system_insns = 1000 },
};

const struct vmm_load *any_load(void)
{
	const struct vmm_load *load;

	do {
		load = &loads[rnd(sizeof(loads) / sizeof(loads[0]))];
	} while (!vmm_has_mode(load->mode));
	return load;
}

/**
 * struct brief - a thread that runs a VM for a while
 * @thread: the thread
 * @load:   what the guest does
 * @ms:     for how long
 */
struct brief {
	pthread_t thread;
	const struct vmm_load *load;
	long ms;
};

static void *run_briefly(void *arg)
{
	const struct brief *brief = arg;

	vmm_run_here(brief->load, brief->ms);
	figure_add(FIGURE_VM_THREADS, 1);
	return NULL;
}

static pid_t start_threads(void)
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (pid)
		return pid;
	/* A test that fails leaves no VM behind. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		struct brief briefs[2];
		int i;

		for (i = 0; i < 2; i++) {
			briefs[i].load = any_load();
			briefs[i].ms = 1 + rnd(20);
			errno = pthread_create(&briefs[i].thread, NULL, run_briefly, &briefs[i]);
			if (errno)
				err(1, "pthread_create");
		}
		for (i = 0; i < 2; i++)
			pthread_join(briefs[i].thread, NULL);
	}
}

void crowd_add(struct crowd *crowd)
{
	struct vmm_load chosen[2] = { *any_load(), *any_load() };
	int count = 1 + rnd(2);

	if (crowd->count == CROWD_MAX)
		errx(1, "the crowd is too large");
	if (rnd(4)) {
		crowd->pids[crowd->count++] = vm_start(chosen, count);
		figure_add(FIGURE_VMS, count);
	} else {
		crowd->pids[crowd->count++] = start_threads();
	}
}

void crowd_remove(struct crowd *crowd, int index, bool by_kill)
{
	pid_t pid = crowd->pids[index];
	int status, signo;

	if (by_kill)
		figure_add(FIGURE_KILLED, 1);
	else
		figure_add(FIGURE_ENDED, 1);
	kill(pid, by_kill ? SIGKILL : SIGTERM);
	kill(pid, SIGCONT);
	if (waitpid(pid, &status, 0) != pid)
		err(1, "waitpid");
	signo = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	/* A VMM whose threads run VMs has no handler. */
	check(status == 0 || signo == (by_kill ? SIGKILL : SIGTERM), "a VMM ended with status %#x",
	      status);
	crowd->pids[index] = crowd->pids[--crowd->count];
}

void crowd_end(struct crowd *crowd)
{
	while (crowd->count > 0)
		crowd_remove(crowd, rnd(crowd->count), rnd(2));
}

/* A write that has to succeed, unless the thread has gone. */
static void write_tid(const char *path, pid_t tid)
{
	char number[16];
	int fd = open(path, O_WRONLY);

	snprintf(number, sizeof(number), "%d", tid);
	if (fd < 0 || (write(fd, number, strlen(number)) < 0 && errno != ESRCH))
		err(1, "%s", path);
	close(fd);
}

void crowd_make_cgroups(void)
{
	mkdir(CGROUPS, 0755);
	if (mount("cgroup", CGROUPS, "cgroup", 0, "cpuacct") && errno != EBUSY)
		err(1, "mount of cgroups");
	mkdir(CGROUPS "/a", 0755);
	mkdir(CGROUPS "/b", 0755);
}

/* Move to one CPU, or back to all; a CPU may be off line. */
static void migrate(pid_t tid)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF);
	unsigned int cpu = rnd(cpus + 1);
	cpu_set_t set;
	long i;

	CPU_ZERO(&set);
	for (i = 0; i < cpus; i++) {
		if (cpu == i || cpu == cpus)
			CPU_SET(i, &set);
	}
	if (!sched_setaffinity(tid, sizeof(set), &set))
		figure_add(FIGURE_MIGRATIONS, 1);
	else if (errno != ESRCH && errno != EINVAL)
		err(1, "sched_setaffinity");
}

static void renice(pid_t tid)
{
	if (!setpriority(PRIO_PROCESS, tid, (int)rnd(25) - 5))
		figure_add(FIGURE_RENICES, 1);
	else if (errno != ESRCH)
		err(1, "setpriority");
}

void crowd_event(struct crowd *crowd)
{
	int index = rnd(crowd->count), count;
	pid_t pid = crowd->pids[index], tids[MAX_THREADS], tid = pid;

	count = read_threads(pid, "", tids, MAX_THREADS);
	if (count > 0)
		tid = tids[rnd(count)];
	switch (rnd(6)) {
	case 0:
		crowd_remove(crowd, index, true);
		crowd_add(crowd);
		break;
	case 1:
		crowd_remove(crowd, index, false);
		crowd_add(crowd);
		break;
	case 2:
		migrate(tid);
		break;
	case 3:
		renice(tid);
		break;
	case 4:
		write_tid(rnd(2) ? CGROUPS "/a/tasks" : CGROUPS "/b/tasks", tid);
		figure_add(FIGURE_REGROUPS, 1);
		break;
	case 5:
		kill(pid, SIGSTOP);
		usleep(rnd(2000));
		kill(pid, SIGCONT);
		figure_add(FIGURE_PAUSES, 1);
		break;
	}
}
