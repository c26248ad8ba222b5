// SPDX-License-Identifier: GPL-2.0-only
/*
 * With -icount, QEMU 7.2 runs its first CPU up to the next timer of any, and then the first
 * one again. The next CPU is run before that timer if the one before it halts, executes
 * PAUSE (arm64: YIELD), or sets the timer that is now due first. Busy CPUs only do the last,
 * in each tick, and then starve each other: a CPU that lost its turn so gets it back when
 * its next tick is due, which interrupts what the last one interrupted. (QEMU 8.1 shares the
 * time among the CPUs.)
 *
 * So the machine has a timer that is always due before a tick (icount.sh): setting one ends
 * no turn. Each CPU but the last gives up its turn in the middle of a tick: the first one in each,
 * the second in every other, the third in every fourth. It does so a few times, since the turn
 * of the CPU that comes then ends with that timer.
 */
#define _GNU_SOURCE
#include <err.h>
#include <sched.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "turns.h"

#ifdef __x86_64__
#define YIELD	"pause"
#else
#define YIELD	"yield"
#endif

#define SECOND_NS	1000000000LL
#define TICK_NS		1000000LL
/* Turns of about half a tick; that of the last of four CPUs is in them (skew_tick=1). */
#define TURNS_AT_NS	150000LL
#define TURNS		4

/* A CPU that goes off line loses its process to another, until it is back. */
static void stay_on(int cpu)
{
	cpu_set_t set;

	if (sched_getcpu() == cpu)
		return;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void give_turns(int cpu)
{
	const long long period = TICK_NS << cpu;

	for (;;) {
		struct timespec ts;
		long long ns;

		stay_on(cpu);
		clock_gettime(CLOCK_MONOTONIC, &ts);
		ns = ts.tv_sec * SECOND_NS + ts.tv_nsec;
		ns += period - (ns - TURNS_AT_NS) % period;
		ts = (struct timespec){ .tv_sec = ns / SECOND_NS, .tv_nsec = ns % SECOND_NS };
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
		for (int i = 0; i < TURNS; i++)
			asm volatile(YIELD);
	}
}

void turns_start(void)
{
	const struct sched_param first = { .sched_priority = 1 };
	const int cpus = sysconf(_SC_NPROCESSORS_ONLN);

	for (int cpu = 0; cpu < cpus - 1; cpu++) {
		switch (fork()) {
		case -1:
			err(1, "fork");
		case 0:
			prctl(PR_SET_NAME, "turns");
			if (sched_setscheduler(0, SCHED_FIFO, &first))
				err(1, "sched_setscheduler");
			give_turns(cpu);
		}
	}
}
