/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guests in other modes than 64-bit rings 0 and 3. Each runs a known number of instructions in the
 * mode that its name says, again and again.  As in guest.S, loops differ in length at random, and
 * interrupts are enabled.
 *
 * ebx: parameters, esi: random state; eax, ecx: used
 */
#include "modes.h"

/* 16 instructions, and two times the parameter times 0.5 to 1.5. */
	.macro	spin param
	movl	%esi, %eax
	shll	$13, %eax
	xorl	%eax, %esi
	movl	%esi, %eax
	shrl	$17, %eax
	xorl	%eax, %esi
	movl	%esi, %eax
	shll	$5, %eax
	xorl	%eax, %esi
	movl	%esi, %eax
	andl	$1023, %eax
	addl	$512, %eax
	movl	\param(%ebx), %ecx
	imull	%eax, %ecx
	shrl	$10, %ecx
	jz	2f
1:	decl	%ecx
	jnz	1b
2:
	.endm

	.section .rodata
	.globl	modes_start, modes_end
	.balign	16
modes_start:

	.code16
	.globl	mode_real, mode_halt, mode_16bit
mode_real:
	spin	PARAM_SYSTEM
	incl	PARAM_LOOPS(%ebx)
	testb	$GUEST_EXIT0, PARAM_FLAGS(%ebx)
	jz	mode_real
	outb	%al, $GUEST_PORT
	jmp	mode_real

/* Real mode too.  Without an interrupt controller HLT leaves to the VMM. */
mode_halt:
	hlt
	incl	PARAM_LOOPS(%ebx)
	jmp	mode_halt

/* vm86, or 16-bit protected mode in ring 3; the trap is for vm86 only. */
mode_16bit:
	spin	PARAM_USER
	incl	PARAM_LOOPS(%ebx)
	testb	$GUEST_RING0, PARAM_FLAGS(%ebx)
	jz	mode_16bit
	int	$GUEST_VECTOR
	jmp	mode_16bit

	.code32
	.globl	mode_vm86_trap, mode_32bit, mode_fault
/* From vm86 to ring 0, which finds its segment registers cleared. */
mode_vm86_trap:
	movl	$GUEST_DS0, %eax
	movl	%eax, %ds
	spin	PARAM_SYSTEM
	iret

/* In any ring. */
mode_32bit:
	spin	PARAM_USER
	incl	PARAM_LOOPS(%ebx)
	jmp	mode_32bit

/* In ring 3, until an exception, which finds no IDT. */
mode_fault:
	spin	PARAM_USER
	incl	PARAM_LOOPS(%ebx)
	ud2

	.code64
	.globl	mode_smm, mode_nested, mode_nested_guest
/* In ring 3; the VMM answers the write to its port with an SMI. */
mode_smm:
	spin	PARAM_USER
	incl	PARAM_LOOPS(%ebx)
	outb	%al, $GUEST_PORT
	jmp	mode_smm

/* A hypervisor, ring 0: runs its guest, then does something itself. */
mode_nested:
	movl	$MODES_VMCB, %eax
	vmrun
	addq	$VMMCALL_LENGTH, MODES_VMCB + VMCB_RIP
	spin	PARAM_SYSTEM
	jmp	mode_nested

mode_nested_guest:
	spin	PARAM_USER
	incl	PARAM_LOOPS(%ebx)
	vmmcall
	jmp	mode_nested_guest
modes_end:

/* This code has its own address in the guest's memory, which the processor prescribes. */
	.code16
	.globl	mode_smm_handler, mode_smm_handler_end
mode_smm_handler:
	sti
	spin	PARAM_SYSTEM
	rsm
mode_smm_handler_end:

	.section .note.GNU-stack, "", @progbits
