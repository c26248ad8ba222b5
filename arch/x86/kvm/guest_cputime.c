// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest CPU time split by ring: vCPU -> ring, for both vendors.
 *
 * Asked from the host's interrupt handlers, so only when the core wants a
 * sample; a VM exit pays nothing.
 */

#include <linux/kvm_host.h>

#include <asm/irq_regs.h>
#include <kunit/static_stub.h>
#include <kunit/visibility.h>

#include "x86.h"
#include "guest_cputime.h"

/*
 * Did the interrupt that is being handled, or another one just before it, take
 * the guest off the CPU?  handling_intr_from_guest is set for all interrupts
 * between VM exit and the end of guest time, also after an exit of the guest's
 * own making: it takes more to tell.
 *
 * SVM takes interrupts when KVM enables them after the exit, and says before
 * that whether an interrupt was the reason (at_instruction_boundary).
 *
 * VMX acknowledges the interrupt at the exit, and KVM calls its handler with
 * interrupts disabled; at_instruction_boundary follows after the handler.  Only
 * this call is made with interrupts disabled, so the interrupted context tells.
 * For what comes when KVM enables interrupts, the flag has been set.
 */
static bool interrupt_from_guest(const struct kvm_vcpu *vcpu)
{
	const struct pt_regs *regs = get_irq_regs();

	if (READ_ONCE(vcpu->arch.handling_intr_from_guest) != KVM_HANDLING_IRQ)
		return false;

	return vcpu->arch.at_instruction_boundary ||
	       (regs && !(regs->flags & X86_EFLAGS_IF));
}

VISIBLE_IF_KUNIT int kvm_guest_cputime_cpl(struct kvm_vcpu *vcpu)
{
	KUNIT_STATIC_STUB_REDIRECT(kvm_guest_cputime_cpl, vcpu);
	return kvm_x86_call(get_cpl)(vcpu);
}

/*
 * Not kvm_arch_vcpu_in_kernel(): to that, guests with hidden state are in the
 * kernel.
 */
VISIBLE_IF_KUNIT enum guest_cputime_ring kvm_vcpu_guest_cputime_ring(struct kvm_vcpu *vcpu)
{
	if (!vcpu || !interrupt_from_guest(vcpu))
		return GUEST_CPUTIME_UNKNOWN;

	if (vcpu->arch.guest_state_protected)
		return GUEST_CPUTIME_UNKNOWN;

	return kvm_guest_cputime_cpl(vcpu) ? GUEST_CPUTIME_USER : GUEST_CPUTIME_SYSTEM;
}

/**
 * kvm_guest_cputime_ring - the ring of the guest that this CPU has interrupted
 *
 * The vCPU is loaded on this CPU, and between VM exit and the end of its guest
 * time: the CPL may be read, on VMX through the segment cache.
 *
 * Context: interrupt handlers.
 * Return: the ring, GUEST_CPUTIME_UNKNOWN if no guest was interrupted or its
 * state is hidden (SEV-ES, SEV-SNP, TDX).
 */
enum guest_cputime_ring kvm_guest_cputime_ring(void)
{
	return kvm_vcpu_guest_cputime_ring(kvm_get_running_vcpu());
}
