// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guests in AArch32 state count by their mode: user mode is guest user, all others are
 * guest system.
 *
 * Red when: the exception level is read from the bits that hold it in AArch64 state
 * (user mode and system mode then read as EL0 and as EL3).
 */
#include "kselftest_harness.h"

#include "collect.h"
#include "share.h"

/* A guest that stays in one mode leaves nothing to chance. */
#define SAMPLES	1000

FIXTURE(aarch32) { };

FIXTURE_VARIANT(aarch32)
{
	struct vmm_load load;
	double truth;
};

FIXTURE_VARIANT_ADD(aarch32, usr)
{
	.load = { .mode = VMM_AARCH32_USR }, .truth = 100,
};

FIXTURE_VARIANT_ADD(aarch32, svc)
{
	.load = { .mode = VMM_AARCH32_SVC }, .truth = 0,
};

FIXTURE_VARIANT_ADD(aarch32, sys)
{
	.load = { .mode = VMM_AARCH32_SYS }, .truth = 0,
};

FIXTURE_SETUP(aarch32)
{
	collect_set(1);
}

FIXTURE_TEARDOWN(aarch32)
{
	collect_set(0);
}

TEST_F_TIMEOUT(aarch32, has_true_share, 600)
{
	struct share share = measure_share(&variant->load, SAMPLES);

	TH_LOG("guest user %.2f %%, truth %.0f, samples %lld, classified %.1f %%",
	       share.user, variant->truth, share.samples, share.classified);
	EXPECT_EQ(share.user, variant->truth);
	EXPECT_GE(share.classified, 98);
}

TEST_HARNESS_MAIN
