/* SPDX-License-Identifier: GPL-2.0-only */
/* The counts of a kernel with bench/patches, in /proc/guest_cputime_bench. */
#ifndef BENCH_COUNTERS_H
#define BENCH_COUNTERS_H

#include <stdbool.h>

#define MAX_AGES	512

/**
 * struct counters - the counts; pairs are user, system
 * @exits:     VM exits
 * @reentries: of these, followed by an entry without leaving vcpu_enter_guest()
 * @cpl_reads: reads of a vCPU's CPL, whoever asked
 * @vmreads:   VMREADs
 * @rival:     time by the CPL at VM exits, TSC ticks
 * @samples:   how often guest time was charged to a ring
 * @ages:      number of @age
 * @age:       samples of a ring by the time from VM entry to exit: from @ticks on
 */
struct counters {
	long long exits, reentries, cpl_reads, vmreads;
	long long rival[2], samples[2];
	int ages;
	struct {
		int ring;
		long long ticks, count;
	} age[MAX_AGES];
};

/* Does this kernel count? */
bool counters_there(void);

/* "rival=1", "samples=1", "reset"; a failure ends the program. */
void counters_command(const char *command);

void counters_read(struct counters *counters);

#endif /* BENCH_COUNTERS_H */
