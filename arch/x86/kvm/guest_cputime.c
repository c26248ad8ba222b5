// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest CPU time split by ring: the ring of an x86 vCPU, for both vendors.
 *
 * The tick calls this, or the sample timer on a CPU with vtime accounting.  VM entry and
 * VM exit have no work to do.
 */

#include <linux/guest_cputime_kvm.h>
#include <linux/kvm_host.h>
#include <linux/preempt.h>

#include <asm/irq_regs.h>
#include <kunit/visibility.h>

#include "x86.h"
#include "guest_cputime.h"

/* The most samples of a ring that are passed over in a row. */
#define SKIP_MAX	8

/*
 * Whether the handler runs between VM exit and the end of guest time, and may read the
 * vCPU's state.  kvm_arch_vcpu_in_kernel() calls guests with hidden state (SEV-ES,
 * SEV-SNP, TDX) "kernel"; here they must stay unclassified.
 *
 * A softirq runs after the interrupt that ended the run, and enables interrupts.  An
 * interrupt that arrives in a softirq has not interrupted the guest.
 */
VISIBLE_IF_KUNIT bool kvm_guest_cputime_readable(const struct kvm_vcpu *vcpu)
{
	return !in_serving_softirq() &&
	       !vcpu->arch.guest_state_protected &&
	       READ_ONCE(vcpu->arch.handling_intr_from_guest) == KVM_HANDLING_IRQ;
}

/*
 * Whether a host interrupt ended the guest's run.  handling_intr_from_guest is set after
 * every VM exit, also when the guest exited on its own.
 *
 * SVM takes interrupts when KVM enables them after the exit.  at_instruction_boundary is
 * set before that if an interrupt caused the exit.
 *
 * VMX acknowledges the interrupt at the exit.  KVM then calls the handler itself, with
 * interrupts disabled, before it sets at_instruction_boundary.  Any other handler in guest
 * time has interrupted code that had interrupts enabled.
 */
VISIBLE_IF_KUNIT
bool kvm_guest_cputime_interrupted(const struct kvm_vcpu *vcpu, bool irqs_on)
{
	return vcpu->arch.at_instruction_boundary || !irqs_on;
}

/*
 * KVM disables interrupts around VM entry and VM exit.  A tick that arrives on the way in
 * ends the guest's run before its first instruction.  It looks like any other tick, but
 * always finds the ring of the entry, which would be charged too often.  A tick that
 * arrives on the way out of an exit of the guest's own is recognized: no interrupt ended
 * the run.  After another interrupt it looks like the interrupt that ended the run, and
 * is charged to the ring of the exit.
 *
 * The assumption is that both ways take about as long, so that both kinds of ticks are
 * about as frequent.  Each tick on the way out therefore cancels one later sample of its
 * ring.  The assumption fails where entry and exit differ: fastpath re-entries have no
 * way out, and L1D flushes lengthen the way in.  SKIP_MAX bounds the samples that wait to be
 * passed over.
 */
VISIBLE_IF_KUNIT
bool kvm_guest_cputime_counts(struct kvm_guest_cputime *gct, enum guest_cputime_ring ring,
			      bool interrupted)
{
	u8 *skip = &gct->skip[ring];

	if (!interrupted) {
		*skip += *skip < SKIP_MAX;
		return false;
	}
	if (*skip) {
		--*skip;
		return false;
	}
	return true;
}

/**
 * kvm_arch_vcpu_guest_ring - the ring of the guest that this CPU has just interrupted
 * @vcpu: the vCPU that this CPU has loaded
 *
 * The CPL of an interrupted guest may be read here, on VMX through the segment cache.
 *
 * Context: hardirq, during the guest time of @vcpu.
 * Return: the ring; GUEST_CPUTIME_UNKNOWN if no guest was interrupted or its state is
 * hidden.
 */
enum guest_cputime_ring kvm_arch_vcpu_guest_ring(struct kvm_vcpu *vcpu)
{
	const struct pt_regs *regs = get_irq_regs();
	enum guest_cputime_ring ring;
	bool interrupted;

	if (!regs || !kvm_guest_cputime_readable(vcpu))
		return GUEST_CPUTIME_UNKNOWN;

	ring = kvm_x86_call(get_cpl)(vcpu) ? GUEST_CPUTIME_USER : GUEST_CPUTIME_SYSTEM;
	interrupted = kvm_guest_cputime_interrupted(vcpu, regs->flags & X86_EFLAGS_IF);
	if (!kvm_guest_cputime_counts(&vcpu->arch.guest_cputime, ring, interrupted))
		return GUEST_CPUTIME_UNKNOWN;
	return ring;
}
