// SPDX-License-Identifier: GPL-2.0-only
/* The arm64 part of the VMM: a vCPU at EL1 for guest.S, or in AArch32 state. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "../guest.h"
#include "../kvm.h"
#include "../vcpu.h"
#include "../vmm.h"

/* PSTATE: the mode, and interrupts masked. AArch32 state has endianness in the place of D. */
#define PSTATE_EL1H	0x5
#define PSTATE_USR	0x10
#define PSTATE_SVC	0x13
#define PSTATE_SYS	0x1f
#define PSTATE_DAIF	0x3c0
#define PSTATE_AIF	0x1c0

/* A32: branch to itself. */
#define A32_LOOP	0xeafffffe

#define CORE_REG(field)	(KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | \
			 KVM_REG_ARM_CORE_REG(field))

unsigned long arch_timer_period(unsigned long ns)
{
	unsigned long hz;

	asm("mrs %0, cntfrq_el0" : "=r" (hz));
	return ns * (hz / 1000) / 1000000;
}

static void set_device(int device, unsigned int group, uint64_t attr, uint64_t *value)
{
	struct kvm_device_attr set = {
		.group = group, .attr = attr, .addr = (uintptr_t)value,
	};

	kvm_ioctl(device, KVM_SET_DEVICE_ATTR, &set, "KVM_SET_DEVICE_ATTR of the GIC");
}

/* Every guest gets an interrupt controller, as all VMMs in use ask for one. */
void arch_create_irqchip(struct kvm *kvm, bool needed)
{
	struct kvm_create_device create = { .type = KVM_DEV_TYPE_ARM_VGIC_V3 };
	uint64_t gicd = GUEST_GICD, gicr = GUEST_GICR;

	(void)needed;
	kvm_ioctl(kvm->vm, KVM_CREATE_DEVICE, &create, "KVM_CREATE_DEVICE of a GICv3");
	kvm->irqchip = create.fd;
	set_device(create.fd, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_DIST, &gicd);
	set_device(create.fd, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_REDIST, &gicr);
}

static void set_reg(const struct kvm *kvm, uint64_t id, uint64_t value)
{
	struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)&value };

	kvm_ioctl(kvm->vcpu, KVM_SET_ONE_REG, &reg, "KVM_SET_ONE_REG");
}

bool vmm_has_mode(enum vmm_mode mode)
{
	return mode == VMM_LONG || mode >= VMM_AARCH32_USR;
}

void arch_prepare(const struct vmm_load *load, const struct kvm *kvm, char *mem)
{
	static const struct {
		uint64_t pstate;
		bool aarch32;
	} modes[] = {
		[VMM_LONG] = { PSTATE_EL1H | PSTATE_DAIF },
		[VMM_AARCH32_USR] = { PSTATE_USR | PSTATE_AIF, true },
		[VMM_AARCH32_SVC] = { PSTATE_SVC | PSTATE_AIF, true },
		[VMM_AARCH32_SYS] = { PSTATE_SYS | PSTATE_AIF, true },
	};
	const uint32_t loop = A32_LOOP;
	struct kvm_vcpu_init init;

	kvm_ioctl(kvm->vm, KVM_ARM_PREFERRED_TARGET, &init, "KVM_ARM_PREFERRED_TARGET");
	init.features[0] |= 1u << KVM_ARM_VCPU_PSCI_0_2;
	if (modes[load->mode].aarch32) {
		init.features[0] |= 1u << KVM_ARM_VCPU_EL1_32BIT;
		memcpy(mem + GUEST_CODE, &loop, sizeof(loop));
	}
	kvm_ioctl(kvm->vcpu, KVM_ARM_VCPU_INIT, &init, "KVM_ARM_VCPU_INIT");
	set_reg(kvm, CORE_REG(regs.pc), GUEST_CODE);
	set_reg(kvm, CORE_REG(regs.pstate), modes[load->mode].pstate);
	set_device(kvm->irqchip, KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, NULL);
}

void arch_exit_address(struct kvm_ioeventfd *ioeventfd)
{
	ioeventfd->addr = GUEST_MMIO;
	ioeventfd->len = 4;
}

enum vcpu_exit arch_exit(const struct vmm_load *load, const struct kvm *kvm, char *mem)
{
	const struct kvm_run *run = kvm->run;

	(void)load;
	(void)mem;
	if (run->exit_reason != KVM_EXIT_MMIO || !run->mmio.is_write)
		return EXIT_UNEXPECTED;
	switch (run->mmio.phys_addr) {
	case GUEST_MMIO:
		return EXIT_CONTINUE;
	case GUEST_MMIO + GUEST_MMIO_END:
		return EXIT_END;
	default:
		return EXIT_UNEXPECTED;
	}
}

static bool within(unsigned long address, const char *from, const char *to)
{
	const unsigned long start = GUEST_CODE + (from - guest_start);

	return address >= start && address < start + (to - from);
}

bool vmm_in_ring3(unsigned long address)
{
	return within(address, guest_el0, guest_el0_end) ||
	       within(address, guest_scale, guest_scale_end);
}

/* Each of these loops is one instruction. */
bool vmm_resumes_at(unsigned long address)
{
	return within(address, guest_resumed0, guest_resumed0 + 4) ||
	       within(address, guest_resumed3, guest_resumed3 + 4);
}
