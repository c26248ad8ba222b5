// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest that is a hypervisor (SVM) itself.  Its time counts by the ring of the code that runs,
 * whether that is its own or its nested guest's.
 *
 * Red when: the CPL is read from the VMCB of the guest while the nested guest runs.
 */
#include "kselftest_harness.h"

#include <math.h>

#include "collect.h"
#include "share.h"

/* Four standard errors of 4 000 samples of 75 %, in percentage points. */
#define SAMPLES		4000
#define TOLERANCE	2.8

FIXTURE(nested) { };

FIXTURE_VARIANT(nested)
{
	struct vmm_load load;
	double truth;
	double tolerance;
};

FIXTURE_VARIANT_ADD(nested, ring3_3_of_4)
{
	.load = { .mode = VMM_NESTED_RING3, .user_insns = 30000, .system_insns = 10000 },
	.truth = 75, .tolerance = TOLERANCE,
};

FIXTURE_VARIANT_ADD(nested, ring3_1_of_4)
{
	.load = { .mode = VMM_NESTED_RING3, .user_insns = 10000, .system_insns = 30000 },
	.truth = 25, .tolerance = TOLERANCE,
};

/* The hypervisor and its guest both run in ring 0. */
FIXTURE_VARIANT_ADD(nested, ring0)
{
	.load = { .mode = VMM_NESTED_RING0, .user_insns = 30000, .system_insns = 10000 },
};

FIXTURE_SETUP(nested)
{
	collect_set(1);
}

FIXTURE_TEARDOWN(nested)
{
	collect_set(0);
}

TEST_F_TIMEOUT(nested, has_true_share, 600)
{
	struct share share = measure_share(&variant->load, SAMPLES);

	TH_LOG("guest user %.2f %%, truth %.0f, samples %lld, classified %.1f %%",
	       share.user, variant->truth, share.samples, share.classified);
	EXPECT_LE(fabs(share.user - variant->truth), variant->tolerance);
	EXPECT_GE(share.classified, 90);
}

TEST_HARNESS_MAIN
