// SPDX-License-Identifier: GPL-2.0-only
/*
 * Init of a real guest (qemu -accel kvm): runs one load without end. The kernel command line
 * names the load:
 *
 *	load=user	computes: guest user time
 *	load=system	has its kernel compute: guest system time
 *	load=io		talks to a device of its VMM: host time too
 *
 * tick=N makes its clock run by N / 10 000 of the time (adjtimex(2)): its tick then drifts
 * through all phases of the host's.
 *
 * timer=off stops the timer of the x86 CPU first, so that no interrupt comes any more
 * (tests/guests/qemu says why).
 *
 * It prints "load: NAME" on its console when it begins.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/timex.h>
#include <unistd.h>

static void user(void)
{
	unsigned long x = 1;

	for (;;) {
		x *= 3;
		__asm__ volatile("" : "+r"(x));
	}
}

/* A call asks for the largest reply, so that ring 3 takes next to no time. */
static void system_time(void)
{
	static char buffer[1 << 20];

	for (;;)
		if (getrandom(buffer, sizeof(buffer), GRND_INSECURE) < 0)
			return;
}

/* Only QEMU knows the modem lines of the serial port: each read of them is an exit to QEMU. */
static void io(void)
{
	unsigned int random = 1;
	int lines;

	/*
	 * Loops of one length can be in phase with the host's tick, if the emulator counts
	 * instructions. Each tick would then find the VM at the same place.
	 */
	while (!ioctl(STDOUT_FILENO, TIOCMGET, &lines)) {
		random = random * 1103515245 + 12345;
		for (unsigned int i = 0; i < 500 + random / 65536 % 2048; i++)
			__asm__ volatile("");
	}
}

/* The x2APIC's register of the timer, as an MSR. Bit 16 masks it. */
static int stop_timer(void)
{
	const unsigned long long masked = 1 << 16;
	int fd;

	if (mknod("/msr", S_IFCHR | 0600, makedev(202, 0)) < 0)
		return -1;
	fd = open("/msr", O_WRONLY);
	return fd >= 0 && pwrite(fd, &masked, sizeof(masked), 0x832) == sizeof(masked) ? 0 : -1;
}

int main(void)
{
	/* The kernel passes unknown parameters of its command line to init's environment. */
	const char *load = getenv("load") ?: "", *tick = getenv("tick");
	struct timex clock = { .modes = ADJ_TICK, .tick = tick ? atol(tick) : 0 };

	if (tick && adjtimex(&clock) < 0)
		perror("adjtimex");
	if (getenv("timer") && stop_timer() < 0) {
		perror("the timer cannot be stopped");
		sleep(1);
		return 1;
	}
	printf("load: %s\n", load);
	fflush(stdout);
	if (!strcmp(load, "user"))
		user();
	else if (!strcmp(load, "system"))
		system_time();
	else if (!strcmp(load, "io"))
		io();
	printf("load: cannot do that\n");
	fflush(stdout);
	sleep(1);
	return 1;
}
