// SPDX-License-Identifier: GPL-2.0-only
/* placeholder until the next commit */
#include "sampler.h"

#include <errno.h>

int sampler_open(uint32_t rate, struct sampler **sampler, const char **why)
{
	(void)rate;
	*sampler = NULL;
	*why = "sampling is not there yet";
	return -EOPNOTSUPP;
}

int sampler_apply(struct sampler *sampler, struct proc_snapshot *snap)
{
	(void)sampler;
	(void)snap;
	return 0;
}

int sampler_fd(const struct sampler *sampler)
{
	(void)sampler;
	return -1;
}

void sampler_drain(struct sampler *sampler)
{
	(void)sampler;
}

uint64_t sampler_lost(struct sampler *sampler)
{
	(void)sampler;
	return 0;
}

const char *sampler_trouble(struct sampler *sampler)
{
	(void)sampler;
	return NULL;
}

void sampler_close(struct sampler *sampler)
{
	(void)sampler;
}
