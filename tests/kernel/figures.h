/* SPDX-License-Identifier: GPL-2.0-only */
/* Counters of a stress test, shared by all of its processes. */
#ifndef TESTS_FIGURES_H
#define TESTS_FIGURES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

/* figures.c has their names. */
enum figure {
	FIGURE_TOGGLES,
	FIGURE_VMS,
	FIGURE_VM_THREADS,
	FIGURE_KILLED,
	FIGURE_ENDED,
	FIGURE_MIGRATIONS,
	FIGURE_RENICES,
	FIGURE_REGROUPS,
	FIGURE_PAUSES,
	FIGURE_OFFLINES,
	FIGURE_FORKS,
	FIGURE_READS,
	FIGURE_CHECKS,
	FIGURE_VIOLATIONS,
	FIGURE_COUNT
};

/**
 * struct figures - shared by all processes from figures_start() on
 * @count: of each kind
 * @stop:  tells the helpers to end
 */
struct figures {
	atomic_long count[FIGURE_COUNT];
	atomic_bool stop;
};

extern struct figures *figures;

/* Set all figures to zero; print them in a TAP comment, under the name @test. */
void figures_start(void);
void figures_print(const char *test);

/* Add to a figure; read it. */
void figure_add(enum figure figure, long count);
long figure_get(enum figure figure);

/*
 * Check an invariant: count a violation, and print it with the arguments, as printf() does. The
 * compiler checks them by a call of printf() that never runs.
 */
#define check(condition, ...)					\
do {								\
	figure_add(FIGURE_CHECKS, 1);				\
	if (!(condition))					\
		violated(#condition, __VA_ARGS__);		\
	if (0)							\
		printf(__VA_ARGS__);				\
} while (0)

void violated(const char *condition, const char *fmt, ...);

/*
 * Start a process that runs @fn beside the test until figures->stop.  helpers_stop() stops and
 * reaps all of them; a helper that failed counts as a violation.
 */
void helper_start(void (*fn)(void));
void helpers_stop(void);

/* A random number less than @n: the same ones in each run of a process. */
unsigned int rnd(unsigned int n);

#endif /* TESTS_FIGURES_H */
