/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest runs a known number of instructions in ring 3, then in ring 0, again and
 * again.  Its code is 64-bit and position independent.  With GUEST_TIMER it has interrupts of its
 * own, from a periodic timer.
 *
 * A pseudo-random factor, 0.5 to 1.5, scales each loop, the same for both rings: each loop has the
 * split asked for. Without the factor, the host's tick could be in step with loops, and find the
 * same place each time.
 *
 * Interrupts stay enabled in ring 0 (entry through a trap gate): Bochs takes no
 * external-interrupt exit while the guest has them disabled.
 *
 * rbx: parameters, r8: random state, rax: factor * 1024
 */
#include "../guest.h"

#define GUEST_PROBES	(GUEST_PROBE_CPUID | GUEST_PROBE_OUT | GUEST_PROBE_HLT | \
			 GUEST_PROBE_ICR | GUEST_PROBE_DEADLINE | GUEST_PROBE_EXPIRY)
/* No CPU has this APIC ID: the interrupt goes nowhere. */
#define NO_APIC		5
/* TSC ticks until the deadline: no probe takes as long, and the preemption timer can hold it. */
#define DEADLINE	0x10000000

#define APIC_BASE		0x1b
#define APIC_BASE_X2APIC	0x400
#define X2APIC_EOI		0x80b
#define X2APIC_SPURIOUS		0x80f
#define X2APIC_ICR		0x830
#define X2APIC_LVT_TIMER	0x832
#define X2APIC_INITIAL_COUNT	0x838
#define X2APIC_DIVIDE		0x83e
#define X2APIC_SELF_IPI		0x83f
#define IA32_TSC_DEADLINE	0x6e0
#define APIC_PERIODIC		0x20000
#define APIC_TSC_DEADLINE	0x40000
#define APIC_MASKED		0x10000

	.section .rodata
	.globl guest_start, guest_trap, guest_interrupt, guest_wake, guest_end
	.code64
	.balign 16
guest_start:
	movl	$GUEST_PARAMS, %ebx
	movl	$88172645, %r8d
	testl	$GUEST_TIMER, PARAM_FLAGS(%rbx)
	jz	1f
	call	start_timer
1:	testl	$GUEST_PROBE_GAPS, PARAM_FLAGS(%rbx)
	jnz	probe_gaps
	testl	$GUEST_PROBES, PARAM_FLAGS(%rbx)
	jnz	probe
	testl	$GUEST_RING3, PARAM_FLAGS(%rbx)
	jz	only_ring0

	pushq	$GUEST_DS3
	pushq	$GUEST_STACK3
	pushq	$0x3202			/* IOPL 3, interrupts enabled */
	pushq	$GUEST_CS3
	leaq	ring3(%rip), %rax
	movl	%eax, %eax		/* in the lower half */
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
2:	testl	$GUEST_EXIT3, PARAM_FLAGS(%rbx)
	jz	3f
	outb	%al, $GUEST_PORT
3:	incq	PARAM_LOOPS(%rbx)
	testl	$GUEST_RING0, PARAM_FLAGS(%rbx)
	jz	ring3
	int	$GUEST_VECTOR
	jmp	ring3

/* GUEST_SYSTEM_OVERHEAD: 2 here, 9 in ring0_part. */
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
2:	testl	$GUEST_EXIT0, PARAM_FLAGS(%rbx)
	jz	3f
	testl	$GUEST_FASTPATH, PARAM_FLAGS(%rbx)
	jnz	send_nowhere
	outb	%al, $GUEST_PORT
3:	testl	$GUEST_HLT, PARAM_FLAGS(%rbx)
	jz	4f
	hlt
4:	ret

/* A CPU with a fastpath in KVM re-enters the guest at once. The VMM never sees this exit. */
send_nowhere:
	movl	$X2APIC_ICR, %ecx
	movl	$GUEST_WAKE_VECTOR, %eax
	movl	$NO_APIC, %edx
	wrmsr
	ret

/* GUEST_INTERRUPT_OVERHEAD: all of it. */
guest_interrupt:
	pushq	%rax
	pushq	%rcx
	pushq	%rdx
	incq	PARAM_INTERRUPTS(%rbx)
	movl	$X2APIC_EOI, %ecx
	xorl	%eax, %eax
	xorl	%edx, %edx
	wrmsr
	popq	%rdx
	popq	%rcx
	popq	%rax
	iretq

