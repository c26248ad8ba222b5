/* SPDX-License-Identifier: GPL-2.0-only */
/* Guest CPU time split by ring: the steps of kvm_arch_vcpu_guest_ring(), for KUnit. */
#ifndef __KVM_X86_GUEST_CPUTIME_H
#define __KVM_X86_GUEST_CPUTIME_H

#include <linux/guest_cputime.h>

#if IS_ENABLED(CONFIG_KUNIT)
struct kvm_guest_cputime;
struct kvm_vcpu;

bool kvm_guest_cputime_readable(const struct kvm_vcpu *vcpu);
bool kvm_guest_cputime_interrupted(const struct kvm_vcpu *vcpu, bool irqs_on);
bool kvm_guest_cputime_counts(struct kvm_guest_cputime *gct, enum guest_cputime_ring ring,
			      bool interrupted);
#endif

#endif /* __KVM_X86_GUEST_CPUTIME_H */
