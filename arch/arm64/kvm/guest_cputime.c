// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest CPU time split by ring: the exception level of an arm64 vCPU.
 *
 * The tick calls this, or the sample timer on a CPU with vtime accounting.  VM entry and
 * VM exit have no work to do.
 */

#include <linux/guest_cputime_kvm.h>
#include <linux/kvm_host.h>
#include <linux/preempt.h>

#include <asm/kvm_emulate.h>

/**
 * kvm_arch_vcpu_guest_ring - the ring of a guest that an interrupt has stopped
 * @vcpu: the vCPU that is loaded on this CPU, after VM exit
 *
 * EL0 is guest user.  EL1, and EL2 of a guest that is a hypervisor, are guest system.
 * An AArch32 guest is guest user in user mode.
 *
 * KVM enables interrupts before the end of guest time after an interrupt exit only: no
 * handler runs in guest time after any other exit.  An interrupt that is already pending
 * at VM entry ends the run before the first instruction.  EL2 handles some exits by itself:
 * an interrupt that arrives meanwhile ends the run at its re-entry.  Both are charged to the
 * ring of the entry, as the vCPU's state does not show them.  The guest's own timer causes
 * interrupt exits, too: a tick between such an exit and the handler is a sample.
 * A softirq after the interrupt enables interrupts: an interrupt that arrives in a softirq is
 * no sample.
 *
 * Context: interrupts disabled, within guest time (PF_VCPU).
 * Return: the ring, or GUEST_CPUTIME_UNKNOWN for a guest that pKVM protects: the host is
 * not to know its state.
 */
enum guest_cputime_ring kvm_arch_vcpu_guest_ring(struct kvm_vcpu *vcpu)
{
	if (in_serving_softirq() || vcpu_is_protected(vcpu))
		return GUEST_CPUTIME_UNKNOWN;

	return vcpu_mode_priv(vcpu) ? GUEST_CPUTIME_SYSTEM : GUEST_CPUTIME_USER;
}
