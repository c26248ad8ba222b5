/* SPDX-License-Identifier: GPL-2.0-only */
/* vCPUs of x86: long mode, and the modes of modes.S. */
#ifndef VMM_CPU_H
#define VMM_CPU_H

#include <stdbool.h>

#include "../kvm.h"

struct vmm_load;

/* A CPUID with all that KVM supports. */
void kvm_set_cpuid(const struct kvm *kvm);

/* Set flat 64-bit segments of ring 0, and leave the other system registers. */
void kvm_get_flat_sregs(const struct kvm *kvm, unsigned short code, unsigned short data,
			struct kvm_sregs *sregs);

/*
 * Give a vCPU that was made for guest.S another mode: load->mode, not VMM_LONG.
 * @mem is the guest's memory.
 */
void mode_prepare(const struct vmm_load *load, const struct kvm *kvm, char *mem);

/* Handle an exit that belongs to the mode; false if it belongs to no mode. */
bool mode_exit(const struct vmm_load *load, const struct kvm *kvm, char *mem);

#endif /* VMM_CPU_H */
