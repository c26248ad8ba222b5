// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of guest CPU time split by ring: the ring of an x86 vCPU.
 *
 * The mutations that turn them red stand beside the tests.
 */

#include <kunit/test.h>
#include <linux/guest_cputime_kvm.h>
#include <linux/interrupt.h>
#include <linux/kvm_host.h>
#include <linux/preempt.h>

#include "../../arch/x86/kvm/guest_cputime.h"
#include "../../arch/x86/kvm/x86.h"

static struct kvm_vcpu *make_vcpu(struct kunit *test)
{
	struct kvm_vcpu *vcpu = kunit_kzalloc(test, sizeof(*vcpu), GFP_KERNEL);
	struct kvm *kvm = kunit_kzalloc(test, sizeof(*kvm), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, vcpu);
	KUNIT_ASSERT_NOT_NULL(test, kvm);
	vcpu->kvm = kvm;
	return vcpu;
}

/* Red: hidden state not checked, an NMI taken for an interrupt, no window checked. */
static void state_is_read_in_the_exit_window_only(struct kunit *test)
{
	struct kvm_vcpu *vcpu = make_vcpu(test);

	KUNIT_EXPECT_FALSE_MSG(test, kvm_guest_cputime_readable(vcpu), "outside the window");
	vcpu->arch.handling_intr_from_guest = KVM_HANDLING_NMI;
	KUNIT_EXPECT_FALSE_MSG(test, kvm_guest_cputime_readable(vcpu), "in an NMI");
	vcpu->arch.handling_intr_from_guest = KVM_HANDLING_IRQ;
	KUNIT_EXPECT_TRUE(test, kvm_guest_cputime_readable(vcpu));
	vcpu->arch.guest_state_protected = true;
	KUNIT_EXPECT_FALSE_MSG(test, kvm_guest_cputime_readable(vcpu), "hidden state");
}

struct softirq_read {
	struct tasklet_struct tasklet;
	const struct kvm_vcpu *vcpu;
	bool readable;
};

static void read_in_softirq(struct tasklet_struct *tasklet)
{
	struct softirq_read *read = container_of(tasklet, struct softirq_read, tasklet);

	read->readable = kvm_guest_cputime_readable(read->vcpu);
}

/* A timer that interrupts a softirq in the window.  Red: in_serving_softirq() not looked at. */
static void interrupted_softirq_is_no_guest(struct kunit *test)
{
	struct softirq_read read = { .readable = true };
	struct kvm_vcpu *vcpu = make_vcpu(test);

	vcpu->arch.handling_intr_from_guest = KVM_HANDLING_IRQ;
	read.vcpu = vcpu;
	tasklet_setup(&read.tasklet, read_in_softirq);
	tasklet_schedule(&read.tasklet);
	tasklet_kill(&read.tasklet);
	KUNIT_EXPECT_FALSE(test, read.readable);
	KUNIT_EXPECT_TRUE(test, kvm_guest_cputime_readable(vcpu));
}

/* Red: the kernel oopses, as the interrupted registers are not looked at. */
static void outside_of_interrupts_is_no_guest(struct kunit *test)
{
	struct kvm_vcpu *vcpu = make_vcpu(test);
	enum guest_cputime_ring ring;

	vcpu->arch.handling_intr_from_guest = KVM_HANDLING_IRQ;
	preempt_disable();
	ring = kvm_arch_vcpu_guest_ring(vcpu);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, ring, GUEST_CPUTIME_UNKNOWN);
}

/*
 * SVM handles the interrupt that ended the run with interrupts enabled and the boundary
 * flag set.  VMX handles it with interrupts disabled and the flag not yet set.  Red:
 * either of the two not checked.
 */
static void own_exits_are_told_from_interrupts(struct kunit *test)
{
	struct kvm_vcpu *vcpu = make_vcpu(test);

	KUNIT_EXPECT_FALSE_MSG(test, kvm_guest_cputime_interrupted(vcpu, true), "own exit");
	KUNIT_EXPECT_TRUE_MSG(test, kvm_guest_cputime_interrupted(vcpu, false), "VMX");
	vcpu->arch.at_instruction_boundary = true;
	KUNIT_EXPECT_TRUE_MSG(test, kvm_guest_cputime_interrupted(vcpu, true), "SVM");
}

/*
 * Each tick on the way out cancels one sample of its ring.  Red: none cancelled, one of
 * the other ring.
 */
static void ticks_on_the_way_out_cancel_samples(struct kunit *test)
{
	struct kvm_guest_cputime gct = { };
	int i;

	KUNIT_EXPECT_TRUE(test, kvm_guest_cputime_counts(&gct, GUEST_CPUTIME_SYSTEM, true));
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_FALSE(test, kvm_guest_cputime_counts(&gct, GUEST_CPUTIME_SYSTEM,
								  false));
	KUNIT_EXPECT_TRUE(test, kvm_guest_cputime_counts(&gct, GUEST_CPUTIME_USER, true));
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_FALSE(test, kvm_guest_cputime_counts(&gct, GUEST_CPUTIME_SYSTEM,
								  true));
	KUNIT_EXPECT_TRUE(test, kvm_guest_cputime_counts(&gct, GUEST_CPUTIME_SYSTEM, true));
}

/* Red: no bound, another bound, a counter that wraps. */
static void cancelled_samples_are_bounded(struct kunit *test)
{
	struct kvm_guest_cputime gct = { };
	int i;

	for (i = 0; i < 300; i++)
		kvm_guest_cputime_counts(&gct, GUEST_CPUTIME_USER, false);
	for (i = 0; i < 8; i++)
		KUNIT_EXPECT_FALSE(test, kvm_guest_cputime_counts(&gct, GUEST_CPUTIME_USER,
								  true));
	KUNIT_EXPECT_TRUE(test, kvm_guest_cputime_counts(&gct, GUEST_CPUTIME_USER, true));
}

/* The memory that the documents name.  Red: a ring more. */
static void size_is_as_documented(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sizeof_field(struct kvm_vcpu_arch, guest_cputime), 3);
}

static struct kunit_case x86_test_cases[] = {
	KUNIT_CASE(state_is_read_in_the_exit_window_only),
	KUNIT_CASE(interrupted_softirq_is_no_guest),
	KUNIT_CASE(outside_of_interrupts_is_no_guest),
	KUNIT_CASE(own_exits_are_told_from_interrupts),
	KUNIT_CASE(ticks_on_the_way_out_cancel_samples),
	KUNIT_CASE(cancelled_samples_are_bounded),
	KUNIT_CASE(size_is_as_documented),
	{}
};

static struct kunit_suite x86_suite = {
	.name = "guest_cputime_x86",
	.test_cases = x86_test_cases,
};

kunit_test_suites(&x86_suite);

MODULE_DESCRIPTION("KUnit tests of guest CPU time split by ring, x86");
MODULE_LICENSE("GPL");
