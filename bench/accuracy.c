// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the chosen workloads of bench/workloads (/workloads on the test machine), each several
 * times.  For each run it prints the split, and the splits of the rivals:
 *
 *	accuracy workload=NAME run=N KEY=VALUE...
 *
 * The runs of a workload start at different phases of the host's tick, and their loops
 * differ in length by up to 3 %: a deterministic guest would else repeat its first run.
 *
 * Environment, from the kernel's command line: rows=NAME, which of them; runs=N, how often;
 * mode=tick: vCPUs run on CPU 0; mode=vtime2: on CPU 1, which has no tick, with the sysctl at
 * 2; mode=exits: as tick, on a kernel with bench/patches, which also has the CPL at each exit;
 * mode=perf: perf's cpu-clock samples are counted; samples=N: no more than that a run;
 * only=PATTERN; uncompensated=1: bench/patches, the x86 estimator passes over no sample. Linux
 * guests need mode=exits, which knows how long the guest ran.
 *
 * on board: /workloads=bench/workloads
 */
#define _GNU_SOURCE
#include <err.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "collect.h"
#include "counters.h"
#include "guest.h"
#include "linux_vmm.h"
#include "linux_guest.h"
#include "perf_samples.h"
#include "proc_read.h"
#include "vm.h"

#define MAX_ROWS	64
#define MAX_NAME	32

/**
 * struct row - a workload
 * @name:    name
 * @load:    what the guest does
 * @linux_guest: it is Linux: @load.user_insns in user space, then
 * @zeros:   a read(2) of that many bytes of /dev/zero
 * @samples: how many to take in a run
 */
struct row {
	char name[MAX_NAME];
	struct vmm_load load;
	bool linux_guest;
	unsigned long zeros;
	long samples;
};

/*
 * The Linux guest's tick takes 1193 cycles of a PIT, 999.847 us.  A tick of 1 ms would be in
 * phase with the host's tick, which would find the guest at the same place each time.  This
 * one drifts through all phases in 6 536 ticks; the runs together cover whole rounds.
 */
#define PIT_TICK	"nolapic_timer highres=off nohz=off"

/* At the first instructions of the guest, fewer than these after its entry. */
#define AT_ENTRY_INSNS	512

/* perf: as many samples a second as ticks. */
#define PERF_PERIOD_NS	1000000

/* Ticks of the CPU's clock for an instruction. */
static double insn_ticks;

static int vcpu_cpu, runs;
static bool with_perf, with_counters;

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

/* A line of bench/workloads, which says what the columns are. */
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
	row->load.fastpath = strchr(exits, 'f');
	row->load.exit_ring0 = strchr(exits, '0') || row->load.fastpath;
	row->load.exit_ring3 = strchr(exits, '3');
	row->load.timer_ns = timer_us * 1000;
	row->load.halt = !strcmp(wait, "hlt");
	row->linux_guest = !strcmp(exits, "linux");
	row->zeros = row->load.system_insns;
	if (getenv("samples") && row->samples > atol(getenv("samples")))
		row->samples = atol(getenv("samples"));
	return listed(where, rows) && !fnmatch(getenv("only") ?: "*", row->name, 0);
}

/**
 * struct reading - all that is known of a VM at a time
 * @counters: the kernel's counts
 * @times:    what the split says
 * @guest_us: guest time
 * @wall_us:  the clock
 * @done:     what the guest has done
 */
struct reading {
	struct counters counters;
	struct status_times times;
	long long guest_us, wall_us;
	struct vmm_counts done;
};

static void read_times(pid_t pid, struct reading *reading)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	reading->wall_us = now.tv_sec * 1000000LL + now.tv_nsec / 1000;
	reading->guest_us = read_stat(pid, 0).gtime * CLOCK_TICK_US;
	if (!with_perf)
		reading->times = read_status(pid, 0);
}

static void take_reading(pid_t pid, const struct vmm_load *load, struct reading *reading)
{
	read_times(pid, reading);
	if (load->mem)
		reading->done = vmm_read_counts(load);
	if (with_counters)
		counters_read(&reading->counters);
}

