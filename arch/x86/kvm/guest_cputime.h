/* SPDX-License-Identifier: GPL-2.0-only */
/* Guest CPU time split by ring: the ring of a vCPU. */
#ifndef __KVM_X86_GUEST_CPUTIME_H
#define __KVM_X86_GUEST_CPUTIME_H

#include <linux/guest_cputime.h>

struct kvm_vcpu;

#ifdef CONFIG_GUEST_CPUTIME

extern const struct guest_cputime_hypervisor kvm_guest_cputime;

#if IS_ENABLED(CONFIG_KUNIT)
int kvm_guest_cputime_cpl(struct kvm_vcpu *vcpu);
enum guest_cputime_ring kvm_vcpu_guest_cputime_ring(struct kvm_vcpu *vcpu, bool irq);
#endif

static inline void kvm_guest_cputime_init(void)
{
	guest_cputime_register(&kvm_guest_cputime);
}

static inline void kvm_guest_cputime_exit(void)
{
	guest_cputime_unregister();
}

#else /* !CONFIG_GUEST_CPUTIME */

static inline void kvm_guest_cputime_init(void) { }
static inline void kvm_guest_cputime_exit(void) { }

#endif /* CONFIG_GUEST_CPUTIME */

#endif /* __KVM_X86_GUEST_CPUTIME_H */
