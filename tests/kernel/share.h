/* SPDX-License-Identifier: GPL-2.0-only */
/* Measures the split of a guest. */
#ifndef TESTS_SHARE_H
#define TESTS_SHARE_H

#include "../vmm/vmm.h"

/**
 * struct measured_share - the measured split of a guest's time
 * @user:       percentage of guest user time in classified time
 * @classified: percentage of guest time that is classified
 * @samples:    number of ticks that were charged
 */
struct measured_share {
	double user;
	double classified;
	long long samples;
};

/* Run a VM of @load until it has been sampled @samples times. */
struct measured_share measure_share(const struct vmm_load *load, long samples);

#endif /* TESTS_SHARE_H */
