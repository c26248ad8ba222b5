/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest: a known number of instructions in ring 3, then in ring 0, again and
 * again.  64-bit, position independent, no interrupts of its own.
 *
 * Each loop is scaled by a pseudo-random factor, 0.5 to 1.5, the same for both
 * rings: the split of every loop is the one asked for, but its length is no
 * multiple of the host's tick, which would find the same spot again and again.
 *
 * Interrupts stay enabled in ring 0 (entry through a trap gate): Bochs takes no
 * external-interrupt exit while the guest has them disabled.
 *
 * rbx: parameters, r8: random state, rax: factor * 1024
 */
#include "guest.h"

	.section .rodata
	.globl guest_start, guest_trap, guest_end
	.code64
	.balign 16
guest_start:
	movl	$GUEST_PARAMS, %ebx
	movl	$88172645, %r8d
	testb	$(GUEST_PROBE_CPUID | GUEST_PROBE_OUT), PARAM_FLAGS(%rbx)
	jnz	probe
	testb	$GUEST_RING3, PARAM_FLAGS(%rbx)
	jz	only_ring0

	pushq	$GUEST_DS3
	pushq	$GUEST_STACK3
	pushq	$0x3202			/* IOPL 3, interrupts enabled */
	pushq	$GUEST_CS3
	leaq	ring3(%rip), %rax
	pushq	%rax
	iretq

only_ring0:
	sti
1:	call	scale
	call	ring0_part
	incq	PARAM_LOOPS(%rbx)
	jmp	1b

/* GUEST_USER_OVERHEAD: 14 in scale and its call, 11 here. */
ring3:
	call	scale
	movq	PARAM_USER(%rbx), %rcx
	imulq	%rax, %rcx
	shrq	$10, %rcx
	jz	2f
1:	decq	%rcx
	jnz	1b
2:	testb	$GUEST_EXIT3, PARAM_FLAGS(%rbx)
	jz	3f
	outb	%al, $GUEST_PORT
3:	incq	PARAM_LOOPS(%rbx)
	testb	$GUEST_RING0, PARAM_FLAGS(%rbx)
	jz	ring3
	int	$GUEST_VECTOR
	jmp	ring3

/* GUEST_SYSTEM_OVERHEAD: 2 here, 7 in ring0_part. */
guest_trap:
	call	ring0_part
	iretq

ring0_part:
	movq	PARAM_SYSTEM(%rbx), %rcx
	imulq	%rax, %rcx
	shrq	$10, %rcx
	jz	2f
1:	decq	%rcx
	jnz	1b
2:	testb	$GUEST_EXIT0, PARAM_FLAGS(%rbx)
	jz	3f
	outb	%al, $GUEST_PORT
3:	ret

/* The next factor: xorshift32, its low ten bits plus a half. */
scale:
	movl	%r8d, %eax
	shll	$13, %eax
	xorl	%eax, %r8d
	movl	%r8d, %eax
	shrl	$17, %eax
	xorl	%eax, %r8d
	movl	%r8d, %eax
	shll	$5, %eax
	xorl	%eax, %r8d
	movl	%r8d, %eax
	andl	$1023, %eax
	addl	$512, %eax
	ret

/* An exit between two reads of the TSC, PARAM_PROBES times. */
probe:
	movl	$GUEST_SAMPLES, %edi
	movq	PARAM_PROBES(%rbx), %r9
1:	rdtsc
	movl	%eax, %esi
	testb	$GUEST_PROBE_OUT, PARAM_FLAGS(%rbx)
	jnz	2f
	xorl	%eax, %eax
	pushq	%rbx
	cpuid
	popq	%rbx
	jmp	3f
2:	outb	%al, $GUEST_PORT
3:	rdtsc
	subl	%esi, %eax
	movl	%eax, (%rdi)
	addq	$4, %rdi
	decq	%r9
	jnz	1b
	outb	%al, $GUEST_END_PORT
guest_end:

	.section .note.GNU-stack, "", @progbits
