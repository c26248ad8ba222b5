/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guest CPU time split by ring: KVM's interface between generic and architecture code,
 * and the statistics of a vCPU.
 *
 * The statistics have names, so they are absent where the feature is configured out.
 * No other statistic moves then, and VM exits are the same object code.
 */
#ifndef _LINUX_GUEST_CPUTIME_KVM_H
#define _LINUX_GUEST_CPUTIME_KVM_H

#include <linux/guest_cputime.h>

struct kvm_vcpu;

enum guest_cputime_ring kvm_arch_vcpu_guest_ring(struct kvm_vcpu *vcpu);

#ifdef CONFIG_GUEST_CPUTIME

/* Members of struct kvm_vcpu_stat_generic: guest time by ring, in nanoseconds. */
#define KVM_GUEST_CPUTIME_STATS		\
	u64 guest_user_ns;		\
	u64 guest_system_ns

/* Their descriptors, after others. */
#define KVM_GUEST_CPUTIME_STATS_DESC	\
	, STATS_DESC_TIME_NSEC(VCPU_GENERIC, guest_user_ns)	\
	, STATS_DESC_TIME_NSEC(VCPU_GENERIC, guest_system_ns)

#else

#define KVM_GUEST_CPUTIME_STATS		struct { }
#define KVM_GUEST_CPUTIME_STATS_DESC

#endif /* CONFIG_GUEST_CPUTIME */

#endif /* _LINUX_GUEST_CPUTIME_KVM_H */
