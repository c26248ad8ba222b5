/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest runs a known number of instructions at EL0, then at EL1, again and again. Its code is
 * position independent, its MMU is off. With GUEST_TIMER it has interrupts of its own, from the
 * virtual timer.
 *
 * A pseudo-random factor, 0.5 to 1.5, scales each loop, the same for both levels: each loop has the
 * split asked for. Without the factor, the host's tick could be in step with loops, and find the
 * same place each time.
 *
 * EL1 has interrupts masked while it serves a call of EL0: WFI wakes up all the same, and
 * the handler never finds ELR_EL1 in use.
 *
 * x19: parameters, w20: random state, x21: the device, w22: flags, x0: factor * 1024,
 * x23 to x25: of the interrupt handler alone
 */
#include "../guest.h"

#define ICC_IAR1	S3_0_C12_C12_0
#define ICC_EOIR1	S3_0_C12_C12_1
#define ICC_IGRPEN1	S3_0_C12_C12_7
#define ICC_PMR		S3_0_C4_C6_0

#define GICD_CTLR_ENABLE_GRP1	2
#define GICD_TYPER		4
#define GICR_SGI		0x10000	/* the frame of private interrupts */
#define GICR_IGROUPR0		0x80
#define GICR_ISENABLER0		0x100

#define PSCI_VERSION		0x84000000

/* The exception class of SVC. */
#define ESR_SVC64		0x15

/* The bit of a flag. */
#define RING3		0
#define RING0		1
#define EXIT3		2
#define EXIT0		3
#define PROBE_CPUID	4
#define PROBE_OUT	5
#define PROBE_HLT	6
#define PROBE_GAPS	7
#define TIMER		8
#define HLT		9
#define PROBE_ICR	10

	/* xorshift32, its low ten bits plus a half. */
	.macro	next_factor
	eor	w20, w20, w20, lsl #13
	eor	w20, w20, w20, lsr #17
	eor	w20, w20, w20, lsl #5
	and	w0, w20, #1023
	add	w0, w0, #512
	.endm

	.section .rodata
	.globl guest_start, guest_end, guest_resumed0, guest_resumed3
	.globl guest_el0, guest_el0_end, guest_scale, guest_scale_end
	.balign 2048
