// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a VM exit costs, in instructions: on the test machines all instructions take
 * the same time.  For each kind of exit, in each state that this kernel can be in,
 * prints "exit kind=KIND state=STATE median=INSTRUCTIONS ...".
 *
 * Environment, from the kernel's command line: cpu=N, where the guest runs; state=NAME: what
 * this kernel does is said by that name (perf: tests/bench/perf), and no other state tried.
 *
 * States: unpatched, traced (the tracepoint kvm_exit is consumed), off, on, on2 (the
 * sysctl at 2, where the kernel has it); and on a kernel with patches/bench, which
 * counts: bench-off, bench-on, rival (the CPL is read at each exit).
 */
#define _GNU_SOURCE
#include <err.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../kernel/collect.h"
#include "../vmm/vmm.h"
#include "clock.h"
#include "counters.h"
#include "traced.h"

#define MAX_EXITS	10001

static const struct kind {
	const char *name;
	enum vmm_probe probe;
	int count;
} kinds[] = {
	{ "cpuid", VMM_PROBE_CPUID, MAX_EXITS },
	{ "userspace", VMM_PROBE_OUT, MAX_EXITS },
	{ "hlt", VMM_PROBE_HLT, 2001 },
	{ "interrupt", VMM_PROBE_INTERRUPT, 1001 },
	/* Last: where there is no tick, there is none to measure. */
	{ "tick", VMM_PROBE_TICK, 501 },
};

static double insn_ticks;

static bool has_tick;

static int compare(const void *a, const void *b)
{
	unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return (x > y) - (x < y);
}

static void measure_kind(const struct kind *kind, const char *state)
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
	printf("exit kind=%s state=%s median=%.0f least=%.0f mean=%.1f count=%d", kind->name, state,
	       ticks[kind->count / 2] / insn_ticks, ticks[0] / insn_ticks,
	       sum / kind->count / insn_ticks, kind->count);
	if (counts)
		printf(" exits=%lld cpl_reads=%lld vmreads=%lld", to.exits - from.exits,
		       to.cpl_reads - from.cpl_reads, to.vmreads - from.vmreads);
	printf("\n");
	fflush(stdout);
}

static void measure(const char *state)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (kinds[i].probe != VMM_PROBE_TICK || has_tick)
			measure_kind(&kinds[i], state);
	}
}

/* With the sysctl at this value, if the kernel takes it. */
static void measure_on(const char *value, const char *state)
{
	if (!collect_write(value))
		measure(state);
}

int main(void)
{
	const char *state = getenv("state");
	int cpu = atoi(getenv("cpu") ?: "0");
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(1, "CPU %d", cpu);
	has_tick = !cpu;
	insn_ticks = clock_insn_ticks();

	if (state) {
		measure(state);
	} else if (access(COLLECT_PATH, F_OK)) {
		measure("unpatched");
		traced_start();
		measure("traced");
		printf("# %lld bytes of events consumed\n", traced_stop());
	} else if (counters_there()) {
		measure_on("0\n", "bench-off");
		measure_on("1\n", "bench-on");
		if (cpu)
			measure_on("2\n", "bench-on2");
		collect_set(0);
		counters_command("rival=1");
		measure("rival");
	} else {
		measure_on("0\n", "off");
		measure_on("1\n", "on");
		if (cpu)
			measure_on("2\n", "on2");
	}
	return 0;
}