/* The local APIC's timer is periodic. A probe masks it if it wants no interrupts. */
start_timer:
	movl	$APIC_BASE, %ecx
	rdmsr
	orl	$APIC_BASE_X2APIC, %eax
	wrmsr
	xorl	%edx, %edx
	movl	$X2APIC_SPURIOUS, %ecx
	movl	$0x1ff, %eax		/* enabled */
	wrmsr
	movl	$X2APIC_DIVIDE, %ecx
	movl	$0xb, %eax		/* by 1: KVM's APIC counts nanoseconds */
	wrmsr
	movl	$X2APIC_LVT_TIMER, %ecx
	movl	$(APIC_PERIODIC | GUEST_INTERRUPT_VECTOR), %eax
	testl	$(GUEST_PROBE_GAPS | GUEST_PROBES), PARAM_FLAGS(%rbx)
	jz	1f
	orl	$APIC_MASKED, %eax
	testl	$(GUEST_PROBE_DEADLINE | GUEST_PROBE_EXPIRY), PARAM_FLAGS(%rbx)
	jz	1f
	xorl	$(APIC_PERIODIC | APIC_TSC_DEADLINE), %eax
1:	wrmsr
	movl	$X2APIC_INITIAL_COUNT, %ecx
	movl	PARAM_TIMER(%rbx), %eax
	wrmsr
	ret

/* Make the next factor: the low ten bits of xorshift32, plus a half. */
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

/*
 * An exit between two reads of the TSC, PARAM_PROBES times.  At HLT an interrupt is
 * pending, so KVM does not put the guest to sleep; its handler reads the TSC.
 */
probe:
	movl	$GUEST_SAMPLES, %edi
	movq	PARAM_PROBES(%rbx), %r9
1:	testl	$GUEST_PROBE_HLT, PARAM_FLAGS(%rbx)
	jz	2f
	cli
	movl	$X2APIC_SELF_IPI, %ecx
	movl	$GUEST_WAKE_VECTOR, %eax
	xorl	%edx, %edx
	wrmsr
	rdtsc
	movl	%eax, %esi
	sti
	hlt
woken:	movl	%r10d, %eax
	jmp	5f
2:	rdtsc
	movl	%eax, %esi
	testl	$GUEST_PROBE_OUT, PARAM_FLAGS(%rbx)
	jnz	3f
	testl	$GUEST_PROBE_ICR, PARAM_FLAGS(%rbx)
	jnz	6f
	testl	$(GUEST_PROBE_DEADLINE | GUEST_PROBE_EXPIRY), PARAM_FLAGS(%rbx)
	jnz	7f
	xorl	%eax, %eax
	pushq	%rbx
	cpuid
	popq	%rbx
	jmp	4f
3:	outb	%al, $GUEST_PORT
4:	rdtsc
5:	subl	%esi, %eax
	movl	%eax, (%rdi)
	addq	$4, %rdi
	decq	%r9
	jnz	1b
	outb	%al, $GUEST_END_PORT
6:	movl	$X2APIC_ICR, %ecx
	movl	$GUEST_WAKE_VECTOR, %eax
	movl	$NO_APIC, %edx
	wrmsr
	jmp	4b
7:	movl	$IA32_TSC_DEADLINE, %ecx
	addl	$DEADLINE, %eax
	adcl	$0, %edx
	wrmsr
	testl	$GUEST_PROBE_EXPIRY, PARAM_FLAGS(%rbx)
	jz	4b
	/* A deadline in three times the time that this write took. */
	rdtsc
	movl	%eax, %r11d
	subl	%esi, %r11d
	leal	(%r11d,%r11d,2), %r11d
	addl	%r11d, %eax
	adcl	$0, %edx
	wrmsr
	/* Its end is the next pause between two reads of the TSC. */
	rdtsc
8:	movl	%eax, %esi
	rdtsc
	movl	%eax, %ecx
	subl	%esi, %ecx
	cmpl	$GUEST_MIN_GAP, %ecx
	jb	8b
	jmp	5b

/* Do not return to the HLT: the interrupt may come before it, if the host interrupts there. */
guest_wake:
	rdtsc
	movl	%eax, %r10d
	leaq	woken(%rip), %rax
	movq	%rax, (%rsp)
	movl	$X2APIC_EOI, %ecx
	xorl	%eax, %eax
	xorl	%edx, %edx
	wrmsr
	iretq

/* Store each pause between two consecutive reads of the TSC. */
probe_gaps:
	sti
	movl	$GUEST_SAMPLES, %edi
	movq	PARAM_PROBES(%rbx), %r9
1:	rdtsc
	movl	%eax, %esi
2:	rdtsc
	movl	%eax, %ecx
	subl	%esi, %eax
	movl	%ecx, %esi
	cmpl	$GUEST_MIN_GAP, %eax
	jb	2b
	movl	%eax, (%rdi)
	addq	$4, %rdi
	decq	%r9
	jnz	1b
	outb	%al, $GUEST_END_PORT
guest_end:

	.section .note.GNU-stack, "", @progbits
