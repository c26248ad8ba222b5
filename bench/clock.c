// SPDX-License-Identifier: GPL-2.0-only
#include "clock.h"

#ifdef __aarch64__
#define LOOP	"1: subs %0, %0, #1; b.ne 1b"

static unsigned long long counter(void)
{
	unsigned long long value;

	asm volatile("isb; mrs %0, cntvct_el0" : "=r" (value) :: "memory");
	return value;
}
#else
#include <x86intrin.h>

#define LOOP	"1: dec %0; jnz 1b"
#define counter	__rdtsc
#endif

#define INSNS	10000

/* The quickest of some: no interrupt came. */
double clock_insn_ticks(void)
{
	unsigned long long least = ~0ULL, start;
	int i;

	for (i = 0; i < 20; i++) {
		unsigned long n = INSNS / 2;

		start = counter();
		asm volatile(LOOP : "+r" (n) :: "cc");
		start = counter() - start;
		if (start < least)
			least = start;
	}
	return (double)least / INSNS;
}
