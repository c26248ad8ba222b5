// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instructions that a VM exit takes: on the test machines all instructions take the same
 * time.  For each kind of exit, in each state that this kernel can be in, prints
 *
 *	exit kind=KIND state=STATE depth=N median=INSTRUCTIONS ...
 *
 * @depth is that of the vCPU's cgroup, 0 for the root.
 *
 * Environment, from the kernel's command line: cpu=N, where the guest runs; state=NAME: this
 * kernel's state has that name (perf: bench/perf), and no other state is tried.
 *
 * States: unpatched, traced (the tracepoint kvm_exit is consumed), off, on, on2 (the
 * sysctl at 0, 1, 2); and on a kernel with bench/patches, which counts: bench-off, bench-on,
 * rival (the CPL is read at each exit).
 */
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroup_read.h"
#include "clock.h"
#include "collect.h"
#include "counters.h"
#include "perf_samples.h"
#include "traced.h"
#include "vm.h"

#define MAX_EXITS	2001

static const struct kind {
	const char *name;
	enum vmm_probe probe;
	int count;
} kinds[] = {
	{ "cpuid", VMM_PROBE_CPUID, MAX_EXITS },
	{ "userspace", VMM_PROBE_OUT, MAX_EXITS },
	{ "hlt", VMM_PROBE_HLT, 2001 },
	{ "icr", VMM_PROBE_ICR, 2001 },
#ifdef __x86_64__
	{ "deadline", VMM_PROBE_DEADLINE, 2001 },
	{ "expiry", VMM_PROBE_EXPIRY, 301 },
#endif
	{ "interrupt", VMM_PROBE_INTERRUPT, 301 },
};

static const struct kind tick = { "tick", VMM_PROBE_TICK, 201 };
/* The timer of value 2, where there is no tick. */
static const struct kind sample_timer = { "sample-timer", VMM_PROBE_TICK, 51 };
/* A tick and a sample of perf by turns: the sample costs less, so that it is the lower half. */
static const struct kind perf_sample = { "perf-sample", VMM_PROBE_TICK, 201 };

/* A cgroup some levels below the root. */
#define DEPTH	4
#define DEEP	"1/2/3/4"

static double insn_ticks;

/* The number of rows printed.  bench/record compares it with those that it reads. */
static int rows;

static bool has_tick;

static int compare(const void *a, const void *b)
{
	unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return (x > y) - (x < y);
}

static void measure_kind(const struct kind *kind, const char *state, int depth)
{
	static unsigned int ticks[MAX_EXITS];
	static struct counters from, to;
	bool counts = counters_there();
	double sum = 0;
	int i;

	if (counts)
		counters_read(&from);
	vmm_probe(kind->probe, ticks, kind->count);
	if (counts)
		counters_read(&to);
	for (i = 0; i < kind->count; i++)
		sum += ticks[i];
	qsort(ticks, kind->count, sizeof(ticks[0]), compare);
	printf("exit kind=%s state=%s depth=%d count=%d", kind->name, state, depth, kind->count);
	printf(" median=%.0f lower=%.0f upper=%.0f least=%.0f mean=%.1f",
	       ticks[kind->count / 2] / insn_ticks, ticks[kind->count / 4] / insn_ticks,
	       ticks[kind->count * 3 / 4] / insn_ticks, ticks[0] / insn_ticks,
	       sum / kind->count / insn_ticks);
	if (counts)
		printf(" exits=%lld reentries=%lld cpl_reads=%lld vmreads=%lld",
		       to.exits - from.exits, to.reentries - from.reentries,
		       to.cpl_reads - from.cpl_reads, to.vmreads - from.vmreads);
	printf("\n");
	fflush(stdout);
	rows++;
}

static void measure(const char *state)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		measure_kind(&kinds[i], state, 0);
	if (has_tick)
		measure_kind(&tick, state, 0);
}

/* An interrupt of the host, with the vCPU in a cgroup below the root. */
static void measure_below(const struct kind *kind, const char *state)
{
	static bool made;

	if (!made) {
		cgroup_mount();
		cgroup_make(DEEP);
		made = true;
	}
	cgroup_move(0, DEEP);
	measure_kind(kind, state, DEPTH);
	cgroup_move(0, "");
}

static void measure_unpatched(void)
{
	struct perf_samples perf;

	measure("unpatched");
	if (has_tick) {
		measure_below(&tick, "unpatched");
		perf_samples_open(&perf, 0, 1000000);
		measure_kind(&perf_sample, "unpatched", 0);
		perf_samples_close(&perf);
	}
	traced_start();
	measure("traced");
	printf("# %lld bytes of events consumed\n", traced_stop());
}

static void measure_patched(bool counts)
{
	static const char *const states[] = { "off", "on", "on2" };
	static const char *const bench_states[] = { "bench-off", "bench-on", "bench-on2" };
	int value;

	for (value = 0; value <= 2; value++) {
		const char *state = (counts ? bench_states : states)[value];

		collect_set(value);
		measure(state);
		if (has_tick)
			measure_below(&tick, state);
		if (!has_tick && value == 2 && !counts) {
			measure_kind(&sample_timer, state, 0);
			measure_below(&sample_timer, state);
		}
	}
	collect_set(0);
}

int main(void)
{
	const char *state = getenv("state");
	int cpu = atoi(getenv("cpu") ?: "0");

	move_to_cpu(0, cpu);
	has_tick = !cpu;
	insn_ticks = clock_insn_ticks();

	if (state) {
		measure(state);
	} else if (access(COLLECT_PATH, F_OK)) {
		measure_unpatched();
	} else {
		measure_patched(counters_there());
		if (counters_there()) {
			counters_command("rival=1");
			measure("rival");
		}
	}
	printf("1..1\nok 1 rows %d\n", rows);
	return 0;
}
