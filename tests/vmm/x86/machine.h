/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Layout of the guest on x86, for guest.S and vcpu.c.
 *
 * The guest has 2 MiB of memory, identity mapped, all of it accessible from ring 3.
 * The upper half of addresses maps the same. Ring 0 runs there, as kernels do: on some
 * hosts guesttime tells the rings by that.
 */
#ifndef VMM_MACHINE_H
#define VMM_MACHINE_H

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
#define GUEST_HIGH		0xffff800000000000

/* Selectors: ring 0 code and data, ring 3 code and data, TSS. */
#define GUEST_CS0		0x08
#define GUEST_DS0		0x10
#define GUEST_CS3		(0x18 | 3)
#define GUEST_DS3		(0x20 | 3)
#define GUEST_TR		0x28

#define GUEST_VECTOR		0x80	/* ring 3 enters ring 0 */
#define GUEST_INTERRUPT_VECTOR	0x81	/* its own timer */
#define GUEST_WAKE_VECTOR	0x82	/* the interrupt that ends a HLT, with GUEST_PROBE_HLT */
#define GUEST_PORT		0x10	/* a write to this leaves to the VMM */
#define GUEST_END_PORT		0x11	/* the guest has ended */

/* TSC ticks between two reads of the TSC: with an exit more, without one less. */
#define GUEST_MIN_GAP		200

/*
 * Instructions of a loop beside its two delay loops, counted in guest.S.  GUEST_EXIT3 and GUEST_HLT
 * add one each.
 */
#define GUEST_USER_OVERHEAD	25
#define GUEST_SYSTEM_OVERHEAD	11
/* What GUEST_EXIT0 adds: with OUT, and with GUEST_FASTPATH's write to ICR. */
#define GUEST_EXIT0_INSNS	3
#define GUEST_FASTPATH_INSNS	4
/* Instructions of an interrupt of the guest's own. */
#define GUEST_INTERRUPT_OVERHEAD 12

/*
 * The host runs at most so many instructions with interrupts disabled before VM entry. A tick among
 * them finds the guest where it has exited.
 */
#define GUEST_ENTRY_INSNS	330
/*
 * A tick after VM exit cancels a tick before VM entry.  Interrupts are off longer before VM entry
 * than after VM exit, by at most so many instructions.  Some 40 explain the error of the short
 * loops of make bench-accuracy.
 */
#define GUEST_ENTRY_EXCESS	100

#ifndef __ASSEMBLER__
/* Addresses in guest.S: the entries from ring 3 and of interrupts. */
extern const char guest_trap[], guest_interrupt[], guest_wake[];
#endif

#endif /* VMM_MACHINE_H */