static long long samples_at_entry(const struct counters *from, const struct counters *to)
{
	long long count = 0;
	int i;

	for (i = 0; i < to->ages; i++) {
		if (to->age[i].ticks < AT_ENTRY_INSNS * insn_ticks)
			count += to->age[i].count;
	}
	for (i = 0; i < from->ages; i++) {
		if (from->age[i].ticks < AT_ENTRY_INSNS * insn_ticks)
			count -= from->age[i].count;
	}
	return count;
}

static void print_run(const struct row *row, int run, double truth, const struct reading *from,
		      const struct reading *to)
{
	const struct counters *a = &from->counters, *b = &to->counters;

	printf("accuracy workload=%s run=%d truth=%.4f wall_us=%lld guest_us=%lld", row->name, run,
	       truth, to->wall_us - from->wall_us, to->guest_us - from->guest_us);
	printf(" loops=%lu interrupts=%lu",
	       to->done.loops - from->done.loops, to->done.interrupts - from->done.interrupts);
	if (with_perf)
		return;
	printf(" user_us=%lld system_us=%lld", to->times.guest_user - from->times.guest_user,
	       to->times.guest_system - from->times.guest_system);
	if (!with_counters) {
		printf("\n");
		fflush(stdout);
		return;
	}
	printf(" exits_user=%lld exits_system=%lld exits=%lld", b->rival[0] - a->rival[0],
	       b->rival[1] - a->rival[1], b->exits - a->exits);
	printf(" samples=%lld at_entry=%lld\n",
	       b->samples[0] + b->samples[1] - a->samples[0] - a->samples[1],
	       samples_at_entry(a, b));
	fflush(stdout);
}

/* Runs differ in the length of their loops by up to 3 %. */
static unsigned long scaled(unsigned long insns, int run)
{
	const long long steps = runs > 1 ? runs - 1 : 1;

	return insns + (long long)insns * 3 * (2 * run - steps) / (100 * steps);
}

/*
 * Enough samples, or more time than they should have taken?  A sample stands for a tick, or for a
 * period of value 2's timer, which has a tenth of the tick's rate.  A guest in phase with the tick
 * may never be found at work, and has no guest time then.
 */
static bool enough(const struct row *row, const struct reading *from, const struct reading *now,
		   const struct perf_samples *perf)
{
	const long long wanted_us = row->samples * TICK_US * (vcpu_cpu ? 10 : 1);
	const long long sampled_us = classified(status_since(now->times, from->times));

	if (now->wall_us - from->wall_us >= 10 * wanted_us)
		return true;
	if (with_perf)
		return perf->user + perf->system >= row->samples;
	return sampled_us >= wanted_us || now->guest_us - from->guest_us >= 1.3 * wanted_us;
}

static void run_guest(const struct row *row, int run)
{
	static struct reading from, to;
	struct vmm_load load = row->load;
	struct perf_samples perf = { };
	pid_t pid;

	load.user_insns = scaled(load.user_insns, run);
	load.system_insns = scaled(load.system_insns, run);
	load.mem = vmm_memory();
	memset(&from, 0, sizeof(from));
	/* The next phase of the host's tick. */
	usleep(20000 + run * TICK_US / runs);
	move_to_cpu(0, vcpu_cpu);
	pid = vm_start(&load, 1);
	move_to_cpu(0, 0);
	if (with_perf)
		perf_samples_open(&perf, vm_wait_vcpu(pid), PERF_PERIOD_NS);
	if (with_counters)
		counters_command("reset");
	take_reading(pid, &load, &from);
	do {
		usleep(100000);
		take_reading(pid, &load, &to);
		if (with_perf)
			perf_samples_read(&perf);
	} while (!enough(row, &from, &to, &perf));
	/* At a standstill all numbers are of the same time. */
	kill(pid, SIGSTOP);
	usleep(20000);
	take_reading(pid, &load, &to);
	kill(pid, SIGCONT);
	vm_stop(pid);
	print_run(row, run, 100 * vmm_counts_user_share(&load, from.done, to.done), &from, &to);
	if (with_perf) {
		perf_samples_read(&perf);
		printf(" perf_user=%lld perf_system=%lld perf_lost=%lld\n", perf.user, perf.system,
		       perf.lost);
		fflush(stdout);
		perf_samples_close(&perf);
	}
	munmap(load.mem, GUEST_MEM_SIZE);
}

