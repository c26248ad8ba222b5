// SPDX-License-Identifier: GPL-2.0-only
/* The x86 part of the VMM: a vCPU in 64-bit mode for guest.S. */
#include <err.h>
#include <stdint.h>
#include <stdlib.h>

#include "cpu.h"
#include "../guest.h"
#include "../vcpu.h"
#include "../vmm.h"

#define MAX_CPUID	128

#define CR0_PE		(1UL << 0)
#define CR0_NE		(1UL << 5)
#define CR0_PG		(1UL << 31)
#define CR4_PAE		(1UL << 5)
#define EFER_LME	(1UL << 8)
#define EFER_LMA	(1UL << 10)

/* Page table entry: present, writable, user; and a 2 MiB page. */
#define PTE_PWU		7UL
#define PTE_LARGE	(1UL << 7)

/*
 * Long mode needs a CPUID that has it. Linux guests look for KVM where CPUID has a hypervisor.
 * Linux 6.12 emulates the TSC deadline timer, and KVM_GET_SUPPORTED_CPUID lacks it.
 */
void kvm_set_cpuid(const struct kvm *kvm)
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

/* A trap gate: interrupts stay enabled. */
static void put_gate(char *mem, int vector, const char *entry, unsigned long type)
{
	unsigned long gpa = GUEST_CODE + (entry - guest_start);

	put64(mem, GUEST_IDT + 16 * vector,
	      (gpa & 0xffff) | GUEST_CS0 << 16 | type << 40 | (gpa >> 16) << 48);
	put64(mem, GUEST_IDT + 16 * vector + 8, GUEST_HIGH >> 32);
}

static void make_tables(char *mem)
{
	const unsigned long tss_limit = 0x67;

	put64(mem, GUEST_PML4, GUEST_PDPT | PTE_PWU);
	put64(mem, GUEST_PML4 + 8 * 256, GUEST_PDPT | PTE_PWU);		/* GUEST_HIGH */
	put64(mem, GUEST_PDPT, GUEST_PD | PTE_PWU);
	put64(mem, GUEST_PD, PTE_PWU | PTE_LARGE);

	/* Present, accessed; 64-bit code (DPL 0, 3), data (DPL 0, 3). */
	put64(mem, GUEST_GDT + (GUEST_CS0 & ~7), 0x00af9b000000ffff);
	put64(mem, GUEST_GDT + (GUEST_DS0 & ~7), 0x00cf93000000ffff);
	put64(mem, GUEST_GDT + (GUEST_CS3 & ~7), 0x00affb000000ffff);
	put64(mem, GUEST_GDT + (GUEST_DS3 & ~7), 0x00cff3000000ffff);
	/* A busy 64-bit TSS. */
	put64(mem, GUEST_GDT + GUEST_TR, 0x00008b0000000000 | GUEST_TSS << 16 | tss_limit);
	put64(mem, GUEST_GDT + GUEST_TR + 8, 0);
	/* Its stack for ring 0; the field is not aligned. */
	put64(mem, GUEST_TSS + 4, GUEST_STACK0);

	put_gate(mem, GUEST_VECTOR, guest_trap, 0xef);		/* for ring 3, too */
	put_gate(mem, GUEST_INTERRUPT_VECTOR, guest_interrupt, 0x8f);
	put_gate(mem, GUEST_WAKE_VECTOR, guest_wake, 0x8f);
}

static void set_registers(const struct kvm *kvm)
{
	struct kvm_regs regs = {
		.rip = GUEST_HIGH + GUEST_CODE, .rsp = GUEST_STACK0, .rflags = 2,
	};
	struct kvm_sregs sregs;

	kvm_get_flat_sregs(kvm, GUEST_CS0, GUEST_DS0, &sregs);
	sregs.tr = (struct kvm_segment) {
		.base = GUEST_TSS, .limit = 0x67, .selector = GUEST_TR, .type = 0xb,
		.present = 1,
	};
	sregs.gdt.base = GUEST_GDT;
	sregs.gdt.limit = GUEST_TR + 16 - 1;
	sregs.idt.base = GUEST_IDT;
	sregs.idt.limit = 16 * (GUEST_WAKE_VECTOR + 1) - 1;
	sregs.cr0 = CR0_PE | CR0_NE | CR0_PG;
	sregs.cr3 = GUEST_PML4;
	sregs.cr4 = CR4_PAE;
	sregs.efer = EFER_LME | EFER_LMA;
	kvm_ioctl(kvm->vcpu, KVM_SET_SREGS, &sregs, "KVM_SET_SREGS");
	kvm_ioctl(kvm->vcpu, KVM_SET_REGS, &regs, "KVM_SET_REGS");
}

unsigned long arch_timer_period(unsigned long ns)
{
	return ns;
}

void arch_create_irqchip(struct kvm *kvm, bool needed)
{
	if (needed)
		kvm_ioctl(kvm->vm, KVM_CREATE_IRQCHIP, NULL, "KVM_CREATE_IRQCHIP");
}

void arch_prepare(const struct vmm_load *load, const struct kvm *kvm, char *mem)
{
	make_tables(mem);
	kvm_set_cpuid(kvm);
	set_registers(kvm);
	if (load->mode != VMM_LONG)
		mode_prepare(load, kvm, mem);
}

void arch_exit_address(struct kvm_ioeventfd *ioeventfd)
{
	ioeventfd->addr = GUEST_PORT;
	ioeventfd->len = 1;
	ioeventfd->flags = KVM_IOEVENTFD_FLAG_PIO;
}

enum vcpu_exit arch_exit(const struct vmm_load *load, const struct kvm *kvm, char *mem)
{
	const struct kvm_run *run = kvm->run;

	if (load->mode != VMM_LONG && mode_exit(load, kvm, mem))
		return EXIT_CONTINUE;
	if (run->exit_reason != KVM_EXIT_IO)
		return EXIT_UNEXPECTED;
	switch (run->io.port) {
	case GUEST_PORT:
		return EXIT_CONTINUE;
	case GUEST_END_PORT:
		return EXIT_END;
	default:
		return EXIT_UNEXPECTED;
	}
}
