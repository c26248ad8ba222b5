// SPDX-License-Identifier: GPL-2.0-only
/* Decoder of the CPU lines of /proc/stat. */
#include "host_cpu.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* Columns of the "cpu" line. */
enum {
	USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, GUEST, GUEST_NICE,
	COLUMNS_NEEDED,
};

static bool numbers(const char *p, const char *end, uint64_t v[COLUMNS_NEEDED])
{
	int i;

	for (i = 0; i < COLUMNS_NEEDED; i++) {
		while (p < end && *p == ' ')
			p++;
		if (p == end)
			return false;
		v[i] = 0;
		for (; p < end && *p != ' '; p++) {
			unsigned int digit = (unsigned int)(*p - '0');

			if (digit > 9 || v[i] > (UINT64_MAX - digit) / 10)
				return false;
			v[i] = v[i] * 10 + digit;
		}
	}
	return true;
}

static uint64_t minus(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

int host_cpu_decode(const char *buf, size_t len, struct host_cpu *cpu)
{
	const char *p = buf, *end = buf + len, *eol;
	uint64_t v[COLUMNS_NEEDED];
	bool found = false;

	memset(cpu, 0, sizeof(*cpu));
	for (; p < end && (eol = memchr(p, '\n', (size_t)(end - p))); p = eol + 1) {
		if (eol - p < 4 || memcmp(p, "cpu", 3))
			break;
		if (p[3] != ' ') {
			cpu->cpus++;
			continue;
		}
		if (found || !numbers(p + 4, eol, v))
			return -EBADMSG;
		found = true;
		/* Guest time is in user and nice too. */
		cpu->user = minus(v[USER], v[GUEST]) + minus(v[NICE], v[GUEST_NICE]);
		cpu->system = v[SYSTEM] + v[IRQ] + v[SOFTIRQ];
		cpu->guest = v[GUEST] + v[GUEST_NICE];
		cpu->idle = v[IDLE] + v[IOWAIT];
		cpu->steal = v[STEAL];
	}
	return found ? 0 : -EBADMSG;
}
