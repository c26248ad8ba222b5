/* SPDX-License-Identifier: GPL-2.0-only */
/* The Linux guest and its VMM agree on these. */
#ifndef BENCH_LINUX_GUEST_H
#define BENCH_LINUX_GUEST_H

/* Loops between two words to the VMM. */
#define LINUX_GUEST_LOOPS	100

/* Instructions in user space of each loop after that word: they differ by up to 3 %. */
static inline unsigned long linux_guest_insns(unsigned long user, unsigned int word)
{
	return user / 100 * (97 + word % 7) / 2 * 2;
}

/* Of all loops between two words. */
static inline double linux_guest_user(unsigned long user, unsigned int from, unsigned int to)
{
	double insns = 0;

	for (; from < to; from++)
		insns += (double)LINUX_GUEST_LOOPS * linux_guest_insns(user, from);
	return insns;
}

#endif /* BENCH_LINUX_GUEST_H */