static struct row *linux_row;

/* Clock ticks of VM entry and exit, which the measured time of a guest's run includes. */
static double switch_ticks;

/* Runs a guest with a known number of instructions. */
static void calibrate_switch(void)
{
	struct row row = { .load = { .user_insns = 4000, .exit_ring3 = true } };
	static struct reading reading;
	double insns, ran;
	pid_t pid;

	row.load.mem = vmm_memory();
	counters_command("reset");
	move_to_cpu(0, vcpu_cpu);
	pid = vm_start(&row.load, 1);
	move_to_cpu(0, 0);
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

/*
 * Called in the vCPU's thread each time that the Linux guest reports progress.  The runs follow
 * each other, so the guest's tick has another phase in each run.
 */
static int linux_told(unsigned int told)
{
	static struct reading from, now;
	static unsigned int told_from;
	static int run;
	const struct row *row = linux_row;
	double user, all;

	if (!told) {
		counters_command("reset");
		take_reading(getpid(), &row->load, &from);
		return 0;
	}
	read_times(getpid(), &now);
	if (!enough(row, &from, &now, NULL))
		return 0;
	take_reading(getpid(), &row->load, &now);
	now.done.loops = told * (unsigned long)LINUX_GUEST_LOOPS;
	user = linux_guest_user(row->load.user_insns, told_from, told) * insn_ticks;
	all = now.counters.rival[0] + now.counters.rival[1] -
	      from.counters.rival[0] - from.counters.rival[1] -
	      switch_ticks * (now.counters.exits - from.counters.exits);
	print_run(row, run, 100 * user / all, &from, &now);
	from = now;
	told_from = told;
	return ++run == runs;
}

static void run_linux(struct row *row)
{
	char cmdline[256];
	int status;
	pid_t pid;

	if (!linux_run)
		errx(1, "%s: no Linux guest on this architecture", row->name);
	calibrate_switch();
	fflush(NULL);
	pid = fork();
	if (!pid) {
		linux_row = row;
		move_to_cpu(0, vcpu_cpu);
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
	int count = 0, i;
	char line[256];
	FILE *file;

	with_perf = !strcmp(mode, "perf");
	with_counters = !strcmp(mode, "exits");
	if (with_counters && !counters_there())
		errx(1, "this kernel counts nothing: it has no bench/patches");
	file = fopen("/workloads", "r");
	if (!file)
		err(1, "/workloads");
	while (fgets(line, sizeof(line), file)) {
		if (count == MAX_ROWS)
			errx(1, "workloads: more than %d", MAX_ROWS);
		count += parse(line, rows_wanted, &rows[count]);
	}
	fclose(file);

	insn_ticks = clock_insn_ticks();
	runs = atoi(getenv("runs") ?: "16");
	vcpu_cpu = strcmp(mode, "vtime2") ? 0 : 1;
	if (!with_perf)
		collect_set(vcpu_cpu ? 2 : 1);
	if (with_counters) {
		counters_command("rival=1");
		counters_command("samples=1");
	}
	if (getenv("uncompensated"))
		counters_command("passed_over=0");
	for (i = 0; i < count; i++) {
		int run;

		printf("workload %d of %d: %s\n", i + 1, count, rows[i].name);
		if (rows[i].linux_guest)
			run_linux(&rows[i]);
		else
			for (run = 0; run < runs; run++)
				run_guest(&rows[i], run);
	}
	printf("1..1\nok 1 rows %d\n", count * runs);
	return 0;
}
