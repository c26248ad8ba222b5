// SPDX-License-Identifier: GPL-2.0-only
/*
 * How near the split comes to the truth, on a kernel with patches/bench: runs the
 * workloads of tests/bench/workloads (/workloads on the test machine) that it is told
 * to, and for each prints what the split says and what reading the CPL
 * at each exit says, of the same run:
 *
 *	accuracy workload=NAME KEY=VALUE...
 *	age workload=NAME ring=user|system ticks=FROM count=N
 *
 * Environment, from the kernel's command line: rows=NAME, which of them; mode=tick,
 * vtime1 or vtime2: vCPUs run on CPU 0 or, where there is no tick, on CPU 1 with the
 * sysctl at 1 or 2; times=N, how much longer than a tick would take; only=PATTERN.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fnmatch.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#include "../kernel/collect.h"
#include "../kernel/proc_read.h"
#include "../kernel/vm.h"
#include "../vmm/linux.h"
#include "clock.h"
#include "counters.h"
#include "linux_guest.h"

#define MAX_ROWS	64
#define MAX_NAME	32

/**
 * struct row - a workload
 * @name:    name
 * @load:    what the guest does
 * @linux_guest: it is Linux: @load.user_insns in user space, then
 * @zeros:   a read(2) of that many bytes of /dev/zero
 * @samples: how many to take
 */
struct row {
	char name[MAX_NAME];
	struct vmm_load load;
	bool linux_guest;
	unsigned long zeros;
	long samples;
};

/*
 * Of the guest's command line: its tick is of 1193 cycles of a PIT, 999.847 us.  One of 1 ms
 * would be in step with the host's, which would always find the guest at the same place; this
 * one has been at all places, each as long, after 6 536 ticks.
 */
#define PIT_TICK	"nolapic_timer highres=off nohz=off"
#define PIT_ROUND_US	(6536 * TICK_US)

/* TSC ticks for an instruction, and for a microsecond. */
static double insn_ticks, us_ticks;

static int vcpu_cpu;

/* How much longer than with a tick a workload may take. */
static int times;

static void run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(1, "CPU %d", cpu);
}

static void calibrate(void)
{
	unsigned long long start;
	struct timespec from, to;

	insn_ticks = clock_insn_ticks();

	clock_gettime(CLOCK_MONOTONIC, &from);
	start = __rdtsc();
	usleep(50000);
	clock_gettime(CLOCK_MONOTONIC, &to);
	us_ticks = (__rdtsc() - start) /
		   ((to.tv_sec - from.tv_sec) * 1e6 + (to.tv_nsec - from.tv_nsec) / 1e3);
}

/* Is this word in the comma-separated list? */
static bool listed(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (; list; list = strchr(list, ',')) {
		list += *list == ',';
		if (!strncmp(list, word, len) && (list[len] == ',' || !list[len]))
			return true;
	}
	return false;
}

/* A line of tests/bench/workloads, which says what the columns are. */
static bool parse(const char *line, const char *rows, struct row *row)
{
	char exits[8], where[64], wait[8];
	unsigned long timer_us;

	if (*line == '#' || *line == '\n')
		return false;
	memset(row, 0, sizeof(*row));
	if (sscanf(line, "%31s %lu %lu %7s %lu %7s %ld %63s", row->name, &row->load.user_insns,
		   &row->load.system_insns, exits, &timer_us, wait, &row->samples, where) != 8)
		errx(1, "workloads: %s", line);
	row->load.exit_ring0 = strchr(exits, '0');
	row->load.exit_ring3 = strchr(exits, '3');
	row->load.timer_ns = timer_us * 1000;
	row->load.halt = !strcmp(wait, "hlt");
	row->linux_guest = !strcmp(exits, "linux");
	row->zeros = row->load.system_insns;
	return listed(where, rows) && !fnmatch(getenv("only") ?: "*", row->name, 0);
}

/**
 * struct reading - all that is known of a VM at a time
 * @counters: the kernel's counts
 * @times:    what the split says
 * @guest_us: guest time
 * @done:     what the guest has done
 */
struct reading {
	struct counters counters;
	struct status_times times;
	long long guest_us;
	struct vmm_counts done;
};

static void take_reading(pid_t pid, const struct vmm_load *load, struct reading *reading)
{
	counters_read(&reading->counters);
	reading->times = read_status(pid, 0);
	reading->guest_us = read_stat(pid, 0).gtime * CLOCK_TICK_US;
	if (load->mem)
		reading->done = vmm_read_counts(load);
}

static void print_row(const struct row *row, double truth, const struct reading *from,
		      const struct reading *to)
{
	const struct counters *a = &from->counters, *b = &to->counters;
	int i;

	printf("accuracy workload=%s truth=%.4f", row->name, truth);
	printf(" user_us=%lld system_us=%lld guest_us=%lld",
	       to->times.user - from->times.user, to->times.system - from->times.system,
	       to->guest_us - from->guest_us);
	printf(" rival_user=%lld rival_system=%lld", b->rival[0] - a->rival[0],
	       b->rival[1] - a->rival[1]);
	printf(" samples_user=%lld samples_system=%lld sum_ns=%lld squares=%lld",
	       b->samples[0] - a->samples[0], b->samples[1] - a->samples[1],
	       b->ns[0] + b->ns[1] - a->ns[0] - a->ns[1],
	       b->squares[0] + b->squares[1] - a->squares[0] - a->squares[1]);
	printf(" exits=%lld loops=%lu interrupts=%lu insn_ticks=%.4f us_ticks=%.4f\n",
	       b->exits - a->exits, to->done.loops - from->done.loops,
	       to->done.interrupts - from->done.interrupts, insn_ticks, us_ticks);
	for (i = 0; i < b->ages; i++)
		printf("age workload=%s ring=%s ticks=%lld count=%lld\n", row->name,
		       b->age[i].ring ? "system" : "user", b->age[i].ticks, b->age[i].count);
	fflush(stdout);
}

