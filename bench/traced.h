/* SPDX-License-Identifier: GPL-2.0-only */
/* The tracepoint kvm:kvm_exit, enabled, with a process that consumes its events. */
#ifndef BENCH_TRACED_H
#define BENCH_TRACED_H

/* A failure ends the program. */
void traced_start(void);

/* Returns how many bytes were consumed. */
long long traced_stop(void);

#endif /* BENCH_TRACED_H */
