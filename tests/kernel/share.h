/* SPDX-License-Identifier: GPL-2.0-only */
/* The measured split of a guest, beside the true one. */
#ifndef TESTS_SHARE_H
#define TESTS_SHARE_H

#include "../vmm/vmm.h"

/**
 * struct share - a guest's time as it was split
 * @user:       percentage of guest user in what is classified
 * @classified: percentage of guest time that is classified
 * @samples:    number of ticks that were charged
 */
struct share {
	double user;
	double classified;
	long long samples;
};

/* Run a VM of @load until it was sampled @samples times. */
struct share measure_share(const struct vmm_load *load, long samples);

#endif /* TESTS_SHARE_H */
