/* SPDX-License-Identifier: GPL-2.0-only */
/* Guest CPU time split by ring: the state that struct kvm_vcpu_arch embeds. */
#ifndef _ASM_X86_KVM_GUEST_CPUTIME_H
#define _ASM_X86_KVM_GUEST_CPUTIME_H

#include <linux/guest_cputime.h>

#ifdef CONFIG_GUEST_CPUTIME

/**
 * struct kvm_guest_cputime - samples of a vCPU that do not count
 * @skip: by enum guest_cputime_ring, how many samples to pass over
 *
 * Written in hardirq context, by the CPU that has the vCPU loaded.
 */
struct kvm_guest_cputime {
	u8 skip[GUEST_CPUTIME_SYSTEM + 1];
};

#else

struct kvm_guest_cputime { };

#endif /* CONFIG_GUEST_CPUTIME */

#endif /* _ASM_X86_KVM_GUEST_CPUTIME_H */
