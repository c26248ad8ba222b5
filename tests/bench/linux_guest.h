/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_LINUX_GUEST_H
#define BENCH_LINUX_GUEST_H

/* Loops between two words to the VMM. */
#define LINUX_GUEST_LOOPS	100

#endif /* BENCH_LINUX_GUEST_H */
