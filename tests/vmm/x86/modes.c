// SPDX-License-Identifier: GPL-2.0-only
/* vCPUs for the guests of modes.S. */
#include <cpuid.h>
#include <err.h>
#include <string.h>

#include "cpu.h"
#include "modes.h"
#include "../vcpu.h"
#include "../vmm.h"

#define CR0_PE		(1UL << 0)
#define CR0_ET		(1UL << 4)
#define EFER_SVME	(1UL << 12)
#define MSR_VM_HSAVE_PA	0xc0010117

#define RFLAGS_FIXED	(1UL << 1)
#define RFLAGS_IF	(1UL << 9)
#define RFLAGS_IOPL3	(3UL << 12)
#define RFLAGS_VM	(1UL << 17)

/* Types of segments: accessed. */
#define TYPE_DATA	0x3
#define TYPE_CODE	0xb
#define TYPE_TSS32	0x9
#define TYPE_BUSY_TSS32	0xb

#define CPUID_EXT		0x80000001
#define CPUID_EXT_ECX_SVM	(1U << 2)

/* The slot of the guest's memory in SMM. */
#define SMM_SLOT	(1 << 16)

/* The address of @code in a guest whose code segment begins at @base. */
static unsigned long address(const char *code, unsigned long base)
{
	return MODES_CODE + (code - modes_start) - base;
}

static void set_segments(struct kvm_sregs *sregs, struct kvm_segment code,
			 struct kvm_segment data)
{
	sregs->cs = code;
	sregs->ds = data;
	sregs->es = data;
	sregs->fs = data;
	sregs->gs = data;
	sregs->ss = data;
}

/* Real mode and vm86: the selector is the base, shifted. */
static void set_real_segments(struct kvm_sregs *sregs, int dpl, int code_type)
{
	struct kvm_segment data = {
		.limit = 0xffff, .type = TYPE_DATA, .present = 1, .s = 1, .dpl = dpl,
	};
	struct kvm_segment code = data;

	code.type = code_type;
	code.base = MODES_CODE;
	code.selector = MODES_CODE >> 4;
	set_segments(sregs, code, data);
}

/* Protected mode of @bits: 4 GiB segments, but for 16-bit code. */
static void set_protected_segments(struct kvm_sregs *sregs, int dpl, int bits)
{
	struct kvm_segment data = {
		.limit = 0xffffffff, .type = TYPE_DATA, .present = 1, .s = 1, .dpl = dpl,
		.db = 1, .g = 1, .selector = (dpl ? GUEST_DS3 & ~3 : GUEST_DS0) | dpl,
	};
	struct kvm_segment code = data;

	code.type = TYPE_CODE;
	code.db = bits == 32;
	code.l = bits == 64;
	code.selector = (dpl ? GUEST_CS3 & ~3 : GUEST_CS0) | dpl;
	if (bits == 16) {
		code.limit = 0xffff;
		code.g = 0;
		code.base = MODES_CODE;
	}
	set_segments(sregs, code, data);
}

static bool has_svm(void)
{
	unsigned int eax, ebx, ecx, edx;

	return __get_cpuid(CPUID_EXT, &eax, &ebx, &ecx, &edx) && ecx & CPUID_EXT_ECX_SVM;
}

/* Nested guests need SVM. */
bool vmm_has_mode(enum vmm_mode mode)
{
	return mode < VMM_NESTED_RING0 || (mode < VMM_AARCH32_USR && has_svm());
}

/*
 * VMX does not enter a guest whose TSS is not busy, and SVM does not look. QEMU 7.2 aborts
 * ("invalid tss type") when a 32-bit guest with a busy TSS changes its ring: LTR leaves the type
 * unchanged in QEMU's segment cache.
 */
static int tss32_type(void)
{
	return has_svm() ? TYPE_TSS32 : TYPE_BUSY_TSS32;
}

/* Leave the long mode that vmm.c has set, without paging. */
static void leave_long_mode(struct kvm_sregs *sregs, unsigned long cr0)
{
	sregs->cr0 = CR0_ET | cr0;
	sregs->cr3 = 0;
	sregs->cr4 = 0;
	sregs->efer = 0;
	sregs->tr.limit = 0x67;
	sregs->tr.type = tss32_type();
}

