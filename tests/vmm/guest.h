/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Layout of the guest, for guest.S and vmm.c.
 *
 * The guest has 2 MiB of memory, identity mapped, all of it accessible from
 * ring 3.
 */
#ifndef VMM_GUEST_H
#define VMM_GUEST_H

#define GUEST_MEM_SIZE		0x200000

#define GUEST_PML4		0x1000
#define GUEST_PDPT		0x2000
#define GUEST_PD		0x3000
#define GUEST_GDT		0x4000
#define GUEST_IDT		0x5000
#define GUEST_TSS		0x6000
#define GUEST_STACK0		0x9000	/* grows down */
#define GUEST_STACK3		0xb000	/* grows down */
#define GUEST_PARAMS		0xc000
#define GUEST_CODE		0x10000

/* Selectors: ring 0 code and data, ring 3 code and data, TSS. */
#define GUEST_CS0		0x08
#define GUEST_DS0		0x10
#define GUEST_CS3		(0x18 | 3)
#define GUEST_DS3		(0x20 | 3)
#define GUEST_TR		0x28

/* Parameters: 64-bit words at GUEST_PARAMS. */
#define PARAM_USER		0	/* iterations of two instructions in ring 3 */
#define PARAM_SYSTEM		8	/* the same in ring 0 */
#define PARAM_FLAGS		16
#define PARAM_LOOPS		24	/* loops done, written by the guest */
#define PARAM_PROBES		32	/* exits to measure, with GUEST_PROBE_* */
#define PARAM_TIMER		40	/* period of its own timer, ns, with GUEST_TIMER */
#define PARAM_INTERRUPTS	48	/* interrupts taken, written by the guest */

/* PARAM_FLAGS */
#define GUEST_RING3		1	/* there is a ring 3 part */
#define GUEST_RING0		2	/* there is a ring 0 part */
#define GUEST_EXIT3		4	/* leave to the VMM from ring 3, each loop */
#define GUEST_EXIT0		8	/* leave to the VMM from ring 0, each loop */
#define GUEST_PROBE_CPUID	16	/* instead: measure exits of this kind */
#define GUEST_PROBE_OUT		32
#define GUEST_PROBE_HLT		64
#define GUEST_PROBE_GAPS	128	/* whatever interrupts the guest */
#define GUEST_TIMER		256	/* with interrupts of its own */
#define GUEST_HLT		512	/* halt until the next one, each loop, in ring 0 */
#define GUEST_PROBE_ICR		1024	/* instead: measure these exits, too */
#define GUEST_PROBE_DEADLINE	2048

#define GUEST_VECTOR		0x80	/* ring 3 enters ring 0 */
#define GUEST_INTERRUPT_VECTOR	0x81	/* its own timer */
#define GUEST_WAKE_VECTOR	0x82	/* what ends a HLT, with GUEST_PROBE_HLT */
#define GUEST_PORT		0x10	/* a write to this leaves to the VMM */
#define GUEST_END_PORT		0x11	/* the guest has come to its end */

/* What each exit of a probe took: 32-bit numbers of TSC ticks. */
#define GUEST_SAMPLES		0x100000
#define GUEST_MAX_SAMPLES	0x20000
/* Longer than two reads of the TSC take, shorter than any exit. */
#define GUEST_MIN_GAP		200

/*
 * What a loop costs beside its two delay loops, in instructions: counted in
 * guest.S.  With GUEST_EXIT3, GUEST_EXIT0 or GUEST_HLT, one more each.
 */
#define GUEST_USER_OVERHEAD	25
#define GUEST_SYSTEM_OVERHEAD	11
/* What an interrupt of its own costs. */
#define GUEST_INTERRUPT_OVERHEAD 12

#ifndef __ASSEMBLER__
/* The code, and in it the entries from ring 3 and of interrupts. */
extern const char guest_start[], guest_trap[], guest_interrupt[], guest_wake[],
		  guest_end[];
#endif

#endif /* VMM_GUEST_H */
