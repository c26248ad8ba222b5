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
 * @stop:  the helpers shall come to their end
 */
struct figures {
	atomic_long count[FIGURE_COUNT];
	atomic_bool stop;
};

extern struct figures *figures;

/* Start from zero; and print a TAP comment with all of them, named @test. */
void figures_start(void);
void figures_print(const char *test);

/* Add to a figure, and read it. */
void figure_add(enum figure figure, long count);
long figure_get(enum figure figure);

/*
 * Check an invariant: counts, and prints a violation with what follows, as printf()
 * does; which is there so that the compiler looks at it.
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

#endif /* TESTS_FIGURES_H */
