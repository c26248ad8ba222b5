/* SPDX-License-Identifier: GPL-2.0-only */
/* How fast the emulated machine is. */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

/* Ticks of the CPU's clock (TSC, CNTVCT) that an instruction takes. */
double clock_insn_ticks(void);

#endif /* BENCH_CLOCK_H */
