/* SPDX-License-Identifier: GPL-2.0-only */
/* What every user of /dev/kvm does.  A failure ends the process with status 1. */
#ifndef VMM_KVM_H
#define VMM_KVM_H

#include <linux/kvm.h>

/**
 * struct kvm - a VM with one vCPU
 * @kvm:  /dev/kvm
 * @vm:   the VM
 * @vcpu: the vCPU
 * @run:  shared with the kernel
 * @run_size: its size
 */
struct kvm {
	int kvm;
	int vm;
	int vcpu;
	struct kvm_run *run;
	int run_size;
};

/* ioctl(2); @what is named if it fails. */
int kvm_ioctl(int fd, unsigned long request, void *arg, const char *what);

/* A VM without memory and devices. */
void kvm_create_vm(struct kvm *kvm);

/* Its memory, from address 0. */
void kvm_set_memory(const struct kvm *kvm, void *mem, unsigned long size);

/* The vCPU, with all that KVM supports. */
void kvm_create_vcpu(struct kvm *kvm);

/* Flat 64-bit segments of ring 0, the other system registers as they are. */
void kvm_get_flat_sregs(const struct kvm *kvm, unsigned short code, unsigned short data,
			struct kvm_sregs *sregs);

/* All of it is gone, but for the memory. */
void kvm_destroy(struct kvm *kvm);

#endif /* VMM_KVM_H */
