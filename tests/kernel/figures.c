// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "figures.h"

#define MAX_HELPERS	8
#define MAX_PRINTED	10

struct figures *figures;

static const char * const names[FIGURE_COUNT] = {
	[FIGURE_TOGGLES] = "the sysctl written",
	[FIGURE_VMS] = "VMs started",
	[FIGURE_VM_THREADS] = "vCPU threads run in processes that stay",
	[FIGURE_KILLED] = "VMMs killed",
	[FIGURE_ENDED] = "VMMs ended by a signal of ours",
	[FIGURE_MIGRATIONS] = "threads moved to a CPU",
	[FIGURE_RENICES] = "threads re-niced",
	[FIGURE_REGROUPS] = "threads moved to a cgroup",
	[FIGURE_PAUSES] = "processes stopped and continued",
	[FIGURE_OFFLINES] = "CPUs taken off line",
	[FIGURE_FORKS] = "processes forked",
	[FIGURE_READS] = "files and records read",
	[FIGURE_CHECKS] = "invariants checked",
	[FIGURE_VIOLATIONS] = "invariants violated",
};

static pid_t helpers[MAX_HELPERS];
static int helper_count;

void figures_start(void)
{
	figures = mmap(NULL, sizeof(*figures), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (figures == MAP_FAILED)
		err(1, "mmap");
}

void figures_print(const char *test)
{
	int i;

	printf("# %s, loads held:", test);
	for (i = 0; i < FIGURE_COUNT; i++) {
		if (figure_get(i))
			printf(" %ld %s;", figure_get(i), names[i]);
	}
	printf("\n");
}

void figure_add(enum figure figure, long count)
{
	atomic_fetch_add(&figures->count[figure], count);
}

long figure_get(enum figure figure)
{
	return atomic_load(&figures->count[figure]);
}

void violated(const char *condition, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	figure_add(FIGURE_VIOLATIONS, 1);
	if (figure_get(FIGURE_VIOLATIONS) <= MAX_PRINTED)
		printf("# violated: %s: %s\n", condition, text);
}

void helper_start(void (*fn)(void))
{
	pid_t pid;

	if (helper_count == MAX_HELPERS)
		errx(1, "too many helpers");
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		rnd(1 + helper_count);
		fn();
		fflush(NULL);
		_exit(0);
	}
	helpers[helper_count++] = pid;
}

void helpers_stop(void)
{
	int status;

	figures->stop = true;
	while (helper_count > 0) {
		if (waitpid(helpers[--helper_count], &status, 0) < 0)
			err(1, "waitpid");
		check(!status, "a helper failed, status %#x", status);
	}
	figures->stop = false;
}

unsigned int rnd(unsigned int n)
{
	static unsigned int state;

	/* The PID is part of the seed, so that processes differ. */
	if (!state)
		state = 2463534242U + getpid() * 7919;
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % n;
}
