// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a VM exit costs, in instructions: on the test machines an instruction is a
 * tick of the TSC.  For each kind of exit, with collection off and on where the
 * kernel has it, prints "bench KIND STATE MEDIAN".
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../e2e/collect.h"
#include "../vmm/vmm.h"

#define EXITS	20001

static int compare(const void *a, const void *b)
{
	unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return (x > y) - (x < y);
}

static void measure(const char *state)
{
	static const char * const kinds[] = {
		[VMM_PROBE_CPUID] = "cpuid", [VMM_PROBE_OUT] = "userspace",
	};
	static unsigned int ticks[EXITS];
	unsigned int kind;

	for (kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++) {
		vmm_probe(kind, ticks, EXITS);
		qsort(ticks, EXITS, sizeof(ticks[0]), compare);
		printf("bench %s %s %u\n", kinds[kind], state, ticks[EXITS / 2]);
	}
}

int main(void)
{
	if (access(COLLECT_PATH, F_OK)) {
		measure("unpatched");
		return 0;
	}
	collect_set(0);
	measure("off");
	collect_set(1);
	measure("on");
	return 0;
}
