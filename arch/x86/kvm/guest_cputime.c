// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest CPU time split by ring: vCPU -> ring, for both vendors.
 *
 * Asked when the core wants a sample: by the tick and, on CPUs with vtime
 * accounting, by a timer or at the end of guest time.  Elsewhere a VM exit pays
 * nothing.
 */

#include <linux/kvm_host.h>
#include <linux/preempt.h>
#include <linux/guest_cputime_compat.h>

#include <asm/irq_regs.h>
#include <kunit/visibility.h>

#include "x86.h"
#include "guest_cputime.h"

/*
 * Was it an interrupt that took the guest off the CPU?  A handler of an interrupt asks
 * about that one, or another just before it: between VM exit and the end of guest time
 * handling_intr_from_guest is set for all of them, also after an exit of the guest's own
 * making, so it takes more to tell.
 *
 * SVM takes interrupts when KVM enables them after the exit, and says before
 * that whether an interrupt was the reason (at_instruction_boundary).
 *
 * VMX acknowledges the interrupt at the exit, and KVM calls its handler with
 * interrupts disabled; at_instruction_boundary follows after the handler.  Only
 * this call is made with interrupts disabled, so the interrupted context tells.
 * For what comes when KVM enables interrupts, the flag has been set.
 */
static bool interrupted_by_host(const struct kvm_vcpu *vcpu)
{
	return vcpu->arch.at_instruction_boundary || !(get_irq_regs()->flags & X86_EFLAGS_IF);
}

VISIBLE_IF_KUNIT int kvm_guest_cputime_cpl(struct kvm_vcpu *vcpu)
{
	KUNIT_STATIC_STUB_REDIRECT(kvm_guest_cputime_cpl, vcpu);
	return kvm_x86_call(get_cpl)(vcpu);
}

/*
 * Ticks also arrive while KVM has interrupts disabled around the guest.  On the way
 * out they are told apart, as those that find that it has left by itself.  On the way
 * in they interrupt it before its first instruction, like any other tick but always
 * in the ring that it is entered in.  Both ways are about as long: so for each tick on
 * the way out, pass over one sample of that ring.
 *
 * Softirqs enable interrupts, and may take long: ticks in them are not of the way out.
 */
static bool guest_had_run(struct kvm_vcpu *vcpu, enum guest_cputime_ring ring, bool interrupted)
{
	u8 *skip = &vcpu->arch.guest_cputime.skip[ring];

	if (!interrupted) {
		*skip += *skip < U8_MAX && !in_serving_softirq();
		return false;
	}
	if (*skip) {
		--*skip;
		return false;
	}
	return true;
}

/*
 * Not kvm_arch_vcpu_in_kernel(): to that, guests with hidden state are in the
 * kernel.
 */
VISIBLE_IF_KUNIT
enum guest_cputime_ring kvm_vcpu_guest_cputime_ring(struct kvm_vcpu *vcpu, bool irq)
{
	enum guest_cputime_ring ring;

	/* What is asked at the end of guest time is asked at each VM exit there. */
	if (!vcpu || (!irq && !vcpu->arch.at_instruction_boundary))
		return GUEST_CPUTIME_UNKNOWN;

	if (vcpu->arch.guest_state_protected)
		return GUEST_CPUTIME_UNKNOWN;

	/* A handler that does not run between VM exit and the end of guest time. */
	if (irq && (READ_ONCE(vcpu->arch.handling_intr_from_guest) != KVM_HANDLING_IRQ ||
		    !get_irq_regs()))
		return GUEST_CPUTIME_UNKNOWN;

	ring = kvm_guest_cputime_cpl(vcpu) ? GUEST_CPUTIME_USER : GUEST_CPUTIME_SYSTEM;
	if (irq && !guest_had_run(vcpu, ring, interrupted_by_host(vcpu)))
		return GUEST_CPUTIME_UNKNOWN;

	return ring;
}

/**
 * kvm_guest_cputime_ring - the ring of the guest that this CPU has interrupted
 * @irq: asked by the handler of an interrupt, else at the end of guest time
 *
 * The vCPU is loaded on this CPU, and between VM exit and the end of its guest
 * time: the CPL may be read, on VMX through the segment cache.
 *
 * Context: interrupts disabled.
 * Return: the ring, GUEST_CPUTIME_UNKNOWN if no guest was interrupted or its
 * state is hidden (SEV-ES, SEV-SNP, TDX).
 */
static enum guest_cputime_ring kvm_guest_cputime_ring(bool irq)
{
	return kvm_vcpu_guest_cputime_ring(kvm_get_running_vcpu(), irq);
}

static bool kvm_guest_cputime_loaded(void)
{
	return kvm_get_running_vcpu();
}

const struct guest_cputime_hypervisor kvm_guest_cputime = {
	.ring	= kvm_guest_cputime_ring,
	.loaded	= kvm_guest_cputime_loaded,
};