/* Make the gate and the TSS that an interrupt needs to get from vm86 to ring 0. */
static void make_vm86_trap(char *mem, struct kvm_sregs *sregs)
{
	unsigned long trap = address(mode_vm86_trap, 0);

	/* 32-bit code, DPL 0; a 32-bit TSS with the stack; a trap gate, DPL 3. */
	put64(mem, GUEST_GDT + MODES_CS32, 0x00cf9b000000ffff);
	put64(mem, GUEST_TSS, (uint64_t)GUEST_STACK0 << 32);
	put64(mem, GUEST_TSS + 8, GUEST_DS0);
	put64(mem, GUEST_IDT + 8 * GUEST_VECTOR,
	      (trap & 0xffff) | MODES_CS32 << 16 | 0xefUL << 40 | (trap >> 16) << 48);
	sregs->gdt.limit = MODES_CS32 + 8 - 1;
	sregs->idt.limit = 8 * (GUEST_VECTOR + 1) - 1;
}

static void put_vmcb_segment(char *mem, unsigned long at, unsigned int selector,
			     unsigned int attributes, unsigned int limit, uint64_t base)
{
	put64(mem, MODES_VMCB + at, selector | attributes << 16 | (uint64_t)limit << 32);
	put64(mem, MODES_VMCB + at + 8, base);
}

/*
 * Make the control block of the nested guest. It shares memory and page tables with its
 * hypervisor, and exits to it by VMMCALL only.
 */
static void make_vmcb(char *mem, const struct kvm_sregs *sregs, int cpl)
{
	static const unsigned long data_segments[] = {
		VMCB_ES, VMCB_SS, VMCB_DS, VMCB_FS, VMCB_GS,
	};
	char *vmcb = mem + MODES_VMCB;
	unsigned int i;

	put64(vmcb, VMCB_INTERCEPT_MISC1, VMCB_MISC1_SHUTDOWN |
	      (VMCB_MISC2_VMRUN | VMCB_MISC2_VMMCALL) << 32);
	put64(vmcb, VMCB_ASID, 1);
	/* Attributes: type, S, DPL, P; L or D, G. */
	put_vmcb_segment(mem, VMCB_CS, cpl ? GUEST_CS3 : GUEST_CS0, 0xa9b | cpl << 5,
			 0xffffffff, 0);
	for (i = 0; i < sizeof(data_segments) / sizeof(data_segments[0]); i++)
		put_vmcb_segment(mem, data_segments[i], cpl ? GUEST_DS3 : GUEST_DS0,
				 0xc93 | cpl << 5, 0xffffffff, 0);
	put_vmcb_segment(mem, VMCB_GDTR, 0, 0, sregs->gdt.limit, GUEST_GDT);
	put_vmcb_segment(mem, VMCB_IDTR, 0, 0, sregs->idt.limit, GUEST_IDT);
	put_vmcb_segment(mem, VMCB_LDTR, 0, 0x082, 0, 0);
	put_vmcb_segment(mem, VMCB_TR, GUEST_TR, 0x08b, 0x67, GUEST_TSS);
	vmcb[VMCB_CPL] = cpl;
	put64(vmcb, VMCB_EFER, sregs->efer);
	put64(vmcb, VMCB_CR4, sregs->cr4);
	put64(vmcb, VMCB_CR3, sregs->cr3);
	put64(vmcb, VMCB_CR0, sregs->cr0);
	put64(vmcb, VMCB_DR7, 0x400);
	put64(vmcb, VMCB_DR6, 0xffff0ff0);
	put64(vmcb, VMCB_RFLAGS, RFLAGS_FIXED | RFLAGS_IF);
	put64(vmcb, VMCB_RIP, address(mode_nested_guest, 0));
	put64(vmcb, VMCB_RSP, cpl ? GUEST_STACK3 : GUEST_STACK0);
}

static void set_hsave(int vcpu)
{
	struct {
		struct kvm_msrs header;
		struct kvm_msr_entry entry;
	} msrs = {
		.header.nmsrs = 1,
		.entry = { .index = MSR_VM_HSAVE_PA, .data = MODES_HSAVE },
	};

	if (kvm_ioctl(vcpu, KVM_SET_MSRS, &msrs, "KVM_SET_MSRS") != 1)
		kvm_ioctl(-1, KVM_SET_MSRS, &msrs, "no nested SVM: VM_HSAVE_PA");
}

