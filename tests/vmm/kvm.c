// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kvm.h"

#define MAX_CPUID	128

int kvm_ioctl(int fd, unsigned long request, void *arg, const char *what)
{
	int ret;

	/* A signal may come while KVM makes a thread of its own. */
	do {
		ret = ioctl(fd, request, arg);
	} while (ret < 0 && errno == EINTR);
	if (ret < 0)
		err(1, "%s", what);
	return ret;
}

void kvm_create_vm(struct kvm *kvm)
{
	kvm->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (kvm->kvm < 0)
		err(1, "/dev/kvm");
	kvm->vm = kvm_ioctl(kvm->kvm, KVM_CREATE_VM, NULL, "KVM_CREATE_VM");
}

void kvm_set_memory(const struct kvm *kvm, void *mem, unsigned long size)
{
	struct kvm_userspace_memory_region region = {
		.memory_size = size, .userspace_addr = (uintptr_t)mem,
	};

	kvm_ioctl(kvm->vm, KVM_SET_USER_MEMORY_REGION, &region, "KVM_SET_USER_MEMORY_REGION");
}

/*
 * Long mode needs a CPUID that has it, Linux looks for KVM where there is a hypervisor, and
 * Linux 6.12 emulates the TSC deadline timer without saying so here.
 */
static void set_cpuid(const struct kvm *kvm)
{
	const unsigned int hypervisor = 1u << 31, tsc_deadline = 1u << 24;
	struct kvm_cpuid2 *cpuid;
	unsigned int i;

	cpuid = calloc(1, sizeof(*cpuid) + MAX_CPUID * sizeof(cpuid->entries[0]));
	if (!cpuid)
		err(1, "calloc");
	cpuid->nent = MAX_CPUID;
	kvm_ioctl(kvm->kvm, KVM_GET_SUPPORTED_CPUID, cpuid, "KVM_GET_SUPPORTED_CPUID");
	for (i = 0; i < cpuid->nent; i++) {
		if (cpuid->entries[i].function == 1)
			cpuid->entries[i].ecx |= hypervisor | tsc_deadline;
	}
	kvm_ioctl(kvm->vcpu, KVM_SET_CPUID2, cpuid, "KVM_SET_CPUID2");
	free(cpuid);
}

void kvm_create_vcpu(struct kvm *kvm)
{
	kvm->vcpu = kvm_ioctl(kvm->vm, KVM_CREATE_VCPU, NULL, "KVM_CREATE_VCPU");
	kvm->run_size = kvm_ioctl(kvm->kvm, KVM_GET_VCPU_MMAP_SIZE, NULL,
				  "KVM_GET_VCPU_MMAP_SIZE");
	kvm->run = mmap(NULL, kvm->run_size, PROT_READ | PROT_WRITE, MAP_SHARED, kvm->vcpu, 0);
	if (kvm->run == MAP_FAILED)
		err(1, "mmap of kvm_run");
	set_cpuid(kvm);
}

void kvm_get_flat_sregs(const struct kvm *kvm, unsigned short code, unsigned short data,
			struct kvm_sregs *sregs)
{
	const struct kvm_segment data_segment = {
		.limit = 0xffffffff, .selector = data, .type = 3, .present = 1,
		.s = 1, .db = 1, .g = 1,
	};

	kvm_ioctl(kvm->vcpu, KVM_GET_SREGS, sregs, "KVM_GET_SREGS");
	sregs->cs = (struct kvm_segment) {
		.limit = 0xffffffff, .selector = code, .type = 0xb, .present = 1,
		.s = 1, .l = 1, .g = 1,
	};
	sregs->ds = data_segment;
	sregs->es = data_segment;
	sregs->fs = data_segment;
	sregs->gs = data_segment;
	sregs->ss = data_segment;
}

void kvm_destroy(struct kvm *kvm)
{
	munmap(kvm->run, kvm->run_size);
	close(kvm->vcpu);
	close(kvm->vm);
	close(kvm->kvm);
}
