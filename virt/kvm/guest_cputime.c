// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest CPU time split by ring: the link between the accounting of CPU time and the
 * vCPU that a CPU has loaded, for all architectures.
 */

#include <linux/guest_cputime_kvm.h>
#include <linux/kvm_host.h>

#include "guest_cputime.h"

static enum guest_cputime_ring kvm_guest_cputime_sample(u64 ns)
{
	struct kvm_vcpu *vcpu = kvm_get_running_vcpu();
	enum guest_cputime_ring ring;

	if (!vcpu)
		return GUEST_CPUTIME_UNKNOWN;

	ring = kvm_arch_vcpu_guest_ring(vcpu);
	if (ring == GUEST_CPUTIME_USER)
		vcpu->stat.generic.guest_user_ns += ns;
	else if (ring == GUEST_CPUTIME_SYSTEM)
		vcpu->stat.generic.guest_system_ns += ns;
	return ring;
}

static bool kvm_guest_cputime_loaded(void)
{
	return kvm_get_running_vcpu();
}

static const struct guest_cputime_hypervisor kvm_hypervisor = {
	.sample	= kvm_guest_cputime_sample,
	.loaded	= kvm_guest_cputime_loaded,
};

/**
 * kvm_guest_cputime_init - let the accounting of CPU time sample KVM's guests
 *
 * Context: process context, before the first vCPU runs.
 */
void kvm_guest_cputime_init(void)
{
	guest_cputime_register(&kvm_hypervisor);
}

/**
 * kvm_guest_cputime_exit - end what kvm_guest_cputime_init() began
 *
 * Context: process context, after the last vCPU has run; sleeps.
 */
void kvm_guest_cputime_exit(void)
{
	guest_cputime_unregister();
}
