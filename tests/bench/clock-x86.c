// SPDX-License-Identifier: GPL-2.0-only
#include <x86intrin.h>

#include "clock.h"

#define INSNS	10000

/* The quickest of some: no interrupt came. */
double clock_insn_ticks(void)
{
	unsigned long long least = ~0ULL, start;
	int i;

	for (i = 0; i < 20; i++) {
		unsigned long n = INSNS / 2;

		start = __rdtsc();
		asm volatile("1: dec %0; jnz 1b" : "+r" (n));
		start = __rdtsc() - start;
		if (start < least)
			least = start;
	}
	return (double)least / INSNS;
}
