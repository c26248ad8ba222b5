// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of guest CPU time split by ring: the ring of an arm64 vCPU.
 *
 * Mutations that turn them red stand beside the tests.
 */

#include <kunit/test.h>
#include <linux/guest_cputime_kvm.h>
#include <linux/interrupt.h>
#include <linux/kvm_host.h>

#include <asm/kvm_emulate.h>
#include <asm/virt.h>

/* Flags and masks beside the mode: they must not matter. */
#define NOISE	(PSR_N_BIT | PSR_V_BIT | PSR_I_BIT | PSR_F_BIT)

struct arm64_ring_case {
	const char *name;
	u64 pstate;
	enum guest_cputime_ring ring;
};

/*
 * Turned red by: user and system swapped (all), "mode == PSR_MODE_EL1h" for guest system
 * (EL1t, EL2), the mask of AArch64's modes in AArch32 state (user mode).
 */
static const struct arm64_ring_case arm64_ring_cases[] = {
	{ "EL0", PSR_MODE_EL0t, GUEST_CPUTIME_USER },
	{ "EL0 with flags", PSR_MODE_EL0t | NOISE, GUEST_CPUTIME_USER },
	{ "EL1 with the stack of EL0", PSR_MODE_EL1t, GUEST_CPUTIME_SYSTEM },
	{ "EL1", PSR_MODE_EL1h, GUEST_CPUTIME_SYSTEM },
	{ "EL1 with flags", PSR_MODE_EL1h | NOISE, GUEST_CPUTIME_SYSTEM },
	{ "nested: EL2 with the stack of EL0", PSR_MODE_EL2t, GUEST_CPUTIME_SYSTEM },
	{ "nested: EL2", PSR_MODE_EL2h, GUEST_CPUTIME_SYSTEM },
	{ "AArch32 user", PSR_AA32_MODE_USR, GUEST_CPUTIME_USER },
	{ "AArch32 user with flags", PSR_AA32_MODE_USR | NOISE, GUEST_CPUTIME_USER },
	{ "AArch32 FIQ", PSR_AA32_MODE_FIQ, GUEST_CPUTIME_SYSTEM },
	{ "AArch32 IRQ", PSR_AA32_MODE_IRQ, GUEST_CPUTIME_SYSTEM },
	{ "AArch32 supervisor", PSR_AA32_MODE_SVC, GUEST_CPUTIME_SYSTEM },
	{ "AArch32 abort", PSR_AA32_MODE_ABT, GUEST_CPUTIME_SYSTEM },
	{ "AArch32 undefined", PSR_AA32_MODE_UND, GUEST_CPUTIME_SYSTEM },
	{ "AArch32 system", PSR_AA32_MODE_SYS, GUEST_CPUTIME_SYSTEM },
};

static void arm64_ring_case_name(const struct arm64_ring_case *c, char *name)
{
	strscpy(name, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(arm64_ring, arm64_ring_cases, arm64_ring_case_name);

static struct kvm_vcpu *make_vcpu(struct kunit *test, u64 pstate)
{
	struct kvm_vcpu *vcpu = kunit_kzalloc(test, sizeof(*vcpu), GFP_KERNEL);
	struct kvm *kvm = kunit_kzalloc(test, sizeof(*kvm), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, vcpu);
	KUNIT_ASSERT_NOT_NULL(test, kvm);
	vcpu->kvm = kvm;
	*vcpu_cpsr(vcpu) = pstate;
	return vcpu;
}

static void rings_are_those_of_pstate(struct kunit *test)
{
	const struct arm64_ring_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, kvm_arch_vcpu_guest_ring(make_vcpu(test, c->pstate)), c->ring);
}

struct softirq_ring {
	struct tasklet_struct tasklet;
	struct kvm_vcpu *vcpu;
	enum guest_cputime_ring ring;
};

static void read_in_softirq(struct tasklet_struct *tasklet)
{
	struct softirq_ring *read = container_of(tasklet, struct softirq_ring, tasklet);

	read->ring = kvm_arch_vcpu_guest_ring(read->vcpu);
}

/* Turned red by: in_serving_softirq() not looked at. */
static void interrupted_softirq_is_no_guest(struct kunit *test)
{
	struct softirq_ring read = {
		.vcpu = make_vcpu(test, PSR_MODE_EL1h), .ring = GUEST_CPUTIME_SYSTEM,
	};

	tasklet_setup(&read.tasklet, read_in_softirq);
	tasklet_schedule(&read.tasklet);
	tasklet_kill(&read.tasklet);
	KUNIT_EXPECT_EQ(test, read.ring, GUEST_CPUTIME_UNKNOWN);
}

/*
 * The host is not to know the state of guests that pKVM protects.
 * A host without pKVM (kvm-arm.mode=protected) has no such guests.
 *
 * Turned red by: no check of vcpu_is_protected() (with pKVM), a check of pkvm.enabled
 * alone (without).
 */
static void protected_guests_have_no_ring(struct kunit *test)
{
	const struct arm64_ring_case *c = test->param_value;
	struct kvm_vcpu *vcpu = make_vcpu(test, c->pstate);

	vcpu->kvm->arch.pkvm.enabled = true;
	KUNIT_EXPECT_EQ(test, kvm_arch_vcpu_guest_ring(vcpu),
			is_protected_kvm_enabled() ? GUEST_CPUTIME_UNKNOWN : c->ring);
}

static struct kunit_case guest_cputime_arm64_cases[] = {
	KUNIT_CASE_PARAM(rings_are_those_of_pstate, arm64_ring_gen_params),
	KUNIT_CASE(interrupted_softirq_is_no_guest),
	KUNIT_CASE_PARAM(protected_guests_have_no_ring, arm64_ring_gen_params),
	{ }
};

static struct kunit_suite guest_cputime_arm64_suite = {
	.name = "guest_cputime_arm64",
	.test_cases = guest_cputime_arm64_cases,
};

kunit_test_suite(guest_cputime_arm64_suite);
