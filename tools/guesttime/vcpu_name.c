// SPDX-License-Identifier: GPL-2.0-only
/* vCPU indexes from thread names. */
#include "vcpu_name.h"

#include <string.h>

#define VCPU_MAX	0xffff

static const struct {
	const char *prefix;
	const char *suffix;
} forms[] = {
	{ "CPU ", "/KVM" },
	{ "fc_vcpu ", "" },
	{ "vcpu", "" },
	{ "crosvm_vcpu", "" },
	{ "kvm-vcpu-", "" },
};

bool vcpu_name_decode(const char *comm, uint32_t *index)
{
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		size_t len = strlen(forms[i].prefix);
		const char *p = comm + len;
		uint32_t v = 0;

		if (strncmp(comm, forms[i].prefix, len) || *p < '0' || *p > '9')
			continue;
		for (; *p >= '0' && *p <= '9' && v <= VCPU_MAX; p++)
			v = v * 10 + (uint32_t)(*p - '0');
		/* The kernel cuts names to 15 bytes: "CPU 100000/KVM" still fits. */
		if (v > VCPU_MAX || strcmp(p, forms[i].suffix))
			continue;
		*index = v;
		return true;
	}
	return false;
}
