// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest that is a hypervisor (SVM) itself.  Its time counts by the ring of the running code,
 * which is the hypervisor's or its nested guest's.
 *
 * Red when: the CPL is read from the VMCB of the guest while the nested guest runs.
 */
#include "kselftest_harness.h"

#include <math.h>

#include "collect.h"
#include "share.h"

/*
 * The guest leaves once a loop. Loops of 320 000 instructions are long even where lockdep and KASAN
 * watch the exit; loops of 40 000 would leave a fifth of the time unclassified there.
 */
#define SHORT	80000
#define LONG	240000

/* Four standard errors of 4 000 samples of 75 %, in percentage points. */
#define SAMPLES		4000
#define TOLERANCE	2.8

FIXTURE(nested) { };
FIXTURE_SETUP(nested) { collect_set(1); }
FIXTURE_TEARDOWN(nested) { collect_set(0); }

FIXTURE_VARIANT(nested)
{
	struct vmm_load load;
	double truth;
	double tolerance;
};

FIXTURE_VARIANT_ADD(nested, ring3_3_of_4)
{
	.load = { .mode = VMM_NESTED_RING3, .user_insns = LONG, .system_insns = SHORT },
	.truth = 75, .tolerance = TOLERANCE,
};

FIXTURE_VARIANT_ADD(nested, ring3_1_of_4)
{
	.load = { .mode = VMM_NESTED_RING3, .user_insns = SHORT, .system_insns = LONG },
	.truth = 25, .tolerance = TOLERANCE,
};

/* The hypervisor and its guest both run in ring 0. */
FIXTURE_VARIANT_ADD(nested, ring0)
{
	.load = { .mode = VMM_NESTED_RING0, .user_insns = LONG, .system_insns = SHORT },
};

TEST_F_TIMEOUT(nested, has_true_share, 600)
{
	struct measured_share share = measure_share(&variant->load, SAMPLES);

	TH_LOG("guest user %.2f %%, truth %.0f, samples %lld, classified %.1f %%",
	       share.user, variant->truth, share.samples, share.classified);
	EXPECT_LE(fabs(share.user - variant->truth), variant->tolerance);
	EXPECT_GE(share.classified, 90);
}

TEST_HARNESS_MAIN