/* Enough, or more guest time than that many samples should have taken? */
static bool enough(const struct row *row, const struct counters *now)
{
	return now->samples[0] + now->samples[1] >= row->samples ||
	       now->rival[0] + now->rival[1] >= 1.3 * times * row->samples * TICK_US * us_ticks;
}

static void run_guest(struct row *row)
{
	static struct reading from, to;
	pid_t pid;

	row->load.mem = vmm_memory();
	counters_command("reset");
	memset(&from, 0, sizeof(from));
	run_on(vcpu_cpu);
	pid = vm_start(&row->load, 1);
	run_on(0);
	do {
		usleep(100000);
		counters_read(&to.counters);
	} while (!enough(row, &to.counters));
	/* At a standstill all numbers are of the same time. */
	kill(pid, SIGSTOP);
	usleep(20000);
	take_reading(pid, &row->load, &to);
	kill(pid, SIGCONT);
	vm_stop(pid);
	print_row(row, 100 * vmm_counts_user_share(&row->load, from.done, to.done), &from, &to);
}

static struct row *linux_row;

/* TSC ticks of what is not the guest in a run of a guest: entry and exit. */
static double switch_ticks;

/* From a guest of which all instructions are known. */
static void calibrate_switch(void)
{
	struct row row = { .load = { .user_insns = 4000, .exit_ring3 = true } };
	static struct reading reading;
	double insns, ran;
	pid_t pid;

	row.load.mem = vmm_memory();
	counters_command("reset");
	run_on(vcpu_cpu);
	pid = vm_start(&row.load, 1);
	run_on(0);
	usleep(500000);
	kill(pid, SIGSTOP);
	usleep(20000);
	take_reading(pid, &row.load, &reading);
	kill(pid, SIGCONT);
	vm_stop(pid);
	insns = reading.done.loops * vmm_load_insns(&row.load);
	ran = reading.counters.rival[0] + reading.counters.rival[1];
	switch_ticks = (ran - insns * insn_ticks) / reading.counters.exits;
	printf("entry and exit take %.0f instructions\n", switch_ticks / insn_ticks);
}

/* In the vCPU thread of a Linux guest, at each of its words. */
static int linux_told(unsigned int told)
{
	static struct reading from, to;
	static unsigned long long start;
	static unsigned long rounds;
	const struct row *row = linux_row;
	unsigned long round;
	double user, all;

	if (!told) {
		counters_command("reset");
		take_reading(getpid(), &row->load, &from);
		start = __rdtsc();
		return 0;
	}
	/* Whole rounds. */
	round = (__rdtsc() - start) / us_ticks / PIT_ROUND_US;
	if (round == rounds)
		return 0;
	rounds = round;
	counters_read(&to.counters);
	if (!enough(row, &to.counters))
		return 0;
	take_reading(getpid(), &row->load, &to);
	to.done.loops = told * (unsigned long)LINUX_GUEST_LOOPS;
	user = (double)row->load.user_insns * to.done.loops * insn_ticks;
	all = to.counters.rival[0] + to.counters.rival[1] -
	      from.counters.rival[0] - from.counters.rival[1] -
	      switch_ticks * (to.counters.exits - from.counters.exits);
	print_row(row, 100 * user / all, &from, &to);
	return 1;
}

static void run_linux(struct row *row)
{
	char cmdline[256];
	int status;
	pid_t pid;

	calibrate_switch();
	fflush(NULL);
	pid = fork();
	if (!pid) {
		linux_row = row;
		run_on(vcpu_cpu);
		snprintf(cmdline, sizeof(cmdline),
			 "quiet panic=-1 kunit.enable=0 noxsave no_timer_check tsc=reliable "
			 LINUX_CONSOLE " " PIT_TICK " user=%lu zeros=%lu",
			 row->load.user_insns, row->zeros);
		linux_run("/guest/bzImage", "/guest/initramfs.cpio", cmdline, linux_told);
		exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		errx(1, "%s failed", row->name);
}

int main(void)
{
	const char *rows_wanted = getenv("rows") ?: "", *mode = getenv("mode") ?: "tick";
	static struct row rows[MAX_ROWS];
	int count = 0, i, error;
	char line[256];
	FILE *file;

	if (!counters_there())
		errx(1, "this kernel counts nothing: it has no patches/bench");
	file = fopen("/workloads", "r");
	if (!file)
		err(1, "/workloads");
	while (fgets(line, sizeof(line), file)) {
		if (count == MAX_ROWS)
			errx(1, "workloads: more than %d", MAX_ROWS);
		count += parse(line, rows_wanted, &rows[count]);
	}
	fclose(file);

	calibrate();
	times = atoi(getenv("times") ?: "1");
	vcpu_cpu = strcmp(mode, "tick") ? 1 : 0;
	error = collect_write(strcmp(mode, "vtime2") ? "1\n" : "2\n");
	if (error)
		errx(1, COLLECT_PATH ": %s", strerror(error));
	counters_command("rival=1");
	counters_command("samples=1");
	for (i = 0; i < count; i++) {
		printf("workload %d of %d: %s\n", i + 1, count, rows[i].name);
		if (rows[i].linux_guest)
			run_linux(&rows[i]);
		else
			run_guest(&rows[i]);
	}
	return 0;
}
