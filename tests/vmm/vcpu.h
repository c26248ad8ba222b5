/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the VMM share. */
#ifndef VMM_VCPU_H
#define VMM_VCPU_H

#include <stdbool.h>
#include <stdint.h>

struct kvm;
struct vmm_load;

/* Write a number into a guest's memory. */
void put64(char *mem, unsigned long gpa, uint64_t value);

/*
 * Give a vCPU that was made for guest.S another mode: load->mode, not VMM_LONG.
 * @mem is the guest's memory.
 */
void mode_prepare(const struct vmm_load *load, const struct kvm *kvm, char *mem);

/* Handle an exit that belongs to the mode; false if it is none of those. */
bool mode_exit(const struct vmm_load *load, const struct kvm *kvm, char *mem);

#endif /* VMM_VCPU_H */
