/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls that every user of /dev/kvm makes.  A failure ends the process with status 1. */
#ifndef VMM_KVM_H
#define VMM_KVM_H

#include <linux/kvm.h>

/**
 * struct kvm - a VM with one vCPU
 * @kvm:  /dev/kvm
 * @vm:   the VM
 * @vcpu: the vCPU
 * @irqchip: the device of its interrupt controller, or -1
 * @run:  shared with the kernel
 * @run_size: its size
 */
struct kvm {
	int kvm;
	int vm;
	int vcpu;
	int irqchip;
	struct kvm_run *run;
	int run_size;
};

/* ioctl(2); @what is named if it fails. */
int kvm_ioctl(int fd, unsigned long request, void *arg, const char *what);

/* A VM without memory and devices. */
void kvm_create_vm(struct kvm *kvm);

/* Its memory, from address 0. */
void kvm_set_memory(const struct kvm *kvm, void *mem, unsigned long size);

/* The vCPU, before the architecture has prepared it. */
void kvm_create_vcpu(struct kvm *kvm);

/* Closes all of it. The memory stays. */
void kvm_destroy(struct kvm *kvm);

#endif /* VMM_KVM_H */