guest_start:
	mov	x19, #GUEST_PARAMS
	mov	x21, #GUEST_MMIO
	mov	w20, #(88172645 & 0xffff)
	movk	w20, #(88172645 >> 16), lsl #16
	ldr	w22, [x19, #PARAM_FLAGS]
	adr	x0, vectors
	msr	vbar_el1, x0
	isb
	tbnz	w22, #PROBE_ICR, probe
	tbz	w22, #TIMER, 1f
	bl	start_timer
1:	tbnz	w22, #PROBE_GAPS, probe_gaps
	tst	w22, #(GUEST_PROBE_CPUID | GUEST_PROBE_OUT | GUEST_PROBE_HLT)
	b.ne	probe
	tbz	w22, #RING3, only_el1

	msr	spsr_el1, xzr			/* EL0, nothing masked */
	adr	x0, el0
	msr	elr_el1, x0
	eret

only_el1:
	msr	daifclr, #2
1:	next_factor
	bl	el1_part
	ldr	x1, [x19, #PARAM_LOOPS]
	add	x1, x1, #1
	str	x1, [x19, #PARAM_LOOPS]
	b	1b

/* GUEST_USER_OVERHEAD: 7 in scale and its call, 11 here. */
guest_el0:
el0:	bl	scale
	ldr	x1, [x19, #PARAM_USER]
	mul	x1, x1, x0
	lsr	x1, x1, #10
	cbz	x1, 2f
1:	subs	x1, x1, #1
	b.ne	1b
2:	tbz	w22, #EXIT3, 3f
	str	wzr, [x21]
guest_resumed3:
3:	ldr	x1, [x19, #PARAM_LOOPS]
	add	x1, x1, #1
	str	x1, [x19, #PARAM_LOOPS]
	tbz	w22, #RING0, el0
	svc	#0
	b	el0
guest_el0_end:

/* GUEST_SYSTEM_OVERHEAD: 7 here and in the vector, 7 in el1_part. */
svc:	mrs	x1, esr_el1
	lsr	x1, x1, #26
	cmp	x1, #ESR_SVC64
	b.ne	unexpected
	bl	el1_part
	eret

el1_part:
	ldr	x1, [x19, #PARAM_SYSTEM]
	mul	x1, x1, x0
	lsr	x1, x1, #10
	cbz	x1, 2f
1:	subs	x1, x1, #1
	b.ne	1b
2:	tbz	w22, #EXIT0, 3f
	str	wzr, [x21]
guest_resumed0:
3:	tbz	w22, #HLT, 4f
	wfi
4:	ret

/* GUEST_INTERRUPT_OVERHEAD: all of it and the vector. */
interrupt:
	mrs	x23, ICC_IAR1
	ldr	x24, [x19, #PARAM_INTERRUPTS]
	add	x24, x24, #1
	str	x24, [x19, #PARAM_INTERRUPTS]
	mrs	x24, cntv_cval_el0
	ldr	x25, [x19, #PARAM_TIMER]
	add	x24, x24, x25
	msr	cntv_cval_el0, x24
	isb
	msr	ICC_EOIR1, x23
	eret

/* The virtual timer. */
start_timer:
	mov	x0, #GUEST_GICD
	mov	w1, #GICD_CTLR_ENABLE_GRP1
	str	w1, [x0]
	mov	x0, #(GUEST_GICR & 0xffff0000)
	add	x0, x0, #GICR_SGI
	mov	w1, #-1
	str	w1, [x0, #GICR_IGROUPR0]
	mov	w1, #(1 << GUEST_TIMER_IRQ)
	str	w1, [x0, #GICR_ISENABLER0]
	mov	x1, #0xff
	msr	ICC_PMR, x1
	mov	x1, #1
	msr	ICC_IGRPEN1, x1
	mrs	x0, cntvct_el0
	ldr	x1, [x19, #PARAM_TIMER]
	add	x0, x0, x1
	msr	cntv_cval_el0, x0
	mov	x1, #1
	msr	cntv_ctl_el0, x1
	isb
	ret

/* EL0 has a copy of its own: the address tells the level. */
guest_scale:
scale:	next_factor
	ret
guest_scale_end:

/*
 * An exit between two reads of the counter, PARAM_PROBES times: HVC, a store to the VMM's device,
 * WFI, or a load from the distributor of interrupts, which is KVM's.  The timer's interrupt group
 * is disabled, so the CPU sees no pending interrupt, and WFI exits to KVM.  KVM ignores the group:
 * once the timer is due, KVM does not put the guest to sleep.
 */
probe:	mov	x26, #GUEST_SAMPLES
	tbz	w22, #PROBE_HLT, 0f
	msr	ICC_IGRPEN1, xzr
	isb
0:
	ldr	x27, [x19, #PARAM_PROBES]
1:	tbnz	w22, #PROBE_OUT, 2f
	tbnz	w22, #PROBE_HLT, 3f
	tbnz	w22, #PROBE_ICR, 5f
	mov	w0, #PSCI_VERSION
	mrs	x28, cntvct_el0
	hvc	#0
	b	4f
2:	mrs	x28, cntvct_el0
	str	wzr, [x21]
	b	4f
3:	mrs	x28, cntvct_el0
	wfi
	b	4f
5:	mov	x0, #GUEST_GICD
	mrs	x28, cntvct_el0
	ldr	w1, [x0, #GICD_TYPER]
4:	mrs	x1, cntvct_el0
	sub	x1, x1, x28
	str	w1, [x26], #4
	subs	x27, x27, #1
	b.ne	1b
end:	str	wzr, [x21, #GUEST_MMIO_END]
	b	end

/* Store each pause between two consecutive reads of the counter. */
probe_gaps:
	msr	daifclr, #2
	mov	x26, #GUEST_SAMPLES
	ldr	x27, [x19, #PARAM_PROBES]
1:	mrs	x28, cntvct_el0
2:	mrs	x1, cntvct_el0
	sub	x0, x1, x28
	mov	x28, x1
	cmp	x0, #GUEST_MIN_GAP
	b.lo	2b
	str	w0, [x26], #4
	subs	x27, x27, #1
	b.ne	1b
	b	end

	/* Exceptions that no guest takes leave to the VMM, which reports an error. */
	.macro	vector	to
	.balign	128
	b	\to
	.endm
unexpected:
	str	wzr, [x21, #(2 * GUEST_MMIO_END)]
	b	unexpected

	.balign 2048
vectors:
	.rept	5
	vector	unexpected
	.endr
	vector	interrupt		/* at EL1 */
	vector	unexpected
	vector	unexpected
	vector	svc			/* from EL0 */
	vector	interrupt
	.rept	6
	vector	unexpected
	.endr
guest_end:

	.section .note.GNU-stack, "", @progbits
