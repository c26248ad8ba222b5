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

int kvm_ioctl(int fd, unsigned long request, void *arg, const char *what)
{
	int ret;

	/* KVM fails with EINTR if a signal comes while it creates a thread of its own. */
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
	kvm->irqchip = -1;
}

void kvm_set_memory(const struct kvm *kvm, void *mem, unsigned long size)
{
	struct kvm_userspace_memory_region region = {
		.memory_size = size, .userspace_addr = (uintptr_t)mem,
	};

	kvm_ioctl(kvm->vm, KVM_SET_USER_MEMORY_REGION, &region, "KVM_SET_USER_MEMORY_REGION");
}

void kvm_create_vcpu(struct kvm *kvm)
{
	kvm->vcpu = kvm_ioctl(kvm->vm, KVM_CREATE_VCPU, NULL, "KVM_CREATE_VCPU");
	kvm->run_size = kvm_ioctl(kvm->kvm, KVM_GET_VCPU_MMAP_SIZE, NULL,
				  "KVM_GET_VCPU_MMAP_SIZE");
	kvm->run = mmap(NULL, kvm->run_size, PROT_READ | PROT_WRITE, MAP_SHARED, kvm->vcpu, 0);
	if (kvm->run == MAP_FAILED)
		err(1, "mmap of kvm_run");
}

void kvm_destroy(struct kvm *kvm)
{
	munmap(kvm->run, kvm->run_size);
	close(kvm->vcpu);
	if (kvm->irqchip >= 0)
		close(kvm->irqchip);
	close(kvm->vm);
	close(kvm->kvm);
}
