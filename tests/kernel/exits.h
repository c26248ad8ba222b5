/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Samples beside the guest's address at their VM exits, by the tracepoints.  arm64: others have
 * another kvm_exit.
 */
#ifndef TESTS_EXITS_H
#define TESTS_EXITS_H

#include <stdbool.h>

/**
 * struct exit_samples - samples in the trace, by the ring that was charged
 * @user:     charged to user
 * @system:   charged to system
 * @wrong:    the guest's address is in the other
 * @alone:    no interrupt had the guest exit
 * @at_entry: the guest was about to run on after it had left to the VMM: the tick was pending at
 *            VM entry, and ended the run before the first instruction
 */
struct exit_samples {
	long user, system, wrong, alone, at_entry;
};

/* Start with an empty trace, and stop; a failure ends the test program. */
void exits_start(void);
void exits_stop(void);

/**
 * exits_read() - compare the samples in the trace with the guest's addresses
 * @in_ring3:   whether an address is in ring 3
 * @resumes_at: whether the guest goes on there after it has left to the VMM, or NULL
 *
 * Events that were lost end the test program.
 */
struct exit_samples exits_read(bool (*in_ring3)(unsigned long address),
			       bool (*resumes_at)(unsigned long address));

#endif /* TESTS_EXITS_H */
