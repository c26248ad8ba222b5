/* SPDX-License-Identifier: GPL-2.0-only */
/* What a stress test did, counted by all of its processes. */
#ifndef E2E_FIGURES_H
#define E2E_FIGURES_H

#include <stdatomic.h>
#include <stdbool.h>

/* X(name, what it counts): printed in this order, unless zero. */
#define FIGURES(X)						\
	X(toggles, "sysctl written")				\
	X(vms, "VMs started")					\
	X(vm_threads, "vCPU threads run in processes that stay")	\
	X(killed, "VMMs killed")				\
	X(ended, "VMMs ended by themselves")			\
	X(migrations, "threads moved to a CPU")			\
	X(renices, "threads re-niced")				\
	X(regroups, "threads moved to a cgroup")		\
	X(pauses, "processes stopped and continued")		\
	X(offlines, "CPUs taken off line")			\
	X(loads, "modules loaded")				\
	X(refused, "unloads refused as VMs ran")		\
	X(forks, "processes forked")				\
	X(reads, "files and records read")			\
	X(checks, "invariants checked")				\
	X(violations, "invariants violated")

struct figures {
#define X(name, what) atomic_long name;
	FIGURES(X)
#undef X
	atomic_bool stop;
};

/* Shared by all processes from figures_start() on. */
extern struct figures *figures;

#define count_figure(name)	atomic_fetch_add(&figures->name, 1)

/* Start from zero; and print a TAP comment with all of them, named @test. */
void figures_start(void);
void figures_print(const char *test);

/* Check an invariant: counts, and prints a violation. */
#define check(condition, ...) \
	do { count_figure(checks); if (!(condition)) violated(#condition, __VA_ARGS__); } while (0)

void violated(const char *condition, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * A process that runs @fn beside the test until figures->stop.  helpers_stop() stops
 * and reaps them all; one that failed counts as a violation.
 */
void helper_start(void (*fn)(void));
void helpers_stop(void);

/* A random number less than @n: the same ones in each run of a process. */
unsigned int rnd(unsigned int n);

void sleep_us(long us);

/* How many times the usual work: environment variable soak, 1 if it is not there. */
int soak(void);

#endif /* E2E_FIGURES_H */
