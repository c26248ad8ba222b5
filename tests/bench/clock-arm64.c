// SPDX-License-Identifier: GPL-2.0-only
#include "clock.h"

#define INSNS	10000

static unsigned long long counter(void)
{
	unsigned long long value;

	asm volatile("isb; mrs %0, cntvct_el0" : "=r" (value) :: "memory");
	return value;
}

/* The quickest of some: no interrupt came. */
double clock_insn_ticks(void)
{
	unsigned long long least = ~0ULL, start;
	int i;

	for (i = 0; i < 20; i++) {
		unsigned long n = INSNS / 2;

		start = counter();
		asm volatile("1: subs %0, %0, #1; b.ne 1b" : "+r" (n) :: "cc");
		start = counter() - start;
		if (start < least)
			least = start;
	}
	return (double)least / INSNS;
}
