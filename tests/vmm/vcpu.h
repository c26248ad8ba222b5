/* SPDX-License-Identifier: GPL-2.0-only */
/* Functions that vmm.c needs of an architecture: x86/vcpu.c and arm64/vcpu.c. */
#ifndef VMM_VCPU_H
#define VMM_VCPU_H

#include <stdbool.h>
#include <stdint.h>

struct kvm;
struct kvm_ioeventfd;
struct vmm_load;

/**
 * enum vcpu_exit - why the guest has left to the VMM
 * @EXIT_CONTINUE:   the guest runs on
 * @EXIT_END:        the guest has ended
 * @EXIT_UNEXPECTED: an exit that these guests never make
 */
enum vcpu_exit {
	EXIT_CONTINUE,
	EXIT_END,
	EXIT_UNEXPECTED,
};

/* Write a number into a guest's memory. */
void put64(char *mem, unsigned long gpa, uint64_t value);

/* Convert @ns to counts of the guest's timer. */
unsigned long arch_timer_period(unsigned long ns);

/* An interrupt controller in the kernel, before there are vCPUs. */
void arch_create_irqchip(struct kvm *kvm, bool needed);

/* Set up a vCPU to begin with guest_start, in the mode of the load. */
void arch_prepare(const struct vmm_load *load, const struct kvm *kvm, char *mem);

/* Why the last KVM_RUN has returned. */
enum vcpu_exit arch_exit(const struct vmm_load *load, const struct kvm *kvm, char *mem);

/* Fill in the address that exits by vmm_load::exit_ring0 and exit_ring3 write to. */
void arch_exit_address(struct kvm_ioeventfd *ioeventfd);

#endif /* VMM_VCPU_H */
