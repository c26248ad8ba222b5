// SPDX-License-Identifier: GPL-2.0-only
/*
 * Modes of the processor: real mode and SMM are guest system, and vm86 is guest user (its
 * CPL is 3).  In protected mode of 16 or 32 bits, the ring decides.  In AArch32 state of
 * arm64, user mode is guest user, and all other modes are guest system.
 *
 * Red when: the CPL is compared with 3 (rings 1 and 2), SMM is taken for user mode,
 * vm86 for real mode.  On arm64: the exception level is read from the bits that hold it
 * in AArch64 state (user mode and system mode then read as EL0 and as EL3).
 */
#include "kselftest_harness.h"

#include <math.h>

#include "collect.h"
#include "proc_read.h"
#include "share.h"
#include "vm.h"

/*
 * A guest that stays in one mode leaves nothing to chance. One of two modes, with
 * 4 000 samples of 75 %, has a standard error of 0.7 percentage points: the
 * tolerance is four of them.
 */
#define SAMPLES_PURE	1000
#define SAMPLES_MIXED	4000
#define TOLERANCE_MIXED	2.8

FIXTURE(modes) { };
FIXTURE_SETUP(modes) { collect_set(1); }
FIXTURE_TEARDOWN(modes) { collect_set(0); }

FIXTURE_VARIANT(modes)
{
	struct vmm_load load;
	double truth;
	bool mixed;
};

#define PURE(name, percent, ...)						\
FIXTURE_VARIANT_ADD(modes, name)						\
{										\
	.load = { __VA_ARGS__ }, .truth = (percent),				\
}

#define MIXED(name, percent, ...)						\
FIXTURE_VARIANT_ADD(modes, name)						\
{										\
	.load = { __VA_ARGS__ }, .truth = (percent), .mixed = true,		\
}

#ifdef __aarch64__
PURE(aarch32_usr, 100, .mode = VMM_AARCH32_USR);
PURE(aarch32_svc, 0, .mode = VMM_AARCH32_SVC);
PURE(aarch32_sys, 0, .mode = VMM_AARCH32_SYS);
#else
PURE(real, 0, .mode = VMM_REAL, .system_insns = 40000);
PURE(vm86, 100, .mode = VMM_VM86, .user_insns = 40000);
PURE(protected16, 100, .mode = VMM_PROTECTED16, .user_insns = 40000);
PURE(ring0, 0, .mode = VMM_RING0, .system_insns = 40000);
PURE(ring1, 100, .mode = VMM_RING1, .user_insns = 40000);
PURE(ring2, 100, .mode = VMM_RING2, .user_insns = 40000);
PURE(ring3, 100, .mode = VMM_RING3, .user_insns = 40000);
/* One instruction of a loop in a thousand comes on top of those asked for. */
MIXED(vm86_and_ring0, 75, .mode = VMM_VM86, .user_insns = 30000, .system_insns = 10000);
MIXED(smm_1_of_4, 75, .mode = VMM_SMM, .user_insns = 30000, .system_insns = 10000);
MIXED(smm_3_of_4, 25, .mode = VMM_SMM, .user_insns = 10000, .system_insns = 30000);
#endif

TEST_F_TIMEOUT(modes, has_true_share, 600)
{
	struct measured_share share;

	share = measure_share(&variant->load, variant->mixed ? SAMPLES_MIXED : SAMPLES_PURE);
	TH_LOG("guest user %.2f %%, truth %.0f, samples %lld, classified %.1f %%",
	       share.user, variant->truth, share.samples, share.classified);
	EXPECT_LE(fabs(share.user - variant->truth), variant->mixed ? TOLERANCE_MIXED : 0);
	/* Ticks after VM exit are no samples. Guests that exit in each loop have more of them. */
	EXPECT_GE(share.classified, variant->mixed ? 90 : 98);
}

#ifndef __aarch64__
FIXTURE(broken) { };
FIXTURE_SETUP(broken) { collect_set(1); }
FIXTURE_TEARDOWN(broken) { collect_set(0); }

/*
 * The guest runs in ring 3 until it triple-faults, and again. All classified time is user, though
 * each fault is an exit. A tick that comes while the host enters the guest finds ring 3, too.
 */
TEST_F_TIMEOUT(broken, triple_faults_count_as_user, 600)
{
	/* Long loops: a kernel with lockdep and KASAN takes long for an exit. */
	const struct vmm_load load = { .mode = VMM_TRIPLE_FAULT, .user_insns = 320000 };
	struct measured_share share = measure_share(&load, SAMPLES_PURE);

	TH_LOG("guest user %.2f %%, samples %lld, classified %.1f %%", share.user,
	       share.samples, share.classified);
	EXPECT_EQ(share.user, 100);
	EXPECT_GE(share.classified, 80);
}

/*
 * HLT and nothing else: the VMM answers each by running the guest on. Its instructions take next
 * to no time, so ticks come while the host enters or leaves it. A tick on the way out cancels a
 * sample of one on the way in: there may be no sample at all. No sample may be of ring 3.
 */
TEST_F_TIMEOUT(broken, halts_are_never_user, 600)
{
	const struct vmm_load load = { .mode = VMM_HALT };
	struct status_times times;
	pid_t pid;

	pid = vm_start(&load, 1);
	vm_wait_guest_time(pid, 500000);
	vm_stop_vcpus(pid);
	times = read_status(pid, 0);
	vm_stop(pid);
	TH_LOG("user %lld us, system %lld us", times.guest_user, times.guest_system);
	EXPECT_EQ(times.guest_user, 0);
}
#endif

TEST_HARNESS_MAIN
