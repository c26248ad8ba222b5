/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compares samples with the guest's address at their VM exits, by the tracepoints.  On arm64 only:
 * other architectures have another kvm_exit.
 */
#ifndef TESTS_EXITS_H
#define TESTS_EXITS_H

#include <stdbool.h>

/**
 * struct exit_samples - samples in the trace, by the ring that was charged
 * @user:     charged to user
 * @system:   charged to system
 * @wrong:    the guest's address is in the other ring
 * @alone:    the guest's exit was not by an interrupt
 * @at_entry: the guest was about to resume after an exit to the VMM: the tick was pending at VM
 *            entry, and ended the run before the first instruction
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
 * @resumes_at: whether the guest resumes at an address after an exit to the VMM, or NULL
 *
 * Lost events end the test program.
 */
struct exit_samples exits_read(bool (*in_ring3)(unsigned long address),
			       bool (*resumes_at)(unsigned long address));

#endif /* TESTS_EXITS_H */
