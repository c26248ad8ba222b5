// SPDX-License-Identifier: GPL-2.0-only
/*
 * With -icount, QEMU 7.2 runs its first CPU until the next timer of any CPU expires, and then the
 * first CPU again. A CPU's turn ends earlier if it halts, executes PAUSE (arm64: YIELD), or sets a
 * timer that expires before all others: then the next CPU runs. A busy CPU only does the last, in
 * each tick. It gets its turn back when its next tick is due, and this tick interrupts the code
 * that the last one interrupted. Busy CPUs so starve each other. (QEMU 8.1 shares the time among
 * CPUs.)
 *
 * The machine therefore has a timer that always expires before a tick (icount.sh), so that setting
 * a tick ends no turn. Each CPU but the last ends its turn in the middle of a tick: the first CPU
 * in each tick, the second in every other, the third in every fourth. A CPU does so a few times,
 * since the turn of the next CPU ends when that timer expires.
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
/* The turns take about half a tick. In it is the tick of the last of four CPUs (skew_tick=1). */
#define TURNS_AT_NS	150000LL
#define TURNS		4

/* The process of a CPU that goes off line runs on another CPU until its CPU is back. */
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