static void set_registers(const struct vmm_load *load, int vcpu, char *mem)
{
	struct kvm_regs regs = {
		.rsp = GUEST_STACK0, .rflags = RFLAGS_FIXED | RFLAGS_IF,
		.rbx = GUEST_PARAMS,
	};
	struct kvm_sregs sregs;
	unsigned int loops;
	int ring;

	/* Change the state of the random numbers each time that the guest starts anew. */
	memcpy(&loops, mem + GUEST_PARAMS + PARAM_LOOPS, sizeof(loops));
	regs.rsi = (loops + 1) * 2654435761U | 1;

	kvm_ioctl(vcpu, KVM_GET_SREGS, &sregs, "KVM_GET_SREGS");
	switch (load->mode) {
	case VMM_LONG:
		return;
	case VMM_REAL:
	case VMM_HALT:
		leave_long_mode(&sregs, 0);
		set_real_segments(&sregs, 0, TYPE_CODE);
		regs.rip = address(load->mode == VMM_HALT ? mode_halt : mode_real, MODES_CODE);
		break;
	case VMM_VM86:
		leave_long_mode(&sregs, CR0_PE);
		set_real_segments(&sregs, 3, TYPE_DATA);
		make_vm86_trap(mem, &sregs);
		regs.rflags |= RFLAGS_VM | RFLAGS_IOPL3;
		regs.rip = address(mode_16bit, MODES_CODE);
		break;
	case VMM_PROTECTED16:
		leave_long_mode(&sregs, CR0_PE);
		set_protected_segments(&sregs, 3, 16);
		regs.rip = address(mode_16bit, MODES_CODE);
		break;
	case VMM_RING0:
	case VMM_RING1:
	case VMM_RING2:
	case VMM_RING3:
		ring = load->mode - VMM_RING0;
		leave_long_mode(&sregs, CR0_PE);
		set_protected_segments(&sregs, ring, 32);
		put64(mem, GUEST_PARAMS + PARAM_USER,
		      (ring ? load->user_insns : load->system_insns) / 2);
		regs.rip = address(mode_32bit, 0);
		break;
	case VMM_TRIPLE_FAULT:
		leave_long_mode(&sregs, CR0_PE);
		set_protected_segments(&sregs, 3, 32);
		sregs.idt.limit = 0;
		regs.rip = address(mode_fault, 0);
		break;
	case VMM_SMM:
		set_protected_segments(&sregs, 3, 64);
		regs.rflags |= RFLAGS_IOPL3;
		regs.rip = address(mode_smm, 0);
		break;
	case VMM_NESTED_RING0:
	case VMM_NESTED_RING3:
		sregs.efer |= EFER_SVME;
		make_vmcb(mem, &sregs, load->mode == VMM_NESTED_RING3 ? 3 : 0);
		regs.rip = address(mode_nested, 0);
		break;
	default:
		errx(1, "mode %d is not of x86", load->mode);
	}
	kvm_ioctl(vcpu, KVM_SET_SREGS, &sregs, "KVM_SET_SREGS");
	kvm_ioctl(vcpu, KVM_SET_REGS, &regs, "KVM_SET_REGS");
}

void mode_prepare(const struct vmm_load *load, const struct kvm *kvm, char *mem)
{
	struct kvm_userspace_memory_region smram = {
		.slot = SMM_SLOT, .memory_size = GUEST_MEM_SIZE,
		.userspace_addr = (uintptr_t)mem,
	};

	memcpy(mem + MODES_CODE, modes_start, modes_end - modes_start);
	if (load->mode == VMM_SMM) {
		memcpy(mem + MODES_SMM_ENTRY, mode_smm_handler,
		       mode_smm_handler_end - mode_smm_handler);
		kvm_ioctl(kvm->vm, KVM_SET_USER_MEMORY_REGION, &smram, "memory of SMM");
	}
	set_registers(load, kvm->vcpu, mem);
	if (load->mode == VMM_NESTED_RING0 || load->mode == VMM_NESTED_RING3)
		set_hsave(kvm->vcpu);
}

bool mode_exit(const struct vmm_load *load, const struct kvm *kvm, char *mem)
{
	const struct kvm_run *run = kvm->run;

	switch (load->mode) {
	case VMM_HALT:
		return run->exit_reason == KVM_EXIT_HLT;
	case VMM_TRIPLE_FAULT:
		if (run->exit_reason != KVM_EXIT_SHUTDOWN)
			return false;
		/* The reset button. */
		set_registers(load, kvm->vcpu, mem);
		return true;
	case VMM_SMM:
		if (run->exit_reason != KVM_EXIT_IO || run->io.port != GUEST_PORT)
			return false;
		kvm_ioctl(kvm->vcpu, KVM_SMI, NULL, "KVM_SMI");
		return true;
	default:
		return false;
	}
}
