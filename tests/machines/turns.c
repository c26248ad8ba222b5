// SPDX-License-Identifier: GPL-2.0-only
/*
 * With -icount, QEMU 7.2 runs its first CPU up to the next timer of any, and then the first
 * one again. The next CPU is run before that timer if the one before it halts, executes
 * PAUSE, or sets the timer that is now due first. Busy CPUs only do the last, in each
 * tick, and then starve each other: a CPU that lost its turn so gets it back when its
 * next tick is due, which interrupts what the last one interrupted. (QEMU 8.1 shares
 * the time among the CPUs.)
 *
 * So the real-time clock has a timer that is always due before a tick: setting one ends
 * no turn. And each CPU but the last executes PAUSE in the middle of a tick, the first
 * one in each, the second in every other, the third in every fourth: a few times, since
 * the turn of the CPU that comes then ends with the clock's next timer.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "turns.h"

#define SECOND_NS	1000000000LL
#define TICK_NS		1000000LL
/* Turns of about half a tick; that of the last of four CPUs is in them (skew_tick=1). */
#define TURNS_AT_NS	150000LL
#define TURNS		4

/* The real-time clock (MC146818): its timer at 8192 Hz, in register B on or off. */
#define RTC_INDEX	0x70
#define RTC_DATA	0x71
#define RTC_A		0x0a
#define RTC_A_RATE	0x0f
#define RTC_A_8192HZ	0x03
#define RTC_B		0x0b
#define RTC_B_PERIODIC	0x40

static void rtc_set(int ports, unsigned char reg, unsigned char mask, unsigned char bits)
{
	unsigned char value;

	if (pwrite(ports, &reg, 1, RTC_INDEX) != 1 || pread(ports, &value, 1, RTC_DATA) != 1)
		err(1, "/dev/port");
	value = (value & ~mask) | bits;
	if (pwrite(ports, &reg, 1, RTC_INDEX) != 1 || pwrite(ports, &value, 1, RTC_DATA) != 1)
		err(1, "/dev/port");
}

/* Its interrupt stays masked: these kernels have no driver for it. */
static void start_timer(void)
{
	int ports = open("/dev/port", O_RDWR | O_CLOEXEC);

	if (ports < 0)
		err(1, "/dev/port");
	rtc_set(ports, RTC_A, RTC_A_RATE, RTC_A_8192HZ);
	rtc_set(ports, RTC_B, RTC_B_PERIODIC, RTC_B_PERIODIC);
	close(ports);
}

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
			__builtin_ia32_pause();
	}
}

void turns_start(void)
{
	const struct sched_param first = { .sched_priority = 1 };
	const int cpus = sysconf(_SC_NPROCESSORS_ONLN);

	start_timer();
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
